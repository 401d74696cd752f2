import { Box, Go, Tap, Txt } from '@elements';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import { useT } from '../../i18n/t.ts';
import { addressText } from '../../lib/address-text.ts';
import { formatPhone } from '../../lib/phone.ts';
import { useQuery } from '../../lib/query.ts';
import { Icon } from '../../ui/icon.tsx';
import { Sheet } from '../../ui/sheet.tsx';

export function AddressSheet({
  chosenId,
  onChoose,
  onClose,
}: {
  chosenId: string | null;
  onChoose: (addressId: string) => void;
  onClose: () => void;
}): ReactElement {
  const t = useT();
  const { data } = useQuery('addresses', () => call('listAddresses', {}));
  return (
    <Sheet
      title={t('checkout.chooseAddress')}
      onClose={onClose}
      foot={
        <Go className="button button-quiet" to="pages/address/index?from=checkout">
          {t('addresses.add')}
        </Go>
      }
    >
      {data?.items.map((address) => (
        <Tap
          key={address.addressId}
          className="list-row address-choice"
          role="radio"
          isOn={address.addressId === chosenId}
          onTap={() => onChoose(address.addressId)}
        >
          <Box className="grow">
            <Box className="strong">
              {address.name} <Txt className="num muted">{formatPhone(address.phone)}</Txt>
            </Box>
            <Box className="small muted">{addressText(address)}</Box>
          </Box>
          {address.addressId === chosenId ? <Icon name="check" /> : null}
        </Tap>
      )) ?? <Box className="bone share-bone" />}
    </Sheet>
  );
}

import { Box, Go, Txt } from '@elements';
import type { ReactElement } from 'react';

import { call } from '../../api/client.ts';
import { useT } from '../../i18n/t.ts';
import { addressText } from '../../lib/address-text.ts';
import { formatPhone } from '../../lib/phone.ts';
import { useQuery } from '../../lib/query.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { Bones, Empty, Failed } from '../../ui/states.tsx';

export default function AddressesPage(): ReactElement {
  const t = useT();
  const { data, error, reload } = useQuery('addresses', () => call('listAddresses', {}));
  return (
    <Page
      title={t('addresses.title')}
      isBarNarrow
      bar={
        <Box className="grow">
          <ButtonLink isWide size="big" to="pages/address/index">
            {t('addresses.add')}
          </ButtonLink>
        </Box>
      }
    >
      <Box className="wrap wrap-narrow stack">
        {data ? (
          data.items.length > 0 ? (
            data.items.map((address) => (
              <Go key={address.addressId} className="card line" to={`pages/address/index?id=${address.addressId}`}>
                <Box className="grow">
                  <Box className="strong">
                    {address.name} <Txt className="num muted">{formatPhone(address.phone)}</Txt>{' '}
                    {address.isDefault ? <Txt className="badge">{t('addresses.default')}</Txt> : null}
                  </Box>
                  <Box className="small muted">{addressText(address)}</Box>
                </Box>
                <Icon name="edit" />
              </Go>
            ))
          ) : (
            <Empty icon="pin" title={t('addresses.empty')} />
          )
        ) : error ? (
          <Failed error={error} onRetry={() => void reload()} />
        ) : (
          <Bones heights={[84, 84]} />
        )}
      </Box>
    </Page>
  );
}

import { Box, Txt } from '@elements';
import type { ReactElement } from 'react';

import type { UnitPrice } from '../api/types.ts';
import { useT } from '../i18n/t.ts';
import { priceRows } from '../lib/explain-price.ts';
import { formatFen } from '../lib/money.ts';
import { useShop } from '../lib/shop.ts';
import { Sheet } from './sheet.tsx';

/** Every price that exists for this visitor, and which one counts. */
export function PriceSheet({ price, onClose }: { price: UnitPrice; onClose: () => void }): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  return (
    <Sheet title={t('product.explain')} onClose={onClose}>
      {priceRows(price).map(({ kind, amountFen, isPaid }) => (
        <Box key={kind} className="line price-row">
          <Box className="line line-start">
            <Txt className={isPaid ? 'strong' : 'muted'}>{t(`product.price.${kind}`)}</Txt>
            {isPaid ? <Txt className="badge">{t('product.price.paid')}</Txt> : null}
          </Box>
          <Txt className={`num ${isPaid ? 'strong text-price' : 'was'}`}>{formatFen(amountFen, currency)}</Txt>
        </Box>
      ))}
    </Sheet>
  );
}

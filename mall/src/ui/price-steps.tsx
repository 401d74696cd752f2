import { Box, Txt } from '@elements';
import type { ReactElement } from 'react';

import type { PriceStep } from '../api/types.ts';
import { useT } from '../i18n/t.ts';
import { formatFen } from '../lib/money.ts';
import { useShop } from '../lib/shop.ts';

/** From the everyday price to what is paid, step by step, in the order in which the steps apply. */
export function PriceSteps({
  goodsFen,
  steps,
  freightFen,
}: {
  goodsFen: number;
  steps: readonly PriceStep[];
  freightFen: number;
}): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  return (
    <Box className="steps">
      <Box className="line">
        <Txt className="muted">{t('checkout.goods')}</Txt>
        <Txt className="num">{formatFen(goodsFen, currency)}</Txt>
      </Box>
      {steps
        .filter(({ step, amountFen }) => step !== 'freight' && amountFen !== 0)
        .map(({ step, name, reference, amountFen }, at) => (
          <Box key={`${step}-${reference}-${at}`} className="line">
            <Txt className="muted clip grow">
              {t(`step.${step}`)}
              {name ? ` · ${name}` : ''}
            </Txt>
            <Txt className="num text-price">{formatFen(amountFen, currency)}</Txt>
          </Box>
        ))}
      <Box className="line">
        <Txt className="muted">{t('checkout.freight')}</Txt>
        <Txt className="num">{freightFen === 0 ? t('checkout.freightFree') : formatFen(freightFen, currency)}</Txt>
      </Box>
    </Box>
  );
}

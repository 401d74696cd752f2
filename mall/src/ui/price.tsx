import { Box, Txt } from '@elements';
import type { ReactElement } from 'react';

import { priceParts } from '../lib/money.ts';
import { useShop } from '../lib/shop.ts';

/** An amount, its whole part strongest. */
export function Price({
  amountFen,
  size = 's',
  isInk,
}: {
  amountFen: number;
  size?: 's' | 'm' | 'l';
  isInk?: boolean;
}): ReactElement {
  const { sign, minus, whole, cents } = priceParts(amountFen, useShop()?.brand.currency);
  return (
    <Box className={`price price-${size} ${isInk ? 'price-ink' : ''}`}>
      <Txt className="price-sign">
        {minus ? '−' : ''}
        {sign}
      </Txt>
      <Txt className="price-whole">{whole}</Txt>
      <Txt className="price-cents">.{cents}</Txt>
    </Box>
  );
}

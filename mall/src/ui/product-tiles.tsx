import { Box, Go, Pic, Txt } from '@elements';
import type { ReactElement } from 'react';

import type { ProductCard } from '../api/types.ts';
import { language } from '../i18n/language.ts';
import { useT } from '../i18n/t.ts';
import { formatCount, formatFenShort } from '../lib/money.ts';
import { useShop } from '../lib/shop.ts';
import { Price } from './price.tsx';

export function ProductTiles({ items, eager = 0 }: { items: readonly ProductCard[]; eager?: number }): ReactElement {
  return (
    <Box className="tiles">
      {items.map((item, at) => (
        <Tile key={item.productId} item={item} isEager={at < eager} />
      ))}
    </Box>
  );
}

function Tile({ item, isEager }: { item: ProductCard; isEager: boolean }): ReactElement {
  const t = useT();
  const currency = useShop()?.brand.currency;
  return (
    <Go className="tile" to={`pages/product/index?id=${item.productId}`}>
      <Box className="tile-cover">
        <Pic src={item.pictureUrl} alt="" width={240} isEager={isEager} />
        {item.available <= 0 ? <Txt className="tile-veil">{t('product.soldOut')}</Txt> : null}
      </Box>
      <Box className="tile-body">
        <Txt className="tile-title clip2">{item.title}</Txt>
        {item.subtitle ? <Txt className="tiny muted clip">{item.subtitle}</Txt> : null}
        <Box className="tile-foot">
          <Price amountFen={item.priceFen} size="m" />
          {item.hasHigherPrices ? <Txt className="tiny muted">{t('product.from')}</Txt> : null}
          {item.listPriceFen !== null ? (
            <Txt className="was num">{formatFenShort(item.listPriceFen, currency)}</Txt>
          ) : null}
          {item.soldQuantity > 0 ? (
            <Txt className="tiny muted">{t('product.sold', { count: formatCount(item.soldQuantity, language()) })}</Txt>
          ) : null}
        </Box>
      </Box>
    </Go>
  );
}

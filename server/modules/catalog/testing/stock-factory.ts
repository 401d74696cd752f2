import type { Context } from '#platform/context';
import { newId } from '#platform/ids';

import { changeStock } from '../stock.ts';

/** A product with one SKU per quantity, each with so many pieces at location 1. Returns the SKU ids. */
export async function stockedSkus(ctx: Context, quantities: readonly number[]): Promise<string[]> {
  await ctx.tx.execute(
    `insert into catalog.locations (tenant_id, location_id, kind, name) values ($1, 1, 'warehouse', '总仓') on conflict do nothing`,
    [ctx.tenantId],
  );
  const productId = newId();
  await ctx.tx.execute(
    `insert into catalog.products (tenant_id, product_id, code, title, kind, status) values ($1, $2, $3, '杯子', 'goods', 'on_sale')`,
    [ctx.tenantId, productId, productId],
  );
  const skuIds = quantities.map(() => newId());
  await ctx.tx.execute(
    `insert into catalog.skus (tenant_id, sku_id, product_id, code, list_price_fen, sale_price_fen)
     select $1, id, $2, id, 1000, 1000 from unnest($3::uuid[]) id`,
    [ctx.tenantId, productId, skuIds],
  );
  const lines = skuIds.map((skuId, index) => ({ skuId, locationId: 1, quantity: quantities[index] ?? 0 }));
  await changeStock(
    ctx,
    lines.filter((line) => line.quantity > 0).map((line) => ({ ...line, reason: 'received' as const })),
  );
  return skuIds;
}

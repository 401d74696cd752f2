import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import { availableQuantities, findProduct, unlimited } from './find-product.ts';
import { pricesAt } from './prices.ts';

/** A product on sale as a shopper sees it; anything not on sale does not exist. */
export async function findProductOnSale(ctx: Pick<Context, 'tx' | 'tenantId' | 'now'>, productId: string) {
  const product = await findProduct(ctx, productId);
  if (product.status !== 'on_sale') throw new NotFound('Product');
  const skus = product.skus.filter((sku) => sku.isEnabled);
  const skuIds = skus.map((sku) => sku.skuId);
  const prices = await pricesAt(ctx, skuIds, { at: ctx.now });
  const available = await availableQuantities(
    ctx,
    skus.map((sku) => ({ ...sku, kind: product.kind })),
  );
  const tiers = await ctx.tx.query<{ skuId: string; tier: string; amountFen: number }>(
    `select sku_id as "skuId", tier_code as tier, min(amount_fen) as "amountFen" from catalog.prices
      where tenant_id = $1 and sku_id = any($2) and kind = 'member'
        and coalesce(starts_at, '-infinity') <= $3 and coalesce(ends_at, 'infinity') > $3
      group by sku_id, tier_code`,
    [ctx.tenantId, skuIds, ctx.now],
  );
  return {
    ...product,
    skus: skus.map((sku) => ({
      skuId: sku.skuId,
      spec: { ...sku.spec },
      imageFileId: sku.imageFileId,
      listPriceFen: sku.listPriceFen,
      salePriceFen: prices.get(sku.skuId)?.salePriceFen ?? sku.salePriceFen,
      memberPriceFens: Object.fromEntries(
        tiers.filter(({ skuId }) => skuId === sku.skuId).map(({ tier, amountFen }) => [tier, amountFen]),
      ),
      // How much exactly lies in the warehouse is nobody's business.
      available: Math.min(available.get(sku.skuId) ?? 0, unlimited),
    })),
  };
}

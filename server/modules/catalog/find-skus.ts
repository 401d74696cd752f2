import type { StockContext } from './reservation.ts';

/**
 * Which of our SKUs the sources' codes mean, by `<sourceId>:<code>`: the channel's own mapping first, else our SKU of the same code.
 * Unknown codes are absent.
 */
export async function findSkusByCode(
  ctx: Pick<StockContext, 'tx' | 'tenantId'>,
  wanted: readonly { readonly sourceId: number; readonly code: string }[],
): Promise<Map<string, { skuId: string; productId: string }>> {
  if (wanted.length === 0) return new Map();
  const rows = await ctx.tx.query<{ key: string; skuId: string; productId: string }>(
    `select w.source_id || ':' || w.code as key, coalesce(mapped.sku_id, own.sku_id) as "skuId",
            coalesce(mapped.product_id, own.product_id) as "productId"
       from unnest($2::int[], $3::text[]) as w(source_id, code)
       left join catalog.channel_skus c on c.tenant_id = $1 and c.source_id = w.source_id and c.channel_sku_code = w.code
       left join catalog.skus mapped on mapped.tenant_id = $1 and mapped.sku_id = c.sku_id
       left join catalog.skus own on own.tenant_id = $1 and own.code = w.code
      where coalesce(mapped.sku_id, own.sku_id) is not null`,
    [ctx.tenantId, wanted.map((item) => item.sourceId), wanted.map((item) => item.code)],
  );
  return new Map(rows.map(({ key, skuId, productId }) => [key, { skuId, productId }]));
}

import { NotFound } from '#platform/errors';

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

/** Replaces the codes by which sources mean one of our SKUs. A code another SKU had moves to this one. */
export async function mapChannelSku(
  ctx: Pick<StockContext, 'tx' | 'tenantId'>,
  skuId: string,
  codes: readonly { readonly sourceId: number; readonly code: string }[],
): Promise<void> {
  const [sku] = await ctx.tx.query(`select 1 from catalog.skus where tenant_id = $1 and sku_id = $2`, [
    ctx.tenantId,
    skuId,
  ]);
  if (!sku) throw new NotFound('SKU');
  await ctx.tx.execute(`delete from catalog.channel_skus where tenant_id = $1 and sku_id = $2`, [ctx.tenantId, skuId]);
  await ctx.tx.execute(
    `insert into catalog.channel_skus (tenant_id, source_id, channel_sku_code, sku_id)
     select distinct $1::int, source_id, code, $2::uuid from unnest($3::int[], $4::text[]) as c(source_id, code)
     on conflict (tenant_id, source_id, channel_sku_code) do update set sku_id = excluded.sku_id`,
    [ctx.tenantId, skuId, codes.map((code) => code.sourceId), codes.map((code) => code.code)],
  );
}

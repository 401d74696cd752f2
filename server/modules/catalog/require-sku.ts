import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

/** Throws `NotFound` unless the SKU exists in the caller's tenant. */
export async function requireSku(ctx: Pick<Context, 'tx' | 'tenantId'>, skuId: string): Promise<void> {
  const [sku] = await ctx.tx.query(`select from catalog.skus where tenant_id = $1 and sku_id = $2`, [
    ctx.tenantId,
    skuId,
  ]);
  if (!sku) throw new NotFound('SKU');
}

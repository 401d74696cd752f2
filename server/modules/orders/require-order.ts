import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

/** Throws `NotFound` unless the order exists within the caller's tenant and stores. */
export async function requireOrder(ctx: Pick<Context, 'tx' | 'tenantId'>, orderId: string): Promise<void> {
  const [order] = await ctx.tx.query(`select from orders.orders where tenant_id = $1 and order_id = $2`, [
    ctx.tenantId,
    orderId,
  ]);
  if (!order) throw new NotFound('order');
}

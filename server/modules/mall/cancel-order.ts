import { everyStore, systemContext } from '#platform/context';
import type { Context } from '#platform/context';
import type { JobContext } from '#platform/jobs';

import type { Buyer } from './buyer.ts';
import { OrderStateRefuses } from './errors.ts';
import { findOwnOrder, orderColumns } from './order.ts';
import type { OrderContext, OrderRow } from './order.ts';
import { cancelLocked } from './settle-order.ts';

/** The buyer cancels an unpaid order; cancelling it again changes nothing. */
export async function cancelOrder(
  ctx: OrderContext,
  buyer: Buyer,
  { orderId, reason }: { orderId: string; reason: string },
): Promise<void> {
  const order = await findOwnOrder(ctx, buyer, orderId, 'for update');
  if (order.state === 'cancelled') return;
  if (order.state !== 'unpaid') throw new OrderStateRefuses(order.state, 'cancel');
  await cancelLocked(ctx, order, reason || 'buyer');
}

/** Cancels unpaid orders of a tenant whose time is over, at most `limit`; answers how many. */
export async function cancelOverdue(ctx: OrderContext, limit = 50): Promise<number> {
  const due = await ctx.tx.query<OrderRow>(
    `select ${orderColumns} from mall.orders where tenant_id = $1 and state = 'unpaid' and pay_before <= $2
      order by pay_before limit $3 for update skip locked`,
    [ctx.tenantId, ctx.now, limit],
  );
  for (const order of due) await cancelLocked(ctx, order, 'timeout');
  return due.length;
}

/** Runs `work` for each tenant of `tenants` until it has nothing left, in short transactions. */
export async function perTenant(
  { database, services, signal }: JobContext,
  name: string,
  tenants: string,
  work: (ctx: Context) => Promise<number>,
): Promise<void> {
  const rows = await database.work({ tenantId: null, scope: everyStore }, (tx) =>
    tx.query<{ tenant_id: number }>(tenants),
  );
  for (const { tenant_id: tenantId } of rows) {
    let done = 1;
    while (done > 0 && !signal.aborted) {
      done = await database.work({ tenantId, scope: everyStore }, async (tx) => {
        return work(systemContext({ tx, tenantId, services, name }));
      });
    }
  }
}

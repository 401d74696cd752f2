import { everyStore } from '#platform/context';
import type { Tx } from '#platform/database';
import type { JobContext } from '#platform/jobs';

import { recleanOrders, writeCleaned } from './apply-cleaning.ts';
import { rulesInForce } from './cleaning-rules.ts';
import type { OrdersContext } from './new-order.ts';
import type { OrderRow } from './order-row.ts';

const ordersPerPage = 1_000;
const firstId = '00000000-0000-0000-0000-000000000000';
// A transaction that began earlier may commit an older change later.
const settleInterval = '30 seconds';

type CompareJob = Pick<JobContext, 'database' | 'services' | 'signal'>;

/** Compares the orders of all tenants that changed since the last time with their neighbours and flags what looks wrong beside them. */
export async function compareRecentOrders(job: CompareJob): Promise<void> {
  const tenants = await job.database.work({ tenantId: null, scope: everyStore }, (tx) =>
    tx.query<{ tenant_id: number }>(
      `select t.tenant_id from (select distinct tenant_id from orders.orders) t left join orders.comparisons c using (tenant_id)
        where exists (select from orders.orders o where o.tenant_id = t.tenant_id and o.changed_at > coalesce(c.compared_until, '-infinity'))`,
    ),
  );
  for (const { tenant_id: tenantId } of tenants) {
    let isMore = true;
    while (isMore && !job.signal.aborted) {
      isMore = await job.database.work({ tenantId, scope: everyStore }, (tx) => comparePage(job, tx, tenantId));
    }
  }
}

async function comparePage(job: CompareJob, tx: Tx, tenantId: number): Promise<boolean> {
  await tx.execute(`insert into orders.comparisons values ($1, '-infinity', $2) on conflict do nothing`, [
    tenantId,
    firstId,
  ]);
  const page = await tx.query<{ order_id: string; changed_at: string }>(
    `select o.order_id, o.changed_at::text as changed_at from orders.orders o,
            (select compared_until, last_order_id from orders.comparisons where tenant_id = $1 for update) c
      where o.tenant_id = $1 and (o.changed_at, o.order_id) > (c.compared_until, c.last_order_id)
        and o.changed_at < now() - $2::interval
      order by o.changed_at, o.order_id limit $3`,
    [tenantId, settleInterval, ordersPerPage],
  );
  const last = page.at(-1);
  if (!last) return false;
  const [clock] = await tx.query<{ now: Date }>(`select now() as now`);
  const ctx: OrdersContext = { tx, tenantId, now: clock?.now ?? new Date(), services: job.services };
  const rules = await rulesInForce(ctx);
  const rows = await lockWithNeighbours(
    ctx,
    page.map((row) => row.order_id),
    rules.rules.brushing.withinHours,
  );
  await writeCleaned(ctx, await recleanOrders(ctx, rules, rows));
  await tx.execute(`update orders.comparisons set compared_until = $2, last_order_id = $3 where tenant_id = $1`, [
    tenantId,
    last.changed_at,
    last.order_id,
  ]);
  return page.length === ordersPerPage;
}

/** The orders and those to the same receivers around them, which a new order can turn suspicious too. */
async function lockWithNeighbours(ctx: OrdersContext, orderIds: readonly string[], hours: number): Promise<OrderRow[]> {
  const ids = await ctx.tx.query<{ order_id: string }>(
    `select unnest($2::uuid[]) as order_id
     union
     select n.order_id from orders.orders o
       join orders.orders n on n.tenant_id = o.tenant_id and n.receiver_phone_index = o.receiver_phone_index
        and n.placed_at between o.placed_at - make_interval(hours => $3) and o.placed_at + make_interval(hours => $3)
      where o.tenant_id = $1 and o.order_id = any($2) and o.receiver_phone_index is not null`,
    [ctx.tenantId, orderIds, hours],
  );
  return ctx.tx.query<OrderRow>(
    `select * from orders.orders where tenant_id = $1 and order_id = any($2) order by source_id, source_order_no for update`,
    [ctx.tenantId, ids.map((row) => row.order_id)],
  );
}

import { v7 } from 'uuid';

import { everyStore } from '#platform/context';
import type { Tx } from '#platform/database';
import type { JobContext } from '#platform/jobs';

import { recleanOrders, writeCleaned } from './apply-cleaning.ts';
import { rulesInForce } from './cleaning-rules.ts';
import type { OrdersContext } from './new-order.ts';
import type { OrderRow } from './order-row.ts';

const ordersPerPage = 1_000;
const firstId = '00000000-0000-0000-0000-000000000000';
// A transaction that made an id earlier may commit it later.
const settleMs = 120_000;

type CompareJob = Pick<JobContext, 'database' | 'services' | 'signal'>;

/** Compares the orders of all tenants that are new since the last time with their neighbours and flags what looks wrong beside them. */
export async function compareRecentOrders(job: CompareJob, now = new Date()): Promise<void> {
  // Order ids of version 7 start with their time: everything below this one is older than the settling time.
  const until = v7({ msecs: now.getTime() - settleMs, seq: 0, random: new Uint8Array(16) });
  const tenants = await job.database.work({ tenantId: null, scope: everyStore }, (tx) =>
    // Hops from tenant to tenant along the primary key instead of reading every order.
    tx.query<{ tenant_id: number }>(
      `with recursive t as (
         select min(tenant_id) as tenant_id from orders.orders
         union all select (select min(o.tenant_id) from orders.orders o where o.tenant_id > t.tenant_id) from t where t.tenant_id is not null)
       select tenant_id from t where tenant_id is not null`,
    ),
  );
  for (const { tenant_id: tenantId } of tenants) {
    let isMore = true;
    while (isMore && !job.signal.aborted) {
      isMore = await job.database.work({ tenantId, scope: everyStore }, (tx) =>
        comparePage(job, tx, { tenantId, until }),
      );
    }
  }
}

async function comparePage(
  job: CompareJob,
  tx: Tx,
  { tenantId, until }: { tenantId: number; until: string },
): Promise<boolean> {
  await tx.execute(`insert into orders.comparisons (tenant_id, last_order_id) values ($1, $2) on conflict do nothing`, [
    tenantId,
    firstId,
  ]);
  const page = await tx.query<{ order_id: string }>(
    `select o.order_id from orders.orders o
      where o.tenant_id = $1 and o.order_id < $2
        and o.order_id > (select last_order_id from orders.comparisons where tenant_id = $1 for update)
      order by o.order_id limit $3`,
    [tenantId, until, ordersPerPage],
  );
  const last = page.at(-1);
  if (!last) return false;
  const ctx: OrdersContext = { tx, tenantId, now: tx.now, services: job.services };
  const rules = await rulesInForce(ctx);
  const orderIds = page.map((row) => row.order_id);
  const rows = await lockWithNeighbours(ctx, orderIds, rules.rules.brushing.withinHours);
  await writeCleaned(ctx, await recleanOrders(ctx, rules, rows));
  await tx.execute(`update orders.comparisons set last_order_id = $2 where tenant_id = $1`, [tenantId, last.order_id]);
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

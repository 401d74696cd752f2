import { countEventsBySource } from '#collect';
import { countOrdersBySource } from '#orders';
import type { Context } from '#platform/context';

import { isDemoSource } from './demo-sources.ts';
import type { Seeding } from './seeding.ts';

/** What the tenant holds that is not made up. */
export interface OwnData {
  /** Imported, from a connected shop, or bought in the mall. */
  readonly orders: number;
  /** From sources other than the demo's. */
  readonly events: number;
  /** Added by staff by hand. */
  readonly customers: number;
}

/** What would go with the demo although it is not part of it. */
export async function findOwnData(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  { marks }: Pick<Seeding, 'marks'>,
): Promise<OwnData> {
  const orders = await countOrdersBySource(ctx);
  const events = await countEventsBySource(ctx);
  const [added] = await ctx.tx.query<{ customers: number }>(
    `select count(*)::int as customers from platform.audit_entries
      where tenant_id = $1 and action = 'customers.create' and at > (select started_at from demo.seedings where tenant_id = $1)`,
    [ctx.tenantId],
  );
  const placed = Array.isArray(marks['mallOrders']) ? marks['mallOrders'].length : 0;
  return {
    orders: Math.max(0, orders.reduce((sum, one) => sum + (isDemoSource(one.sourceId) ? 0 : one.orders), 0) - placed),
    events: events.reduce(
      (sum, one) => sum + (one.sourceId === 0 || one.sourceId === marks['sourceId'] ? 0 : one.events),
      0,
    ),
    customers: added?.customers ?? 0,
  };
}

/** Whether there is anything of one's own. */
export function isNone({ orders, events, customers }: OwnData): boolean {
  return orders + events + customers === 0;
}

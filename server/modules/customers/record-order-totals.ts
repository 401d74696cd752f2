import type { PipelineContext, ResolvedEvent } from '#platform/log/event';

import { projectCustomers } from './project-customers.ts';
import { sqlList } from './sql-list.ts';

/** What one event changes in a customer's orders. */
interface Change {
  readonly tenantId: number;
  readonly originId: number;
  readonly customerId: number;
  readonly currency: string;
  orders: number;
  spendMinor: number;
  firstAt: number | null;
  lastAt: number | null;
}

/** Keeps counts and sums of the orders that count, per origin, from what the order pool announces. */
export async function recordOrderTotals(ctx: PipelineContext, events: readonly ResolvedEvent[]): Promise<void> {
  const changes = new Map<string, Change>();
  for (const event of events) {
    const { tenantId, originCustomerId, resolvedCustomerId, properties, occurredAt } = event;
    const effect = effectOf(event);
    if (!effect || originCustomerId === null || resolvedCustomerId === null) continue;
    const currency = typeof properties['currency'] === 'string' ? properties['currency'] : 'CNY';
    const key = `${tenantId}:${originCustomerId}:${currency}`;
    const change = changes.get(key) ?? {
      tenantId,
      originId: originCustomerId,
      customerId: resolvedCustomerId,
      currency,
      orders: 0,
      spendMinor: 0,
      firstAt: null,
      lastAt: null,
    };
    change.orders += effect.orders;
    change.spendMinor += effect.spendMinor;
    if (effect.orders > 0) {
      change.firstAt = Math.min(change.firstAt ?? occurredAt, occurredAt);
      change.lastAt = Math.max(change.lastAt ?? occurredAt, occurredAt);
    }
    changes.set(key, change);
  }
  await addUp(ctx, [...changes.values()]);
}

function effectOf({ name, properties }: ResolvedEvent): { orders: number; spendMinor: number } | null {
  const number = (key: string) => (typeof properties[key] === 'number' ? properties[key] : undefined);
  const paid = number('amount_minor') ?? number('amount_fen') ?? 0;
  const counted = number('counted_minor') ?? number('counted_fen') ?? paid;
  const isExcluded = properties['excluded'] === true;
  switch (name) {
    case 'Order Paid':
      return isExcluded ? null : { orders: 1, spendMinor: counted };
    case 'Order Refunded':
      return isExcluded ? null : { orders: 0, spendMinor: -counted };
    case 'Order Excluded':
      return paid > 0 ? { orders: -1, spendMinor: -counted } : null;
    case 'Order Included':
      return paid > 0 ? { orders: 1, spendMinor: counted } : null;
    default:
      return null;
  }
}

async function addUp({ tx }: PipelineContext, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms));
  await tx.execute(
    `insert into customers.order_totals as t (tenant_id, origin_customer_id, currency, customer_id, orders_count, spend_minor,
                                              first_order_at, last_order_at)
     select n.* from unnest($1::int[], $2::bigint[], $3::text[], $4::bigint[], $5::int[], $6::bigint[], $7::timestamptz[], $8::timestamptz[])
            n(tenant, origin, currency, customer, orders, spend, first, last)
     on conflict (tenant_id, origin_customer_id, currency) do update
        set customer_id = excluded.customer_id, orders_count = t.orders_count + excluded.orders_count,
            spend_minor = t.spend_minor + excluded.spend_minor,
            first_order_at = least(t.first_order_at, excluded.first_order_at),
            last_order_at = greatest(t.last_order_at, excluded.last_order_at)`,
    [
      sqlList(changes.map(({ tenantId }) => tenantId)),
      sqlList(changes.map(({ originId }) => originId)),
      changes.map(({ currency }) => currency),
      sqlList(changes.map(({ customerId }) => customerId)),
      sqlList(changes.map(({ orders }) => orders)),
      sqlList(changes.map(({ spendMinor }) => spendMinor)),
      changes.map(({ firstAt }) => instant(firstAt)),
      changes.map(({ lastAt }) => instant(lastAt)),
    ],
  );
  for (const [tenantId, mine] of Map.groupBy(changes, (change) => change.tenantId)) {
    await projectCustomers(
      tx,
      tenantId,
      mine.map(({ customerId }) => customerId),
    );
  }
}

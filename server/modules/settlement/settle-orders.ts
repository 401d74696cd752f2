import * as z from 'zod';

import { brandClock } from '#org';
import { runningDefinitions } from '#platform/definitions';
import type { PipelineContext, ResolvedEvent, Subscription } from '#platform/log/event';

import { settlementPlanKind } from './plan.ts';
import { recomputeCommission } from './recompute-commission.ts';
import type { PeriodKey } from './recompute-commission.ts';

const Attributed = z.object({
  order_id: z.uuid(),
  buyer_customer_id: z.int(),
  currency: z.string(),
  first_order: z.boolean(),
});
const OrderEvent = z.object({ order_id: z.uuid() });

interface KeyRow {
  plan_id: string;
  partner_origin_customer_id: number;
  period_on: string;
}

const keysOf = (rows: readonly KeyRow[]): PeriodKey[] =>
  rows.map((row) => ({
    planId: row.plan_id,
    partnerOriginId: row.partner_origin_customer_id,
    periodOn: row.period_on,
  }));

/**
 * Takes newly attributed orders into the running plan, each partner's month bound to the version it begins with. The order may have been
 * received before it was attributed: that event found nothing here and does not come again.
 */
async function addEntries(
  ctx: PipelineContext,
  tenantId: number,
  events: readonly ResolvedEvent[],
): Promise<PeriodKey[]> {
  const [plan] = await runningDefinitions(ctx.tx, settlementPlanKind, tenantId);
  if (!plan) return [];
  const orders = events.flatMap((event) => {
    const parsed = Attributed.safeParse(event.properties);
    return parsed.success && event.resolvedCustomerId !== null ? [{ event, order: parsed.data }] : [];
  });
  const rows = await ctx.tx.query<KeyRow>(
    `insert into settlement.entries (tenant_id, plan_id, order_id, partner_customer_id, partner_origin_customer_id, buyer_customer_id,
                                     buyer_origin_customer_id, period_on, currency, paid_at, is_first_order, received_at)
     select $1, $2, o.order_id, o.partner, o.partner_origin, o.buyer, o.buyer,
            date_trunc('month', to_timestamp(o.at_ms / 1000.0) at time zone $10)::date, o.currency, to_timestamp(o.at_ms / 1000.0), o.is_first,
            r.received_at
       from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::float8[], $9::bool[])
            o(order_id, partner, partner_origin, buyer, currency, at_ms, is_first)
       left join orders.orders r on r.tenant_id = $1 and r.order_id = o.order_id
     on conflict do nothing returning plan_id, partner_origin_customer_id, period_on`,
    [
      tenantId,
      plan.definitionId,
      orders.map(({ order }) => order.order_id),
      orders.map(({ event }) => event.resolvedCustomerId),
      orders.map(({ event }) => event.originCustomerId ?? event.resolvedCustomerId),
      orders.map(({ order }) => order.buyer_customer_id),
      orders.map(({ order }) => order.currency),
      orders.map(({ event }) => event.occurredAt),
      orders.map(({ order }) => order.first_order),
      (await brandClock({ tx: ctx.tx, tenantId })).zone,
    ],
  );
  await ctx.tx.execute(
    `insert into settlement.periods (tenant_id, plan_id, partner_origin_customer_id, partner_customer_id, period_on, version)
     select distinct e.tenant_id, e.plan_id, e.partner_origin_customer_id, e.partner_customer_id, e.period_on, $3::int
       from settlement.entries e
       join unnest($4::bigint[], $5::date[]) k(partner_origin, period_on) on k.partner_origin = e.partner_origin_customer_id and k.period_on = e.period_on
      where e.tenant_id = $1 and e.plan_id = $2 on conflict do nothing`,
    [
      tenantId,
      plan.definitionId,
      plan.version,
      rows.map((row) => row.partner_origin_customer_id),
      rows.map(({ period_on }) => period_on),
    ],
  );
  return keysOf(rows);
}

/** The months of orders that changed; a receipt also starts the hold. */
async function touchedPeriods(
  ctx: PipelineContext,
  tenantId: number,
  events: readonly ResolvedEvent[],
): Promise<PeriodKey[]> {
  const orders = events.flatMap((event) => {
    const parsed = OrderEvent.safeParse(event.properties);
    return parsed.success
      ? [
          {
            orderId: parsed.data.order_id,
            receivedAt: event.name === 'Order Received' ? new Date(event.occurredAt) : null,
          },
        ]
      : [];
  });
  return keysOf(
    await ctx.tx.query<KeyRow>(
      `update settlement.entries e set received_at = coalesce(e.received_at, o.received_at)
         from unnest($2::uuid[], $3::timestamptz[]) o(order_id, received_at)
        where e.tenant_id = $1 and e.order_id = o.order_id returning e.plan_id, e.partner_origin_customer_id, e.period_on`,
      [tenantId, orders.map(({ orderId }) => orderId), orders.map(({ receivedAt }) => receivedAt)],
    ),
  );
}

/** Follows orders from attribution to receipt and refund; every change recomputes the months it touches, as sets. */
export const settleOrders: Subscription = {
  name: 'settlement.settle-orders',
  events: [
    'Order Attributed',
    'Order Received',
    'Order Refunded',
    'Order Cancelled',
    'Order Excluded',
    'Order Included',
  ],
  async handle(ctx, events) {
    const byTenant = Map.groupBy(events, ({ tenantId }) => tenantId);
    for (const [tenantId, ofTenant] of [...byTenant].toSorted(([a], [b]) => a - b)) {
      const added = await addEntries(
        ctx,
        tenantId,
        ofTenant.filter(({ name }) => name === 'Order Attributed'),
      );
      const touched = await touchedPeriods(
        ctx,
        tenantId,
        ofTenant.filter(({ name }) => name !== 'Order Attributed'),
      );
      await recomputeCommission({ tx: ctx.tx, tenantId, now: ctx.now }, [...added, ...touched]);
    }
  },
};

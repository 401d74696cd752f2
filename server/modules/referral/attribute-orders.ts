import * as z from 'zod';

import type { PipelineContext, ResolvedEvent } from '#platform/log/event';
import { emit } from '#platform/outbox';

/** A visit counts for orders paid up to so many days later. */
const windowDays = 15;

const Paid = z.object({
  order_id: z.uuid(),
  amount_minor: z.int(),
  currency: z.string(),
  backfill: z.boolean().optional(),
  excluded: z.boolean().optional(),
  attribution: z.object({ trace_code: z.string().optional() }).optional(),
});

interface Attributed {
  tenant_id: number;
  order_id: string;
  trace_id: string;
  sharer_customer_id: number;
  buyer_customer_id: number;
  amount_minor: number;
  currency: string;
  paid_at: Date;
  reason: string;
  is_first_order: boolean;
  depth: number;
}

/**
 * Decides for paid orders which link brought them, in one statement: the link the order itself names, else the last link its buyer
 * opened within the window. Nobody earns on their own order. Imported history is not attributed.
 */
export async function attributeOrders(ctx: PipelineContext, events: readonly ResolvedEvent[]): Promise<void> {
  const orders = events.flatMap((event) => {
    const parsed = Paid.safeParse(event.properties);
    if (!parsed.success || event.resolvedCustomerId === null || parsed.data.backfill || parsed.data.excluded) return [];
    return [{ event, order: parsed.data }];
  });
  if (orders.length === 0) return;
  const attributed = await ctx.tx.query<Attributed>(
    `with paid as (
       select * from unnest($1::int[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::float8[], $8::text[])
         p(tenant_id, order_id, buyer, buyer_origin, amount_minor, currency, at_ms, code)),
     dated as (select *, to_timestamp(at_ms / 1000.0) as paid_at from paid),
     found as (
       select d.*, t.trace_id, t.sharer_customer_id, t.sharer_origin_customer_id, t.depth, v.last_at as visited_at,
              case when t.code = d.code then 'order_link' else 'last_touch' end as reason
         from dated d
         join lateral (
           select t.*, v.last_at
             from referral.visits v join referral.traces t on t.tenant_id = v.tenant_id and t.trace_id = v.trace_id
            where v.tenant_id = d.tenant_id and v.customer_id = d.buyer and t.sharer_customer_id <> d.buyer
              and v.first_at <= d.paid_at and v.last_at > d.paid_at - make_interval(days => $9)
            order by (t.code = d.code) desc nulls last, v.last_at desc, v.visit_id desc limit 1) t on true
         cross join lateral (select t.last_at) v),
     stored as (
       insert into referral.attributions (tenant_id, order_id, trace_id, sharer_customer_id, sharer_origin_customer_id, buyer_customer_id,
                                          buyer_origin_customer_id, amount_minor, currency, paid_at, visited_at, is_first_order, reason)
       select f.tenant_id, f.order_id, f.trace_id, f.sharer_customer_id, f.sharer_origin_customer_id, f.buyer, f.buyer_origin, f.amount_minor,
              f.currency, f.paid_at, f.visited_at,
              not exists (select from orders.purchases o where o.tenant_id = f.tenant_id and o.customer_id = f.buyer and o.kind = 'sale'
                             and o.order_id <> f.order_id and o.bought_at < f.paid_at), f.reason
         from found f
       on conflict do nothing returning *)
     select s.tenant_id, s.order_id, s.trace_id, s.sharer_customer_id, s.buyer_customer_id, s.amount_minor, s.currency, s.paid_at, s.reason,
            s.is_first_order, t.depth
       from stored s join referral.traces t using (tenant_id, trace_id)`,
    [
      orders.map(({ event }) => event.tenantId),
      orders.map(({ order }) => order.order_id),
      orders.map(({ event }) => event.resolvedCustomerId),
      orders.map(({ event }) => event.originCustomerId ?? event.resolvedCustomerId),
      orders.map(({ order }) => order.amount_minor),
      orders.map(({ order }) => order.currency),
      orders.map(({ event }) => event.occurredAt),
      orders.map(({ order }) => order.attribution?.trace_code ?? null),
      windowDays,
    ],
  );
  await emit(
    ctx,
    attributed.map((one) => ({
      tenantId: one.tenant_id,
      name: 'Order Attributed',
      messageId: `order-attributed:${one.order_id}`,
      occurredAt: one.paid_at,
      customerId: one.sharer_customer_id,
      properties: {
        order_id: one.order_id,
        trace_id: one.trace_id,
        buyer_customer_id: one.buyer_customer_id,
        amount_minor: one.amount_minor,
        currency: one.currency,
        reason: one.reason,
        first_order: one.is_first_order,
        depth: one.depth,
      },
    })),
  );
}

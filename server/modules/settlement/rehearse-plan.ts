import { customerSummaries } from '#customers';
import type { Context } from '#platform/context';

import { decideCommission } from './plan.ts';
import type { SettlementPlan } from './plan.ts';

interface FactRow {
  partner_customer_id: number;
  period_on: string;
  order_id: string;
  kept: number;
  is_first_order: boolean;
  paid_at: Date;
}

/** What each partner would have earned per month under a plan, beside what they earned, over the attributed orders of the past months. */
export async function rehearsePlan(ctx: Context, plan: SettlementPlan, months: number) {
  const rows = await ctx.tx.query<FactRow>(
    `select e.partner_customer_id, e.period_on, e.order_id, greatest(coalesce(o.amount_minor, 0), 0)::bigint as kept, e.is_first_order, e.paid_at
       from settlement.entries e left join orders.purchases o on o.tenant_id = e.tenant_id and o.order_id = e.order_id
      where e.tenant_id = $1 and e.period_on > (now() - make_interval(months => $2))::date`,
    [ctx.tenantId, months],
  );
  const earned = new Map(
    (
      await ctx.tx.query<{ key: string; amount: number }>(
        `select partner_customer_id || ':' || period_on as key, sum(target_minor)::bigint as amount from settlement.entries
          where tenant_id = $1 and period_on > (now() - make_interval(months => $2))::date group by 1`,
        [ctx.tenantId, months],
      )
    ).map(({ key, amount }) => [key, amount]),
  );
  const byMonth = Map.groupBy(rows, (row) => `${row.partner_customer_id}:${row.period_on}`);
  const results = [...byMonth].flatMap(([key, facts]) => {
    const [first] = facts;
    if (!first) return [];
    const decided = decideCommission(
      plan,
      facts.map((row) => ({
        orderId: row.order_id,
        keptBaseMinor: row.kept,
        isNewCustomer: row.is_first_order,
        paidAtMs: row.paid_at.getTime(),
      })),
    );
    return [
      {
        partnerCustomerId: first.partner_customer_id,
        periodOn: first.period_on,
        orders: facts.length,
        measured: decided.measured,
        nowMinor: earned.get(key) ?? 0,
        thenMinor: decided.totalMinor,
      },
    ];
  });
  const people = new Map(
    (await customerSummaries(ctx, [...new Set(results.map((one) => one.partnerCustomerId))])).map((one) => [
      one.customerId,
      one.displayName,
    ]),
  );
  const partners = results
    .map((one) => ({ ...one, partner: people.get(one.partnerCustomerId) ?? '' }))
    .toSorted((a, b) => Math.abs(b.thenMinor - b.nowMinor) - Math.abs(a.thenMinor - a.nowMinor));
  return {
    nowMinor: results.reduce((sum, { nowMinor }) => sum + nowMinor, 0),
    thenMinor: results.reduce((sum, { thenMinor }) => sum + thenMinor, 0),
    partners: partners.slice(0, 200),
  };
}

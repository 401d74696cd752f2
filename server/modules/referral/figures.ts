import { brandClock } from '#org';
import type { Context } from '#platform/context';

/** Local days in the brand's zone, both inclusive. */
export interface Period {
  readonly fromOn: string;
  readonly untilOn: string;
}

const within = (column: string) => `(${column} at time zone $4)::date between $2::date and $3::date`;

/** What sharing brought in a period. */
export async function referralFigures(ctx: Context, { fromOn, untilOn }: Period) {
  const [row] = await ctx.tx.query<{
    shares: number;
    sharers: number;
    visitors: number;
    orders: number;
    amountMinor: number;
    buyers: number;
    cameBack: number;
  }>(
    `select (select count(*)::int from referral.traces where tenant_id = $1 and ${within('created_at')}) as shares,
            (select count(distinct sharer_customer_id)::int from referral.traces where tenant_id = $1 and ${within('created_at')}) as sharers,
            (select count(distinct customer_id)::int from referral.visits where tenant_id = $1 and visited_on between $2::date and $3::date) as visitors,
            (select count(*)::int from referral.attributions where tenant_id = $1 and ${within('paid_at')}) as orders,
            (select coalesce(sum(amount_minor), 0)::bigint from referral.attributions where tenant_id = $1 and ${within('paid_at')}) as "amountMinor",
            (select count(distinct buyer_customer_id)::int from referral.attributions where tenant_id = $1 and ${within('paid_at')}) as buyers,
            (select count(*)::int from (${cameBack}) back) as "cameBack"`,
    [ctx.tenantId, fromOn, untilOn, (await brandClock(ctx)).zone],
  );
  return row ?? { shares: 0, sharers: 0, visitors: 0, orders: 0, amountMinor: 0, buyers: 0, cameBack: 0 };
}

/** Buyers a link brought who bought again later, whoever brought the second order. */
const cameBack = `
  select a.buyer_customer_id as customer_id from referral.attributions a
   where a.tenant_id = $1 and ${within('a.paid_at')}
     and exists (select from orders.purchases o where o.tenant_id = $1 and o.customer_id = a.buyer_customer_id and o.kind = 'sale' and o.amount_minor > 0
                    and o.order_id <> a.order_id and o.bought_at > a.paid_at)
   group by 1`;

const people = {
  shared: `select sharer_customer_id as customer_id, count(*)::int as count, 0::bigint as amount from referral.traces
            where tenant_id = $1 and ${within('created_at')} group by 1`,
  came: `select customer_id, count(*)::int as count, 0::bigint as amount from referral.visits
          where tenant_id = $1 and visited_on between $2::date and $3::date and $4::text is not null group by 1`,
  bought: `select buyer_customer_id as customer_id, count(*)::int as count, sum(amount_minor)::bigint as amount from referral.attributions
            where tenant_id = $1 and ${within('paid_at')} group by 1`,
  came_back: `select customer_id, 1 as count, 0::bigint as amount from (${cameBack}) back`,
} as const;

/** The people behind a figure of the loop, those with most first. */
export async function referralPeople(
  ctx: Context,
  figure: keyof typeof people,
  { fromOn, untilOn }: Period,
  limit: number,
) {
  return ctx.tx.query<{ customerId: number; count: number; amountMinor: number }>(
    `select p.customer_id as "customerId", f.count, f.amount as "amountMinor" from (${people[figure]}) f
       join customers.people p on p.tenant_id = $1 and p.customer_id = f.customer_id
      order by f.amount desc, f.count desc, p.customer_id limit $5`,
    [ctx.tenantId, fromOn, untilOn, (await brandClock(ctx)).zone, limit],
  );
}

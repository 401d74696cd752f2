import { couponFigures, couponPeople } from '#coupons';
import { customerSummaries } from '#customers';
import { messagingFigures, reachedPeople } from '#messaging';
import type { Context } from '#platform/context';
import { InvalidInput } from '#platform/errors';
import { referralFigures, referralPeople } from '#referral';
import { commissionFigures, commissionPeople } from '#settlement';

import type { CockpitFigure } from './contract.ts';

interface Period {
  readonly fromOn: string;
  readonly untilOn: string;
}

const longestDays = 1_100;
const dayMs = 86_400_000;
const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`) / dayMs;
const textOf = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);

/** The equally long period that ends the day before. */
export function periodBefore({ fromOn, untilOn }: Period): Period {
  const length = dayOf(untilOn) - dayOf(fromOn) + 1;
  if (length < 1 || length > longestDays)
    throw new InvalidInput([{ path: 'query.untilOn', message: `must be 0 to ${longestDays - 1} days after fromOn` }]);
  return { fromOn: textOf(dayOf(fromOn) - length), untilOn: textOf(dayOf(fromOn) - 1) };
}

const sales = `orders.purchases o where o.tenant_id = $1 and o.currency = $4`;
/** Whether somebody had bought before the period: in any currency, since a person does not become new by paying in another one. */
const boughtBefore = (customerId: string) => `exists (
  select from orders.purchases o where o.tenant_id = $1 and o.customer_id = ${customerId} and o.kind = 'sale' and o.amount_minor > 0 and o.bought_on < $2::date)`;

async function salesFigures(ctx: Context, { fromOn, untilOn }: Period, currency: string) {
  const [row] = await ctx.tx.query<{
    gmv: number;
    orders: number;
    buyers: number;
    newBuyers: number;
    repeat: number;
    refunds: number;
  }>(
    `with bought as (
       select o.customer_id, o.order_id, o.kind, o.amount_minor, o.bought_on from ${sales} and o.bought_on between $2::date and $3::date),
     buyers as (
       select b.customer_id, count(*) as orders,
              not ${boughtBefore('b.customer_id')} as is_new
         from bought b where b.kind = 'sale' and b.amount_minor > 0 group by 1)
     select coalesce(sum(amount_minor) filter (where kind = 'sale'), 0)::bigint as gmv,
            (count(*) filter (where kind = 'sale' and amount_minor > 0))::int as orders,
            (select coalesce(sum(g.amount_minor), 0)::bigint from orders.given_back g
              where g.tenant_id = $1 and g.currency = $4 and g.given_back_on between $2::date and $3::date) as refunds,
            (select count(*)::int from buyers) as buyers, (select (count(*) filter (where is_new))::int from buyers) as "newBuyers",
            (select (count(*) filter (where orders > 1 or not is_new))::int from buyers) as repeat
       from bought`,
    [ctx.tenantId, fromOn, untilOn, currency],
  );
  return row ?? { gmv: 0, orders: 0, buyers: 0, newBuyers: 0, repeat: 0, refunds: 0 };
}

/** Every figure of one period; money in minor units, rates in percent. */
async function figuresOf(ctx: Context, period: Period, currency: string): Promise<Record<CockpitFigure, number>> {
  const sold = await salesFigures(ctx, period, currency);
  const shared = await referralFigures(ctx, period);
  const earned = await commissionFigures(ctx, period);
  const reached = await messagingFigures(ctx, period);
  const given = await couponFigures(ctx, period);
  return {
    gmv: sold.gmv,
    orders: sold.orders,
    buyers: sold.buyers,
    new_buyers: sold.newBuyers,
    returning_buyers: sold.buyers - sold.newBuyers,
    repurchase_rate: sold.buyers === 0 ? 0 : (sold.repeat * 100) / sold.buyers,
    average_order: sold.orders === 0 ? 0 : Math.round(sold.gmv / sold.orders),
    refunds: sold.refunds,
    reached: reached.reached,
    opened: reached.opened,
    coupons_issued: given.issued,
    coupons_used: given.used,
    sharers: shared.sharers,
    visitors: shared.visitors,
    shared_orders: shared.orders,
    shared_amount: shared.amountMinor,
    commission: earned.commissionMinor,
    came_back: shared.cameBack,
  };
}

/** The currencies orders were counted in, most used first, with the last day anything was bought. */
async function currenciesOf(ctx: Context): Promise<[Currency, ...Currency[]]> {
  const [first, ...others] = await ctx.tx.query<Currency>(
    `select currency, max(bought_on) as "newestOn" from orders.purchases where tenant_id = $1
      group by currency order by count(*) desc, currency`,
    [ctx.tenantId],
  );
  return [first ?? { currency: 'CNY', newestOn: null }, ...others];
}

interface Currency {
  readonly currency: string;
  readonly newestOn: string | null;
}

/** The cockpit of a period: figures beside the period before, days, channels and goods. */
export async function readCockpit(
  ctx: Context,
  { currency: wanted, ...period }: Period & { currency?: string | undefined },
) {
  const before = periodBefore(period);
  const currencies = await currenciesOf(ctx);
  const chosen = currencies.find((one) => one.currency === wanted) ?? {
    ...currencies[0],
    currency: wanted ?? currencies[0].currency,
  };
  const { currency } = chosen;
  const now = await figuresOf(ctx, period, currency);
  const then = await figuresOf(ctx, before, currency);
  const values = [ctx.tenantId, period.fromOn, period.untilOn, currency];
  const daily = await ctx.tx.query<{ on: string; amountMinor: number; orders: number; newBuyers: number }>(
    `with bought as (select o.* from ${sales} and o.bought_on between $2::date and $3::date and o.kind = 'sale' and o.amount_minor > 0),
     firsts as (
       select o.customer_id, min(o.bought_on) as first_on from orders.purchases o
        where o.tenant_id = $1 and o.kind = 'sale' and o.amount_minor > 0 group by 1)
     select d::date as "on", coalesce(sum(b.amount_minor), 0)::bigint as "amountMinor", count(b.order_id)::int as orders,
            count(distinct b.customer_id) filter (where f.first_on = b.bought_on)::int as "newBuyers"
       from generate_series($2::date, $3::date, interval '1 day') d
       left join bought b on b.bought_on = d::date left join firsts f on f.customer_id = b.customer_id
      group by d order by d`,
    values,
  );
  const channels = await ctx.tx.query<{ channel: string; amountMinor: number; orders: number; buyers: number }>(
    `select o.channel, sum(o.amount_minor)::bigint as "amountMinor", (count(*) filter (where o.kind = 'sale'))::int as orders, count(distinct o.customer_id)::int as buyers
       from ${sales} and o.bought_on between $2::date and $3::date group by 1 order by 2 desc limit 20`,
    values,
  );
  const products = await ctx.tx.query<{ skuCode: string; title: string; quantity: number; amountMinor: number }>(
    `select o.sku_code as "skuCode", min(o.title) as title, sum(o.quantity)::int as quantity, sum(o.amount_minor)::bigint as "amountMinor"
       from orders.purchase_lines o where o.tenant_id = $1 and o.currency = $4 and o.bought_on between $2::date and $3::date
      group by 1 order by 4 desc limit 10`,
    values,
  );
  const names = Object.keys(now) as CockpitFigure[];
  return {
    currency,
    currencies: currencies.map((one) => one.currency),
    newestOn: chosen.newestOn,
    ...period,
    beforeFromOn: before.fromOn,
    beforeUntilOn: before.untilOn,
    figures: Object.fromEntries(names.map((name) => [name, { value: now[name], before: then[name] }])),
    daily,
    channels,
    products,
  };
}

type Behind = { customerId: number; count: number; amountMinor: number };

async function buyersBehind(
  ctx: Context,
  { fromOn, untilOn }: Period,
  currency: string,
  which: 'all' | 'new' | 'returning' | 'repeat',
  limit: number,
): Promise<Behind[]> {
  return ctx.tx.query<Behind>(
    `with bought as (
       select o.customer_id, count(*)::int as count, sum(o.amount_minor)::bigint as amount from ${sales} and o.bought_on between $2::date and $3::date
          and o.kind = 'sale' and o.amount_minor > 0 group by 1)
     select b.customer_id as "customerId", b.count, b.amount as "amountMinor" from bought b
       join customers.people p on p.tenant_id = $1 and p.customer_id = b.customer_id
      where $5 = 'all'
         or ($5 = 'new' and not ${boughtBefore('b.customer_id')})
         or ($5 in ('returning', 'repeat') and ${boughtBefore('b.customer_id')}) or ($5 = 'repeat' and b.count > 1)
      order by b.amount desc, b.customer_id limit $6`,
    [ctx.tenantId, fromOn, untilOn, currency, which, limit],
  );
}

async function refundedBehind(
  ctx: Context,
  { fromOn, untilOn }: Period,
  currency: string,
  limit: number,
): Promise<Behind[]> {
  return ctx.tx.query<Behind>(
    `with given as (
       select g.customer_id, count(*)::int as count, sum(g.amount_minor)::bigint as amount from orders.given_back g
        where g.tenant_id = $1 and g.currency = $4 and g.given_back_on between $2::date and $3::date group by 1)
     select g.customer_id as "customerId", g.count, g.amount as "amountMinor" from given g
       join customers.people p on p.tenant_id = $1 and p.customer_id = g.customer_id
      order by g.amount desc, g.customer_id limit $5`,
    [ctx.tenantId, fromOn, untilOn, currency, limit],
  );
}

function behind(
  ctx: Context,
  figure: CockpitFigure,
  period: Period,
  currency: string,
  limit: number,
): Promise<Behind[]> {
  switch (figure) {
    case 'gmv':
    case 'orders':
    case 'buyers':
    case 'average_order':
      return buyersBehind(ctx, period, currency, 'all', limit);
    case 'new_buyers':
      return buyersBehind(ctx, period, currency, 'new', limit);
    case 'returning_buyers':
      return buyersBehind(ctx, period, currency, 'returning', limit);
    case 'repurchase_rate':
      return buyersBehind(ctx, period, currency, 'repeat', limit);
    case 'refunds':
      return refundedBehind(ctx, period, currency, limit);
    case 'reached':
      return reachedPeople(ctx, 'reached', period, limit);
    case 'opened':
      return reachedPeople(ctx, 'opened', period, limit);
    case 'coupons_issued':
      return couponPeople(ctx, 'issued', period, limit);
    case 'coupons_used':
      return couponPeople(ctx, 'used', period, limit);
    case 'sharers':
      return referralPeople(ctx, 'shared', period, limit);
    case 'visitors':
      return referralPeople(ctx, 'came', period, limit);
    case 'shared_orders':
    case 'shared_amount':
      return referralPeople(ctx, 'bought', period, limit);
    case 'came_back':
      return referralPeople(ctx, 'came_back', period, limit);
    case 'commission':
      return commissionPeople(ctx, period, limit);
    default:
      return figure satisfies never;
  }
}

/** The people behind a figure, with masked names. */
export async function listCockpitPeople(
  ctx: Context,
  {
    figure,
    currency,
    limit,
    ...period
  }: Period & { figure: CockpitFigure; currency?: string | undefined; limit: number },
) {
  periodBefore(period);
  const rows = await behind(ctx, figure, period, currency ?? (await currenciesOf(ctx))[0].currency, limit);
  const names = new Map(
    (
      await customerSummaries(
        ctx,
        rows.map(({ customerId }) => customerId),
      )
    ).map((one) => [one.customerId, one.displayName]),
  );
  return rows.map((row) => ({ ...row, displayName: names.get(row.customerId) ?? '' }));
}

import { brandClock } from '#org';
import type { Context } from '#platform/context';

interface Period {
  readonly fromOn: string;
  readonly untilOn: string;
}

const on = (column: string) => `(${column} at time zone $4)::date between $2::date and $3::date`;

/** Coupons issued and used in a period, what they took off, and the customers behind them. */
export async function couponFigures(ctx: Context, { fromOn, untilOn }: Period) {
  const [row] = await ctx.tx.query<{ issued: number; used: number; discountMinor: number }>(
    `select count(*) filter (where ${on('issued_at')})::int as issued, count(*) filter (where ${on('used_at')})::int as used,
            coalesce(sum(discount_fen) filter (where ${on('used_at')}), 0)::bigint as "discountMinor"
       from coupons.coupons where tenant_id = $1`,
    [ctx.tenantId, fromOn, untilOn, (await brandClock(ctx)).zone],
  );
  return row ?? { issued: 0, used: 0, discountMinor: 0 };
}

/** Who was given coupons, or used them and what that took off. */
export async function couponPeople(ctx: Context, which: 'issued' | 'used', { fromOn, untilOn }: Period, limit: number) {
  return ctx.tx.query<{ customerId: number; count: number; amountMinor: number }>(
    `select p.customer_id as "customerId", f.count, f.amount as "amountMinor"
       from (select customer_id, count(*)::int as count, coalesce(sum(discount_fen), 0)::bigint as amount from coupons.coupons
              where tenant_id = $1 and ${on(which === 'used' ? 'used_at' : 'issued_at')} group by 1) f
       join customers.people p on p.tenant_id = $1 and p.customer_id = f.customer_id
      order by f.amount desc, p.customer_id limit $5`,
    [ctx.tenantId, fromOn, untilOn, (await brandClock(ctx)).zone, limit],
  );
}

import { brandClock } from '#org';
import type { Context } from '#platform/context';

interface Period {
  readonly fromOn: string;
  readonly untilOn: string;
}

const ofPeriod = `tenant_id = $1 and (created_at at time zone $4)::date between $2::date and $3::date`;

/** How many customers were reached in a period, how many opened, and how much was held back. */
export async function messagingFigures(ctx: Context, { fromOn, untilOn }: Period) {
  const [row] = await ctx.tx.query<{ sent: number; reached: number; opened: number; suppressed: number }>(
    `select count(*) filter (where state = 'sent')::int as sent, count(distinct customer_id) filter (where state = 'sent')::int as reached,
            count(distinct customer_id) filter (where opened_at is not null)::int as opened, count(*) filter (where state = 'suppressed')::int as suppressed
       from messaging.sends where ${ofPeriod}`,
    [ctx.tenantId, fromOn, untilOn, (await brandClock(ctx)).zone],
  );
  return row ?? { sent: 0, reached: 0, opened: 0, suppressed: 0 };
}

/** Who was reached, or opened what reached them, how often. */
export async function reachedPeople(
  ctx: Context,
  which: 'reached' | 'opened',
  { fromOn, untilOn }: Period,
  limit: number,
) {
  return ctx.tx.query<{ customerId: number; count: number; amountMinor: number }>(
    `select p.customer_id as "customerId", f.count, 0::bigint as "amountMinor"
       from (select customer_id, count(*)::int as count from messaging.sends where ${ofPeriod} and ${which === 'opened' ? 'opened_at is not null' : `state = 'sent'`} group by 1) f
       join customers.people p on p.tenant_id = $1 and p.customer_id = f.customer_id order by f.count desc, p.customer_id limit $5`,
    [ctx.tenantId, fromOn, untilOn, (await brandClock(ctx)).zone, limit],
  );
}

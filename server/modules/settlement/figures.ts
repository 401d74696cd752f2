import { brandClock } from '#org';
import type { Context } from '#platform/context';

interface Period {
  readonly fromOn: string;
  readonly untilOn: string;
}

const ofPeriod = `tenant_id = $1 and (paid_at at time zone $4)::date between $2::date and $3::date`;

/** Commission earned on orders paid in a period: as it stands now, how much of it is owed already, and by how many partners. */
export async function commissionFigures(ctx: Context, { fromOn, untilOn }: Period) {
  const [row] = await ctx.tx.query<{ commissionMinor: number; confirmedMinor: number; partners: number }>(
    `select coalesce(sum(target_minor), 0)::bigint as "commissionMinor", count(distinct partner_customer_id)::int as partners,
            coalesce(sum(target_minor) filter (where confirmed_at is not null), 0)::bigint as "confirmedMinor"
       from settlement.entries where ${ofPeriod}`,
    [ctx.tenantId, fromOn, untilOn, (await brandClock(ctx)).zone],
  );
  return row ?? { commissionMinor: 0, confirmedMinor: 0, partners: 0 };
}

/** Who earned it. */
export async function commissionPeople(ctx: Context, { fromOn, untilOn }: Period, limit: number) {
  return ctx.tx.query<{ customerId: number; count: number; amountMinor: number }>(
    `select p.customer_id as "customerId", f.count, f.amount as "amountMinor"
       from (select partner_customer_id as customer_id, count(*)::int as count, sum(target_minor)::bigint as amount
               from settlement.entries where ${ofPeriod} group by 1) f
       join customers.people p on p.tenant_id = $1 and p.customer_id = f.customer_id
      order by f.amount desc, p.customer_id limit $5`,
    [ctx.tenantId, fromOn, untilOn, (await brandClock(ctx)).zone, limit],
  );
}

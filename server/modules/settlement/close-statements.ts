import { brandClock } from '#org';
import { audit } from '#platform/audit';
import { everyStore } from '#platform/context';
import type { Context } from '#platform/context';
import type { JobContext } from '#platform/jobs';
import { localTime } from '#platform/local-time';
import { emit } from '#platform/outbox';

import { MonthNotOver } from './errors.ts';
import type { SettlementContext } from './recompute-commission.ts';

interface Made {
  statement_id: string;
  partner_customer_id: number;
  total_minor: number;
  currency: string;
}

/**
 * Closes a month: every partner's payable lines up to its end that are on no statement yet become their statement, whose total is the
 * sum of the lines it claimed. Refuses a month that is not over. Closing again makes nothing new; corrections that come later are lines
 * of a later month. Returns how many statements were made.
 */
export async function closeStatements(ctx: SettlementContext, periodOn: string): Promise<number> {
  return (await makeStatements(ctx, periodOn)).length;
}

async function makeStatements(ctx: SettlementContext, periodOn: string): Promise<Made[]> {
  const { zone } = await brandClock(ctx);
  if (periodOn >= `${localTime(ctx.now, zone).on.slice(0, 7)}-01`) throw new MonthNotOver(periodOn.slice(0, 7));
  // Two closers would each claim half of a partner's lines.
  await ctx.tx.query(`select pg_advisory_xact_lock(hashtextextended('settlement.close', $1))`, [ctx.tenantId]);
  const made = await ctx.tx.query<Made>(
    `with open as (
       ${openLines}),
     made as (
       insert into settlement.statements (tenant_id, statement_id, partner_customer_id, partner_origin_customer_id, period_on, currency, total_minor, lines_count)
       select $1, gen_random_uuid(), min(partner_customer_id), partner_origin_customer_id, $2, currency, sum(amount_minor), count(*)
         from open group by partner_origin_customer_id, currency
       on conflict do nothing returning *),
     claimed as (
       update settlement.lines l set statement_id = m.statement_id
         from open o join made m on m.partner_origin_customer_id = o.partner_origin_customer_id and m.currency = o.currency
        where l.tenant_id = $1 and l.line_id = o.line_id returning l.line_id)
     select statement_id, partner_customer_id, total_minor, currency from made`,
    [ctx.tenantId, periodOn, zone],
  );
  await ctx.tx.execute(
    `update settlement.periods set closed_at = $3 where tenant_id = $1 and period_on <= $2 and closed_at is null`,
    [ctx.tenantId, periodOn, ctx.now],
  );
  await emit(
    ctx,
    made.map((one) => ({
      tenantId: ctx.tenantId,
      name: 'Statement Closed',
      messageId: `statement-closed:${one.statement_id}`,
      occurredAt: ctx.now,
      customerId: one.partner_customer_id,
      properties: {
        statement_id: one.statement_id,
        total_minor: one.total_minor,
        currency: one.currency,
        period_on: periodOn,
      },
    })),
  );
  return made;
}

/** Payable lines up to the end of the month $2 in the zone $3 that are on no statement; a partner's statement of the month, once made, takes no more. */
const openLines = `select l.line_id, l.partner_customer_id, l.partner_origin_customer_id, l.currency, l.amount_minor from settlement.lines l
        where l.tenant_id = $1 and l.kind = 'payable' and l.statement_id is null
          and l.at < ($2::date + interval '1 month') at time zone $3
          and not exists (select from settlement.statements s
                           where s.tenant_id = $1 and s.partner_origin_customer_id = l.partner_origin_customer_id
                             and s.period_on = $2 and s.currency = l.currency)`;

/** What closing a month would do now. */
export async function previewClosing(ctx: Context, periodOn: string) {
  const { zone } = await brandClock(ctx);
  const [row] = await ctx.tx.query<{ statements: number; lines: number; totalMinor: number }>(
    `select count(distinct (partner_origin_customer_id, currency))::int as statements, count(*)::int as lines,
            coalesce(sum(amount_minor), 0)::bigint as "totalMinor" from (${openLines}) open`,
    [ctx.tenantId, periodOn, zone],
  );
  return row ?? { statements: 0, lines: 0, totalMinor: 0 };
}

/** Closes a month by hand; audited with what came of it. */
export async function closeMonth(ctx: Context, periodOn: string) {
  const made = await makeStatements(ctx, periodOn);
  const closed = { statements: made.length, totalMinor: made.reduce((sum, one) => sum + one.total_minor, 0) };
  await audit(ctx, {
    action: 'settlement.close-month',
    objectType: 'month',
    objectId: periodOn.slice(0, 7),
    details: closed,
  });
  return closed;
}

/** On the first days of a month: closes the month before for every tenant. */
export async function closeLastMonth({ database }: Pick<JobContext, 'database'>): Promise<void> {
  const tenants = await database.work({ tenantId: null, scope: everyStore }, (tx) =>
    tx.query<{ tenant_id: number }>(
      `select distinct tenant_id from settlement.lines where kind = 'payable' and statement_id is null`,
    ),
  );
  for (const { tenant_id: tenantId } of tenants) {
    await database.work({ tenantId, scope: everyStore }, async (tx) => {
      const { zone } = await brandClock({ tx, tenantId });
      const [clock] = await tx.query<{ now: Date; last_month: string }>(
        `select now() as now, (date_trunc('month', now() at time zone $1) - interval '1 month')::date as last_month`,
        [zone],
      );
      if (clock) await closeStatements({ tx, tenantId, now: tx.now }, clock.last_month);
    });
  }
}

import { everyStore } from '#platform/context';
import type { JobContext } from '#platform/jobs';
import { emit } from '#platform/outbox';

import type { SettlementContext } from './recompute-commission.ts';

interface Made {
  statement_id: string;
  partner_customer_id: number;
  total_minor: number;
  currency: string;
}

/**
 * Closes a month: every partner's payable lines up to its end that are on no statement yet become their statement, whose total is the
 * sum of the lines it claimed. Closing again makes nothing new; corrections that come later are lines of a later month.
 */
export async function closeStatements(ctx: SettlementContext, periodOn: string): Promise<number> {
  // Two closers would each claim half of a partner's lines.
  await ctx.tx.query(`select pg_advisory_xact_lock(hashtextextended('settlement.close', $1))`, [ctx.tenantId]);
  const made = await ctx.tx.query<Made>(
    `with open as (
       select line_id, partner_customer_id, partner_origin_customer_id, currency, amount_minor from settlement.lines
        where tenant_id = $1 and kind = 'payable' and statement_id is null
          and at < ($2::date + interval '1 month') at time zone 'Asia/Shanghai'),
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
    [ctx.tenantId, periodOn],
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
  return made.length;
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
      const [clock] = await tx.query<{ now: Date; last_month: string }>(
        `select now() as now, (date_trunc('month', now() at time zone 'Asia/Shanghai') - interval '1 month')::date as last_month`,
      );
      if (clock) await closeStatements({ tx, tenantId, now: clock.now }, clock.last_month);
    });
  }
}

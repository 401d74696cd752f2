import { everyStore } from '#platform/context';
import { versionOf } from '#platform/definitions';
import type { JobContext } from '#platform/jobs';
import { emit } from '#platform/outbox';

import { settlementPlanKind } from './plan.ts';
import { postLines } from './recompute-commission.ts';
import type { Line, SettlementContext } from './recompute-commission.ts';

interface Due {
  plan_id: string;
  order_id: string;
  partner_customer_id: number;
  partner_origin_customer_id: number;
  period_on: string;
  currency: string;
  version: number;
  expected: number;
  received_at: Date;
  kept_base_minor: number;
  rate_bps: number;
}

const chunk = 2_000;

/** Makes commissions payable whose hold is over: what was expected moves from pending to payable, once. Returns how many. */
export async function confirmCommission(ctx: SettlementContext): Promise<number> {
  const holds = await holdDays(ctx);
  const due = await ctx.tx.query<Due>(
    `with due as (
       select e.tenant_id, e.plan_id, e.order_id from settlement.entries e
         join settlement.periods p using (tenant_id, plan_id, partner_origin_customer_id, period_on)
         join unnest($3::uuid[], $4::int[], $5::int[]) h(plan_id, version, days) on h.plan_id = e.plan_id and h.version = p.version
        where e.tenant_id = $1 and e.confirmed_at is null and e.received_at is not null
          and e.received_at + make_interval(days => h.days) <= $2::timestamptz
        order by e.received_at limit $6 for update of e skip locked)
     update settlement.entries e set confirmed_at = $2
       from due join settlement.entries o using (tenant_id, plan_id, order_id)
       join settlement.periods p on p.tenant_id = o.tenant_id and p.plan_id = o.plan_id and p.partner_origin_customer_id = o.partner_origin_customer_id and p.period_on = o.period_on
      where e.tenant_id = due.tenant_id and e.plan_id = due.plan_id and e.order_id = due.order_id
     returning e.plan_id, e.order_id, e.partner_customer_id, e.partner_origin_customer_id, e.period_on, e.currency, p.version, e.received_at, e.kept_base_minor, e.rate_bps,
       coalesce((select sum(amount_minor) from settlement.lines l where l.tenant_id = e.tenant_id and l.plan_id = e.plan_id and l.order_id = e.order_id
                    and l.kind = 'estimated'), 0)::bigint as expected`,
    [
      ctx.tenantId,
      ctx.now,
      holds.map(({ planId }) => planId),
      holds.map(({ version }) => version),
      holds.map(({ days }) => days),
      chunk,
    ],
  );
  const lines = due
    .filter(({ expected }) => expected !== 0)
    .map((entry): Line => ({
      entry,
      kind: 'payable',
      amountMinor: entry.expected,
      key: `commission-confirm:${entry.plan_id}:${entry.order_id}`,
      reason: {
        code: 'commission_confirmed',
        received_at: entry.received_at.toISOString(),
        amount_minor: entry.expected,
        base_minor: entry.kept_base_minor,
        rate_bps: entry.rate_bps,
      },
    }));
  await postLines(ctx, lines, { from: 'pending' });
  await emit(
    ctx,
    lines.map(({ entry, amountMinor }) => ({
      tenantId: ctx.tenantId,
      name: 'Commission Confirmed',
      messageId: `commission-confirmed:${entry.plan_id}:${entry.order_id}`,
      occurredAt: ctx.now,
      customerId: entry.partner_customer_id,
      properties: { order_id: entry.order_id, amount_minor: amountMinor, currency: entry.currency },
    })),
  );
  return due.length;
}

/** The hold of each version in use. */
async function holdDays(ctx: SettlementContext): Promise<{ planId: string; version: number; days: number }[]> {
  const used = await ctx.tx.query<{ plan_id: string; version: number }>(
    `select distinct plan_id, version from settlement.periods where tenant_id = $1`,
    [ctx.tenantId],
  );
  return Promise.all(
    used.map(async ({ plan_id: planId, version }) => ({
      planId,
      version,
      days: (await versionOf(ctx, settlementPlanKind, planId, version)).content.holdDays,
    })),
  );
}

/** Confirms what is due for every tenant, in short transactions. */
export async function confirmAll({ database, signal }: Pick<JobContext, 'database' | 'signal'>): Promise<void> {
  const tenants = await database.work({ tenantId: null, scope: everyStore }, (tx) =>
    tx.query<{ tenant_id: number }>(
      `select distinct tenant_id from settlement.entries where confirmed_at is null and received_at is not null`,
    ),
  );
  for (const { tenant_id: tenantId } of tenants) {
    for (let done = chunk; done === chunk && !signal.aborted;) {
      done = await database.work({ tenantId, scope: everyStore }, async (tx) => {
        return confirmCommission({ tx, tenantId, now: tx.now });
      });
    }
  }
}

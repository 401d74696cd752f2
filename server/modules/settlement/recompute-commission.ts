import { postTransfers } from '#ledger';
import type { DirectTransfer } from '#ledger';
import type { Tx } from '#platform/database';
import { versionOf } from '#platform/definitions';
import { newId } from '#platform/ids';

import { commissionBooks } from './accounts.ts';
import { decideCommission, settlementPlanKind } from './plan.ts';
import type { Commission, SettlementPlan } from './plan.ts';

/** A partner's month under a plan. */
export interface PeriodKey {
  readonly planId: string;
  readonly partnerOriginId: number;
  readonly periodOn: string;
}

export interface SettlementContext {
  readonly tx: Tx;
  readonly tenantId: number;
  readonly now: Date;
}

interface EntryRow {
  plan_id: string;
  order_id: string;
  partner_customer_id: number;
  partner_origin_customer_id: number;
  period_on: string;
  currency: string;
  paid_at: Date;
  is_first_order: boolean;
  confirmed_at: Date | null;
  version: number;
  kept: number;
  posted: number;
}

export interface Line {
  readonly entry: Pick<
    EntryRow,
    'plan_id' | 'order_id' | 'partner_customer_id' | 'partner_origin_customer_id' | 'period_on' | 'currency' | 'version'
  >;
  readonly kind: 'estimated' | 'payable';
  readonly amountMinor: number;
  readonly key: string;
  readonly reason: Readonly<Record<string, unknown>>;
}

const system = { kind: 'system', name: 'settlement' } as const;

/** Locks the months, in one order, and reads all their orders with what is kept of each and what has been posted for it. */
async function readPeriods(ctx: SettlementContext, keys: readonly PeriodKey[]): Promise<EntryRow[]> {
  const values = [
    ctx.tenantId,
    keys.map(({ planId }) => planId),
    keys.map(({ partnerOriginId }) => partnerOriginId),
    keys.map(({ periodOn }) => periodOn),
  ];
  const wanted = `(select distinct * from unnest($2::uuid[], $3::bigint[], $4::date[]) k(plan_id, partner_origin_customer_id, period_on))`;
  await ctx.tx.query(
    `select from settlement.periods p join ${wanted} k using (plan_id, partner_origin_customer_id, period_on)
      where p.tenant_id = $1 order by p.plan_id, p.partner_origin_customer_id, p.period_on for update of p`,
    values,
  );
  return ctx.tx.query<EntryRow>(
    `select e.plan_id, e.order_id, e.partner_customer_id, e.partner_origin_customer_id, e.period_on, e.currency, e.paid_at, e.is_first_order,
            e.confirmed_at, p.version, greatest(coalesce(o.amount_minor, 0), 0)::bigint as kept, coalesce(l.posted, 0)::bigint as posted
       from settlement.entries e
       join ${wanted} k using (plan_id, partner_origin_customer_id, period_on)
       join settlement.periods p using (tenant_id, plan_id, partner_origin_customer_id, period_on)
       left join orders.purchases o on o.tenant_id = e.tenant_id and o.order_id = e.order_id
       left join lateral (select sum(amount_minor) as posted from settlement.lines l
                           where l.tenant_id = e.tenant_id and l.plan_id = e.plan_id and l.order_id = e.order_id
                             and (l.kind = 'estimated' and e.confirmed_at is null or l.kind = 'payable' and e.confirmed_at is not null)) l on true
      where e.tenant_id = $1`,
    values,
  );
}

/**
 * Brings the commission of months to what their plan says of the orders kept now: for each order the difference between target and
 * what was posted becomes a line and a ledger transfer. So repeats change nothing and refunds may come in any order, also after payout.
 */
export async function recomputeCommission(ctx: SettlementContext, keys: readonly PeriodKey[]): Promise<number> {
  if (keys.length === 0) return 0;
  const rows = await readPeriods(ctx, keys);
  const lines: Line[] = [];
  const targets: { row: EntryRow; amountMinor: number; rateBps: number; band: number }[] = [];
  for (const month of Map.groupBy(
    rows,
    (row) => `${row.plan_id}:${row.partner_origin_customer_id}:${row.period_on}`,
  ).values()) {
    const [first] = month;
    if (!first) continue;
    const { content: plan } = await versionOf(ctx, settlementPlanKind, first.plan_id, first.version);
    const decided = decideCommission(plan, month.map(factOf));
    const byOrder = new Map(decided.lines.map((line) => [line.orderId, line]));
    for (const row of month) {
      const line = byOrder.get(row.order_id);
      const target = { row, amountMinor: line?.amountMinor ?? 0, rateBps: line?.rateBps ?? 0, band: line?.band ?? 0 };
      targets.push(target);
      const delta = target.amountMinor - row.posted;
      if (delta === 0) continue;
      const kind = row.confirmed_at === null ? 'estimated' : 'payable';
      lines.push({
        entry: row,
        kind,
        amountMinor: delta,
        key: `commission:${newId()}`,
        reason: reasonOf(plan, decided, target),
      });
    }
  }
  await saveTargets(ctx, targets);
  await postLines(ctx, lines);
  return lines.length;
}

function factOf(row: EntryRow) {
  return {
    orderId: row.order_id,
    keptBaseMinor: row.kept,
    isNewCustomer: row.is_first_order,
    paidAtMs: row.paid_at.getTime(),
  };
}

function reasonOf(
  plan: SettlementPlan,
  decided: Commission,
  { row, amountMinor, rateBps, band }: { row: EntryRow; amountMinor: number; rateBps: number; band: number },
) {
  return {
    code: row.posted === 0 ? 'commission_due' : 'commission_changed',
    measure: plan.measure,
    mode: plan.mode,
    measured: decided.measured,
    rate_bps: rateBps,
    band,
    base_minor: row.kept,
    target_minor: amountMinor,
    before_minor: row.posted,
  };
}

async function saveTargets(
  ctx: SettlementContext,
  targets: readonly { row: EntryRow; amountMinor: number; rateBps: number; band: number }[],
): Promise<void> {
  await ctx.tx.execute(
    `update settlement.entries e set kept_base_minor = t.kept, target_minor = t.target, rate_bps = t.rate, band = t.band
       from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::int[], $7::int[]) t(plan_id, order_id, kept, target, rate, band)
      where e.tenant_id = $1 and e.plan_id = t.plan_id and e.order_id = t.order_id
        and (e.kept_base_minor, e.target_minor, e.rate_bps, e.band) is distinct from (t.kept, t.target, t.rate, t.band::smallint)`,
    [
      ctx.tenantId,
      targets.map(({ row }) => row.plan_id),
      targets.map(({ row }) => row.order_id),
      targets.map(({ row }) => row.kept),
      targets.map(({ amountMinor }) => amountMinor),
      targets.map(({ rateBps }) => rateBps),
      targets.map(({ band }) => band),
    ],
  );
}

/** Writes lines and moves the value they speak of: an expected one between expense and pending, an owed one between expense and payable. */
export async function postLines(
  ctx: SettlementContext,
  lines: readonly Line[],
  { from = 'expense' }: { from?: 'expense' | 'pending' } = {},
): Promise<void> {
  if (lines.length === 0) return;
  await ctx.tx.execute(
    `insert into settlement.lines (tenant_id, line_id, plan_id, version, order_id, partner_customer_id, partner_origin_customer_id, period_on, currency,
                                   kind, amount_minor, reason, ledger_key, at)
     select $1, l.line_id, l.plan_id, l.version, l.order_id, l.partner, l.partner_origin, l.period_on, l.currency, l.kind, l.amount, l.reason,
            l.ledger_key, $13
       from unnest($2::uuid[], $3::uuid[], $4::int[], $5::uuid[], $6::bigint[], $7::bigint[], $8::date[], $9::text[], $10::text[],
                   $11::bigint[], $12::jsonb[], $14::text[])
            l(line_id, plan_id, version, order_id, partner, partner_origin, period_on, currency, kind, amount, reason, ledger_key)`,
    [
      ctx.tenantId,
      lines.map(() => newId()),
      lines.map(({ entry }) => entry.plan_id),
      lines.map(({ entry }) => entry.version),
      lines.map(({ entry }) => entry.order_id),
      lines.map(({ entry }) => entry.partner_customer_id),
      lines.map(({ entry }) => entry.partner_origin_customer_id),
      lines.map(({ entry }) => entry.period_on),
      lines.map(({ entry }) => entry.currency),
      lines.map(({ kind }) => kind),
      lines.map(({ amountMinor }) => amountMinor),
      lines.map(({ reason }) => JSON.stringify(reason)),
      ctx.now,
      lines.map(({ key }) => key),
    ],
  );
  await postTransfers(
    { ...ctx, actor: system },
    lines.map((line) => transferOf(line, from)),
  );
}

function transferOf({ entry, kind, amountMinor, key }: Line, from: 'expense' | 'pending'): DirectTransfer {
  const books = commissionBooks(entry.currency);
  const pending = books.pendingOf(entry.partner_origin_customer_id, entry.partner_customer_id);
  const partner =
    kind === 'estimated' ? pending : books.payableOf(entry.partner_origin_customer_id, entry.partner_customer_id);
  const other = from === 'pending' ? pending : books.expense;
  const gains = amountMinor > 0;
  return {
    key,
    debit: gains ? other : partner,
    credit: gains ? partner : other,
    amount: Math.abs(amountMinor),
    reason: from === 'pending' ? 'commission.confirm' : gains ? `commission.${kind}` : 'commission.reverse',
    reference: `order:${entry.order_id}`,
    // A refund after payout leaves the partner owing us; the next statement nets it.
    allowDebt: true,
  };
}

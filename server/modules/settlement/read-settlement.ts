import { customerSummaries } from '#customers';
import { balancesOf } from '#ledger';
import { requireOrder } from '#orders';
import { brandClock } from '#org';
import type { Context } from '#platform/context';
import { pageOf, readCursor } from '#platform/cursor';
import { NotFound } from '#platform/errors';
import { localTime } from '#platform/local-time';

import { commissionBooks } from './accounts.ts';

interface StatementRow {
  statementId: string;
  partnerCustomerId: number;
  periodOn: string;
  currency: string;
  totalMinor: number;
  lines: number;
  state: 'open' | 'accepted' | 'disputed';
  disputeReason: string | null;
  createdAt: Date;
  answeredAt: Date | null;
}

const statementColumns = `s.statement_id as "statementId", s.partner_customer_id as "partnerCustomerId", s.period_on as "periodOn", s.currency,
  s.total_minor as "totalMinor", s.lines_count as lines, s.state, s.dispute_reason as "disputeReason", s.created_at as "createdAt",
  s.answered_at as "answeredAt"`;

interface Page {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Statements of partners the caller may see, newest month first and the dearest of a month on top, with figures over all pages. */
export async function listStatements(
  ctx: Context,
  {
    partnerCustomerId,
    state,
    cursor,
    limit,
  }: { partnerCustomerId?: number | undefined; state?: StatementRow['state'] | undefined } & Page,
) {
  const [periodOn = null, total = null, id = null] =
    readCursor(cursor, /^(\d{4}-\d\d-\d\d)_(-?\d{1,16})_([0-9a-f-]{36})$/) ?? [];
  const partner = partnerCustomerId ?? null;
  const rows = await ctx.tx.query<StatementRow>(
    `select ${statementColumns} from settlement.statements s
       join customers.people p on p.tenant_id = s.tenant_id and p.customer_id = s.partner_customer_id
      where s.tenant_id = $1 and ($2::bigint is null or s.partner_customer_id = $2) and ($3::text is null or s.state = $3)
        and ($4::date is null or (s.period_on, s.total_minor, s.statement_id) < ($4, $5::bigint, $6::uuid))
      order by s.period_on desc, s.total_minor desc, s.statement_id desc limit $7`,
    [ctx.tenantId, partner, state ?? null, periodOn, total, id, limit + 1],
  );
  const [figures] = await ctx.tx.query<{ statements: number; totalMinor: number; open: number; disputed: number }>(
    `select count(*)::int as statements, coalesce(sum(s.total_minor) filter (where s.currency = $3), 0)::bigint as "totalMinor",
            count(*) filter (where s.state = 'open')::int as open, count(*) filter (where s.state = 'disputed')::int as disputed
       from settlement.statements s
       join customers.people p on p.tenant_id = s.tenant_id and p.customer_id = s.partner_customer_id
      where s.tenant_id = $1 and ($2::bigint is null or s.partner_customer_id = $2)`,
    [ctx.tenantId, partner, (await brandClock(ctx)).currency],
  );
  const { items, nextCursor } = pageOf(rows, limit, (row) => `${row.periodOn}_${row.totalMinor}_${row.statementId}`);
  return {
    items: await withNames(ctx, items),
    nextCursor,
    figures: figures ?? { statements: 0, totalMinor: 0, open: 0, disputed: 0 },
  };
}

async function withNames<Row extends { readonly partnerCustomerId: number }>(ctx: Context, rows: readonly Row[]) {
  const summaries = await customerSummaries(ctx, [...new Set(rows.map((row) => row.partnerCustomerId))]);
  const names = new Map(summaries.map((one) => [one.customerId, one.displayName]));
  return rows.map((row) => ({ ...row, partner: names.get(row.partnerCustomerId) ?? '' }));
}

/** One statement; for a partner only their own. */
export async function readStatement(ctx: Context, statementId: string, partnerCustomerId?: number) {
  const [statement] = await ctx.tx.query<StatementRow>(
    `select ${statementColumns} from settlement.statements s
       join customers.people p on p.tenant_id = s.tenant_id and p.customer_id = s.partner_customer_id
      where s.tenant_id = $1 and s.statement_id = $2 and ($3::bigint is null or s.partner_customer_id = $3)`,
    [ctx.tenantId, statementId, partnerCustomerId ?? null],
  );
  if (!statement) throw new NotFound('statement');
  const [named] = await withNames(ctx, [statement]);
  return { ...statement, partner: named?.partner ?? '' };
}

/** The lines of a statement in the order in which they came about; for a partner only of their own. */
export async function listStatementLines(
  ctx: Context,
  statementId: string,
  { cursor, limit }: Page,
  partnerCustomerId?: number,
) {
  await readStatement(ctx, statementId, partnerCustomerId);
  const [after = null] = readCursor(cursor, /^([0-9a-f-]{36})$/) ?? [];
  const rows = await ctx.tx.query<LineRow>(
    `select ${lineColumns} from settlement.lines l ${lineOrder}
      where l.tenant_id = $1 and l.statement_id = $2 and ($3::uuid is null or l.line_id > $3) order by l.line_id limit $4`,
    [ctx.tenantId, statementId, after, limit + 1],
  );
  return pageOf(rows, limit, ({ lineId }) => lineId);
}

/** The same lines as a partner reads them: what was earned or taken back, on what and by which rate. */
export async function ownStatementLines(ctx: Context, statementId: string, page: Page, partnerCustomerId: number) {
  const { items, nextCursor } = await listStatementLines(ctx, statementId, page, partnerCustomerId);
  const codes = ['commission_due', 'commission_confirmed', 'commission_changed'] as const;
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  return {
    items: items.map(({ lineId, amountMinor, currency, at, orderNo, reason }) => ({
      lineId,
      amountMinor,
      currency,
      at,
      orderTail: orderNo?.slice(-6) ?? null,
      code: codes.find((code) => code === reason['code']) ?? ('commission_changed' as const),
      baseMinor: number(reason['base_minor']),
      rateBps: number(reason['rate_bps']),
    })),
    nextCursor,
  };
}

interface LineRow {
  lineId: string;
  planId: string;
  version: number;
  orderId: string;
  orderNo: string | null;
  periodOn: string;
  kind: 'estimated' | 'payable';
  amountMinor: number;
  currency: string;
  reason: Record<string, unknown>;
  at: Date;
}

const lineColumns = `l.line_id as "lineId", l.plan_id as "planId", l.version, l.order_id as "orderId", o.source_order_no as "orderNo", l.period_on as "periodOn", l.kind,
  l.amount_minor as "amountMinor", l.currency, l.reason, l.at`;

const lineOrder = `left join orders.orders o on o.tenant_id = l.tenant_id and o.order_id = l.order_id`;

/** How an order's commission came about: every movement with the rule that made it. */
export async function explainCommission(ctx: Context, orderId: string) {
  await requireOrder(ctx, orderId);
  const lines = await ctx.tx.query<LineRow & { partnerCustomerId: number }>(
    `select ${lineColumns}, l.partner_customer_id as "partnerCustomerId" from settlement.lines l ${lineOrder}
       join customers.people p on p.tenant_id = l.tenant_id and p.customer_id = l.partner_customer_id
      where l.tenant_id = $1 and l.order_id = $2 order by l.line_id`,
    [ctx.tenantId, orderId],
  );
  return { lines };
}

/** A partner's earnings: expected, owed, this month's, and the orders behind them. */
export async function readEarnings(ctx: Context, customerId: number) {
  const { zone, currency } = await brandClock(ctx);
  const books = commissionBooks(currency);
  const [pending, payable] = [
    (await balancesOf(ctx, books.pending, [customerId])).get(customerId)?.balance ?? 0,
    (await balancesOf(ctx, books.payable, [customerId])).get(customerId)?.balance ?? 0,
  ];
  const orders = await ctx.tx.query<{
    orderId: string;
    paidAt: Date;
    keptBaseMinor: number;
    amountMinor: number;
    rateBps: number;
    state: 'estimated' | 'confirmed' | 'reversed';
  }>(
    `select order_id as "orderId", paid_at as "paidAt", kept_base_minor as "keptBaseMinor", target_minor as "amountMinor", rate_bps as "rateBps",
            case when kept_base_minor = 0 then 'reversed' when confirmed_at is null then 'estimated' else 'confirmed' end as state
       from settlement.entries where tenant_id = $1 and partner_customer_id = $2 order by paid_at desc limit 50`,
    [ctx.tenantId, customerId],
  );
  const [month] = await ctx.tx.query<{ amount: number; today: number }>(
    `select coalesce(sum(target_minor) filter (where period_on = date_trunc('month', now() at time zone $3)::date), 0)::bigint as amount,
            coalesce(sum(target_minor) filter (where (paid_at at time zone $3)::date = (now() at time zone $3)::date), 0)::bigint as today
       from settlement.entries where tenant_id = $1 and partner_customer_id = $2`,
    [ctx.tenantId, customerId, zone],
  );
  return {
    pendingMinor: pending,
    payableMinor: payable,
    thisMonthMinor: month?.amount ?? 0,
    todayMinor: month?.today ?? 0,
    orders,
  };
}

interface PartnerRow {
  partnerCustomerId: number;
  orders: number;
  keptBaseMinor: number;
  amountMinor: number;
  confirmedMinor: number;
  rateBps: number;
}

/** The partners of a month, those who earned most first, with the figures of the whole month. */
export async function listPartners(
  ctx: Context,
  { periodOn, cursor, limit }: { periodOn?: string | undefined } & Page,
) {
  const [amount = null, id = null] = readCursor(cursor, /^(-?\d{1,16})_(\d{1,16})$/) ?? [];
  const month = periodOn ?? `${localTime(ctx.now, (await brandClock(ctx)).zone).on.slice(0, 7)}-01`;
  const ofMonth = `from settlement.entries e join customers.people p on p.tenant_id = e.tenant_id and p.customer_id = e.partner_customer_id
      where e.tenant_id = $1 and e.period_on = $2`;
  const sums = `count(*)::int as orders, coalesce(sum(e.kept_base_minor), 0)::bigint as "keptBaseMinor",
            coalesce(sum(e.target_minor), 0)::bigint as "amountMinor",
            coalesce(sum(e.target_minor) filter (where e.confirmed_at is not null), 0)::bigint as "confirmedMinor"`;
  const rows = await ctx.tx.query<PartnerRow>(
    `select e.partner_customer_id as "partnerCustomerId", ${sums}, max(e.rate_bps)::int as "rateBps" ${ofMonth}
      group by e.partner_customer_id
     having $3::bigint is null or (sum(e.target_minor), e.partner_customer_id) < ($3, $4::bigint)
      order by sum(e.target_minor) desc, e.partner_customer_id desc limit $5`,
    [ctx.tenantId, month, amount, id, limit + 1],
  );
  const [figures] = await ctx.tx.query<Omit<PartnerRow, 'partnerCustomerId' | 'rateBps'> & { partners: number }>(
    `select count(distinct e.partner_customer_id)::int as partners, ${sums} ${ofMonth}`,
    [ctx.tenantId, month],
  );
  const { items, nextCursor } = pageOf(rows, limit, (row) => `${row.amountMinor}_${row.partnerCustomerId}`);
  return {
    items: await withNames(ctx, items),
    nextCursor,
    figures: figures ?? { partners: 0, orders: 0, keptBaseMinor: 0, amountMinor: 0, confirmedMinor: 0 },
  };
}

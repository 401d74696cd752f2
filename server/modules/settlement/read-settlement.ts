import { customerSummaries } from '#customers';
import { balancesOf } from '#ledger';
import { requireOrder } from '#orders';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

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

/** Statements of partners the caller may see, newest month first. */
export async function listStatements(
  ctx: Context,
  { partnerCustomerId, limit }: { partnerCustomerId?: number | undefined; limit: number },
) {
  const rows = await ctx.tx.query<StatementRow>(
    `select ${statementColumns} from settlement.statements s
       join customers.people p on p.tenant_id = s.tenant_id and p.customer_id = s.partner_customer_id
      where s.tenant_id = $1 and ($2::bigint is null or s.partner_customer_id = $2)
      order by s.period_on desc, s.total_minor desc, s.statement_id limit $3`,
    [ctx.tenantId, partnerCustomerId ?? null, limit],
  );
  const people = new Map(
    (
      await customerSummaries(
        ctx,
        rows.map((row) => row.partnerCustomerId),
      )
    ).map((one) => [one.customerId, one.displayName]),
  );
  return rows.map((row) => ({ ...row, partner: people.get(row.partnerCustomerId) ?? '' }));
}

/** One statement with its lines; for a partner only their own. */
export async function readStatement(ctx: Context, statementId: string, partnerCustomerId?: number) {
  const statement = (
    await ctx.tx.query<StatementRow>(
      `select ${statementColumns} from settlement.statements s
         join customers.people p on p.tenant_id = s.tenant_id and p.customer_id = s.partner_customer_id
        where s.tenant_id = $1 and s.statement_id = $2 and ($3::bigint is null or s.partner_customer_id = $3)`,
      [ctx.tenantId, statementId, partnerCustomerId ?? null],
    )
  )[0];
  if (!statement) throw new NotFound('statement');
  const lines = await ctx.tx.query<LineRow>(
    `select ${lineColumns} from settlement.lines l where l.tenant_id = $1 and l.statement_id = $2 order by l.at, l.line_id`,
    [ctx.tenantId, statementId],
  );
  const [partner] = await customerSummaries(ctx, [statement.partnerCustomerId]);
  return { ...statement, partner: partner?.displayName ?? '', lines, linesCount: statement.lines };
}

interface LineRow {
  lineId: string;
  planId: string;
  version: number;
  orderId: string;
  periodOn: string;
  kind: 'estimated' | 'payable';
  amountMinor: number;
  currency: string;
  reason: Record<string, unknown>;
  at: Date;
}

const lineColumns = `l.line_id as "lineId", l.plan_id as "planId", l.version, l.order_id as "orderId", l.period_on as "periodOn", l.kind,
  l.amount_minor as "amountMinor", l.currency, l.reason, l.at`;

/** How an order's commission came about: every movement with the rule that made it. */
export async function explainCommission(ctx: Context, orderId: string) {
  await requireOrder(ctx, orderId);
  const lines = await ctx.tx.query<LineRow & { partnerCustomerId: number }>(
    `select ${lineColumns}, l.partner_customer_id as "partnerCustomerId" from settlement.lines l
       join customers.people p on p.tenant_id = l.tenant_id and p.customer_id = l.partner_customer_id
      where l.tenant_id = $1 and l.order_id = $2 order by l.line_id`,
    [ctx.tenantId, orderId],
  );
  return { lines };
}

/** A partner's earnings: expected, owed, this month's, and the orders behind them. */
export async function readEarnings(ctx: Context, customerId: number) {
  const books = commissionBooks('CNY');
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
    `select coalesce(sum(target_minor) filter (where period_on = date_trunc('month', now() at time zone 'Asia/Shanghai')::date), 0)::bigint as amount,
            coalesce(sum(target_minor) filter (where (paid_at at time zone 'Asia/Shanghai')::date = (now() at time zone 'Asia/Shanghai')::date), 0)::bigint as today
       from settlement.entries where tenant_id = $1 and partner_customer_id = $2`,
    [ctx.tenantId, customerId],
  );
  return {
    pendingMinor: pending,
    payableMinor: payable,
    thisMonthMinor: month?.amount ?? 0,
    todayMinor: month?.today ?? 0,
    orders,
  };
}

/** The partners of a month with what they earned, for the console. */
export async function listPartners(
  ctx: Context,
  { periodOn, limit }: { periodOn?: string | undefined; limit: number },
) {
  const rows = await ctx.tx.query<{
    partnerCustomerId: number;
    orders: number;
    keptBaseMinor: number;
    amountMinor: number;
    confirmedMinor: number;
    rateBps: number;
  }>(
    `select e.partner_customer_id as "partnerCustomerId", count(*)::int as orders, sum(e.kept_base_minor)::bigint as "keptBaseMinor",
            sum(e.target_minor)::bigint as "amountMinor", coalesce(sum(e.target_minor) filter (where e.confirmed_at is not null), 0)::bigint as "confirmedMinor",
            max(e.rate_bps)::int as "rateBps"
       from settlement.entries e join customers.people p on p.tenant_id = e.tenant_id and p.customer_id = e.partner_customer_id
      where e.tenant_id = $1 and e.period_on = coalesce($2::date, date_trunc('month', now() at time zone 'Asia/Shanghai')::date)
      group by 1 order by 4 desc, 1 limit $3`,
    [ctx.tenantId, periodOn ?? null, limit],
  );
  const people = new Map(
    (
      await customerSummaries(
        ctx,
        rows.map((row) => row.partnerCustomerId),
      )
    ).map((one) => [one.customerId, one.displayName]),
  );
  return rows.map((row) => ({ ...row, partner: people.get(row.partnerCustomerId) ?? '' }));
}

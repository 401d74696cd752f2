import { customerSummaries, requireCustomer } from '#customers';
import type { Context } from '#platform/context';
import { runningDefinitions } from '#platform/definitions';
import { NotFound } from '#platform/errors';

import { defaultRfmModel, rfmModelKind } from './rfm-model.ts';
import type { RfmGroupCode, RfmModel } from './rfm-model.ts';
import type { RfmCuts } from './score-customers.ts';

interface RunRow {
  runId: string;
  state: 'queued' | 'running' | 'done' | 'failed';
  asOfOn: string | null;
  fromOn: string | null;
  currency: string | null;
  customers: number | null;
  requestedAt: Date;
  finishedAt: Date | null;
  failure: string | null;
  cuts: RfmCuts | null;
  settings: unknown;
}

const runColumns = `run_id as "runId", state, as_of_on as "asOfOn", from_on as "fromOn", currency, customers_count as customers,
  requested_at as "requestedAt", finished_at as "finishedAt", failure, cuts, settings`;

/** One computation and how far it is. */
export async function findRfmRun(ctx: Context, runId: string): Promise<RunRow> {
  const [run] = await ctx.tx.query<RunRow>(
    `select ${runColumns} from tags.rfm_runs where tenant_id = $1 and run_id = $2`,
    [ctx.tenantId, runId],
  );
  if (!run) throw new NotFound('RFM run');
  return run;
}

async function latestRun(ctx: Context): Promise<RunRow | null> {
  const [run] = await ctx.tx.query<RunRow>(
    `select ${runColumns} from tags.rfm_runs where tenant_id = $1 and state = 'done' order by finished_at desc limit 1`,
    [ctx.tenantId],
  );
  return run ?? null;
}

/** The board: the latest run with its groups and its recency × frequency matrix, over the customers in the caller's scope. */
export async function readRfm(ctx: Context) {
  const run = await latestRun(ctx);
  const [model] = await runningDefinitions(ctx.tx, rfmModelKind, ctx.tenantId);
  const groups = await ctx.tx.query<{
    group: RfmGroupCode;
    customers: number;
    monetaryMinor: number;
    averageRecencyDays: number;
    orders: number;
  }>(
    `select group_code as "group", count(*)::int as customers, sum(monetary_minor)::bigint as "monetaryMinor",
            avg(recency_days)::float8 as "averageRecencyDays", sum(frequency)::bigint as orders
       from tags.rfm_scores where tenant_id = $1 group by group_code`,
    [ctx.tenantId],
  );
  const matrix = await ctx.tx.query<{
    r: number;
    f: number;
    customers: number;
    monetaryMinor: number;
    averageM: number;
  }>(
    `select r, f, count(*)::int as customers, sum(monetary_minor)::bigint as "monetaryMinor", avg(m)::float8 as "averageM"
       from tags.rfm_scores where tenant_id = $1 group by r, f order by r, f`,
    [ctx.tenantId],
  );
  const [top] = await ctx.tx.query<{ customers: number; monetaryMinor: number; all: number }>(
    `select (count(*) filter (where is_top))::int as customers, coalesce(sum(monetary_minor) filter (where is_top), 0)::bigint as "monetaryMinor",
            coalesce(sum(monetary_minor), 0)::bigint as "all" from tags.rfm_scores where tenant_id = $1`,
    [ctx.tenantId],
  );
  const money = top ?? { customers: 0, monetaryMinor: 0, all: 0 };
  return {
    run,
    settings: model?.content ?? defaultRfmModel,
    cuts: run?.cuts ?? null,
    groups,
    matrix,
    top: { ...money, shareOfMoneyBps: money.all > 0 ? Math.round((money.monetaryMinor * 10_000) / money.all) : 0 },
  };
}

interface ScoreRow {
  customerId: number;
  recencyDays: number;
  lastBoughtOn: string;
  frequency: number;
  monetaryMinor: number;
  r: number;
  f: number;
  m: number;
  weightedScore: number;
  group: RfmGroupCode;
  isTop: boolean;
}

const scoreColumns = `customer_id as "customerId", recency_days as "recencyDays", last_bought_on as "lastBoughtOn", frequency,
  monetary_minor as "monetaryMinor", r, f, m, weighted_score as "weightedScore", group_code as "group", is_top as "isTop"`;

interface Filter {
  readonly r?: number | undefined;
  readonly f?: number | undefined;
  readonly group?: string | undefined;
  readonly top?: boolean | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** The people behind a cell, group or the high-value set, best score first. */
export async function listRfmCustomers(ctx: Context, { r, f, group, top, limit, offset }: Filter) {
  const rows = await ctx.tx.query<ScoreRow & { total: number }>(
    `select ${scoreColumns}, count(*) over ()::int as total from tags.rfm_scores
      where tenant_id = $1 and ($2::int is null or r = $2) and ($3::int is null or f = $3)
        and ($4::text is null or group_code = $4) and ($5::bool is not true or is_top)
      order by weighted_score desc, monetary_minor desc, customer_id limit $6 offset $7`,
    [ctx.tenantId, r ?? null, f ?? null, group ?? null, top ?? null, limit, offset],
  );
  const people = new Map(
    (
      await customerSummaries(
        ctx,
        rows.map(({ customerId }) => customerId),
      )
    ).map((one) => [one.customerId, one]),
  );
  return {
    items: rows.map((row) => ({
      ...row,
      displayName: people.get(row.customerId)?.displayName ?? `#${row.customerId}`,
    })),
    total: rows[0]?.total ?? 0,
  };
}

/** Why a customer has these scores, in codes and values the screens put into words. */
export async function explainRfm(ctx: Context, customerId: number) {
  await requireCustomer(ctx, customerId);
  const [row] = await ctx.tx.query<ScoreRow & { runId: string }>(
    `select ${scoreColumns}, run_id as "runId" from tags.rfm_scores where tenant_id = $1 and customer_id = $2`,
    [ctx.tenantId, customerId],
  );
  if (!row) return { scores: null, reasons: [{ code: 'no_counted_purchase', parameters: {} }], currency: null };
  const run = await findRfmRun(ctx, row.runId);
  const model = rfmModelKind.schema.parse(run.settings);
  return { scores: row, reasons: reasonsOf(row, run, model), currency: run.currency };
}

function reasonsOf(row: ScoreRow, { cuts, asOfOn }: RunRow, { highFrom }: RfmModel) {
  const reached = (value: number, list: readonly number[] | undefined) =>
    list?.filter((cut) => value >= cut).at(-1) ?? null;
  return [
    {
      code: 'recency',
      parameters: {
        days: row.recencyDays,
        lastBoughtOn: row.lastBoughtOn,
        asOfOn,
        cut: reached(row.recencyDays, cuts?.recencyDays),
        score: row.r,
      },
    },
    {
      code: 'frequency',
      parameters: { orders: row.frequency, cut: reached(row.frequency, cuts?.frequency), score: row.f },
    },
    {
      code: 'monetary',
      parameters: {
        amountMinor: row.monetaryMinor,
        cut: reached(row.monetaryMinor, cuts?.monetaryMinor),
        score: row.m,
      },
    },
    { code: 'group', parameters: { group: row.group, highR: highFrom.r, highF: highFrom.f, highM: highFrom.m } },
  ];
}

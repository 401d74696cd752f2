import { customerSummaries } from '#customers';
import { journeySends } from '#messaging';
import type { Context } from '#platform/context';
import { pageOf, readCursor } from '#platform/cursor';
import { findDefinition } from '#platform/definitions';
import { NotFound } from '#platform/errors';

import { journeyKind } from './graph.ts';

/** How many are in, came through and left each journey, in one query for a whole list. */
export async function journeyFigures(
  ctx: Context,
): Promise<ReadonlyMap<string, { entered: number; active: number; ended: number }>> {
  const rows = await ctx.tx.query<{ journey_id: string; entered: number; active: number; ended: number }>(
    `select r.journey_id, count(*)::int as entered, (count(*) filter (where r.ended_at is null))::int as active,
            (count(*) filter (where r.ended_at is not null))::int as ended
       from journeys.runs r join customers.people p using (tenant_id, customer_id) where r.tenant_id = $1 group by r.journey_id`,
    [ctx.tenantId],
  );
  return new Map(rows.map(({ journey_id, ...figures }) => [journey_id, figures]));
}

/** Live counts for the canvas: who stands at each node, and how often each outcome happened there. */
export async function nodeFigures(ctx: Context, journeyId: string) {
  const standing = await ctx.tx.query<{ nodeId: string; customers: number }>(
    `select r.node_id as "nodeId", count(*)::int as customers from journeys.runs r join customers.people p using (tenant_id, customer_id)
      where r.tenant_id = $1 and r.journey_id = $2 and r.ended_at is null group by r.node_id`,
    [ctx.tenantId, journeyId],
  );
  const outcomes = await ctx.tx.query<{ nodeId: string; outcome: string; count: number }>(
    `select node_id as "nodeId", outcome, count(*)::int as count from journeys.step_log
      where tenant_id = $1 and journey_id = $2 group by node_id, outcome order by node_id, outcome`,
    [ctx.tenantId, journeyId],
  );
  const exits = await ctx.tx.query<{ reason: string; count: number }>(
    `select exit_reason as reason, count(*)::int as count from journeys.runs
      where tenant_id = $1 and journey_id = $2 and ended_at is not null group by exit_reason order by count desc`,
    [ctx.tenantId, journeyId],
  );
  const sends = await journeySends(ctx, journeyId);
  return {
    standing,
    outcomes: asOfNow(outcomes, sends),
    exits,
    held: sends.flatMap(({ nodeId, waiting, waitingUntil }) =>
      waiting === 0 ? [] : [{ nodeId, messages: waiting, until: waitingUntil }],
    ),
  };
}

interface Outcome {
  readonly nodeId: string;
  readonly outcome: string;
  readonly count: number;
}

/** The log says `reserved` of a message for ever: here it is what became of it. */
function asOfNow(
  outcomes: readonly Outcome[],
  sends: readonly { nodeId: string; waiting: number; failed: number }[],
): Outcome[] {
  return [...Map.groupBy(outcomes, ({ nodeId }) => nodeId)].flatMap(([nodeId, here]) => {
    const counts = new Map(here.map(({ outcome, count }) => [outcome, count]));
    const reserved = counts.get('reserved') ?? 0;
    if (reserved === 0) return here;
    const sent = sends.find((one) => one.nodeId === nodeId);
    const waiting = Math.min(sent?.waiting ?? 0, reserved);
    const failed = Math.min(sent?.failed ?? 0, reserved - waiting);
    counts.set('reserved', waiting);
    counts.set('failed', failed);
    counts.set('sent', (counts.get('sent') ?? 0) + reserved - waiting - failed);
    return [...counts].flatMap(([outcome, count]) => (count === 0 ? [] : [{ nodeId, outcome, count }]));
  });
}

/** The runs of a journey, latest first, with masked names. */
export async function listRuns(
  ctx: Context,
  journeyId: string,
  { nodeId, cursor, limit }: { nodeId?: string | undefined; cursor?: string | undefined; limit: number },
) {
  await findDefinition(ctx, journeyKind, journeyId);
  const [afterUs = null, afterId = null] = readCursor(cursor, /^(\d{1,16})_([0-9a-f-]{36})$/) ?? [];
  const rows = await ctx.tx.query<{
    runId: string;
    customerId: number;
    version: number;
    nodeId: string;
    dueAt: Date | null;
    startedAt: Date;
    endedAt: Date | null;
    exitReason: string | null;
    startedUs: number;
  }>(
    `select r.run_id as "runId", r.customer_id as "customerId", r.version, r.node_id as "nodeId", r.due_at as "dueAt", r.started_at as "startedAt",
            r.ended_at as "endedAt", r.exit_reason as "exitReason", (extract(epoch from r.started_at) * 1000000)::bigint as "startedUs"
       from journeys.runs r join customers.people p using (tenant_id, customer_id)
      where r.tenant_id = $1 and r.journey_id = $2 and ($3::text is null or (r.node_id = $3 and r.ended_at is null))
        and ($5::bigint is null or (r.started_at, r.run_id) < (timestamptz 'epoch' + $5::bigint * interval '1 microsecond', $6::uuid))
      order by r.started_at desc, r.run_id desc limit $4`,
    [ctx.tenantId, journeyId, nodeId ?? null, limit + 1, afterUs, afterId],
  );
  const { items, nextCursor } = pageOf(rows, limit, ({ startedUs, runId }) => `${startedUs}_${runId}`);
  const people = new Map(
    (
      await customerSummaries(
        ctx,
        items.map(({ customerId }) => customerId),
      )
    ).map((one) => [one.customerId, one]),
  );
  return {
    items: items.map((row) => ({ ...row, displayName: people.get(row.customerId)?.displayName ?? '' })),
    nextCursor,
  };
}

/** Why a customer did or did not get something: their runs of a journey, step by step. */
export async function traceCustomer(ctx: Context, journeyId: string, customerId: number) {
  const [person] = await ctx.tx.query(`select from customers.people where tenant_id = $1 and customer_id = $2`, [
    ctx.tenantId,
    customerId,
  ]);
  if (!person) throw new NotFound('customer');
  const runs = await ctx.tx.query<{
    runId: string;
    version: number;
    startedAt: Date;
    endedAt: Date | null;
    exitReason: string | null;
    dueAt: Date | null;
    nodeId: string;
  }>(
    `select run_id as "runId", version, started_at as "startedAt", ended_at as "endedAt", exit_reason as "exitReason", due_at as "dueAt", node_id as "nodeId"
       from journeys.runs where tenant_id = $1 and journey_id = $2 and customer_id = $3 order by started_at desc limit 20`,
    [ctx.tenantId, journeyId, customerId],
  );
  const steps = await ctx.tx.query<{
    runId: string;
    step: number;
    nodeId: string;
    at: Date;
    outcome: string;
    reason: string | null;
  }>(
    `select run_id as "runId", step, node_id as "nodeId", at, outcome, reason from journeys.step_log
      where tenant_id = $1 and run_id = any($2::uuid[]) order by run_id, step`,
    [ctx.tenantId, runs.map(({ runId }) => runId)],
  );
  return { runs: runs.map((run) => ({ ...run, steps: steps.filter(({ runId }) => runId === run.runId) })) };
}

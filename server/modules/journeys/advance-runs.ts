import { everyStore, systemContext } from '#platform/context';
import type { Context } from '#platform/context';
import type { Tx } from '#platform/database';
import { runningDefinitions, versionOf } from '#platform/definitions';
import type { JobContext } from '#platform/jobs';

import { applyNode } from './apply-node.ts';
import { journeyKind } from './graph.ts';
import type { Journey, JourneyNode } from './graph.ts';
import { step } from './step.ts';

interface Run {
  readonly tenant_id: number;
  readonly run_id: string;
  readonly journey_id: string;
  readonly version: number;
  readonly customer_id: number;
  readonly earlier_runs: number;
  readonly started_at: Date;
  node_id: string;
  is_waiting: boolean;
  arrived: boolean;
  due_at: Date | null;
  steps: number;
  waiting_event: string | null;
  ended: string | null;
}

interface Logged {
  readonly run: Run;
  readonly step: number;
  readonly nodeId: string;
  readonly outcome: string;
  readonly reason: string | null;
}

/** A run that takes more steps than this in its life is going in circles and is ended. */
const mostSteps = 10_000;
/** Steps within one moment; publishing refuses loops without a wait, so this is only a belt. */
const mostWaves = 200;

/** Reads journeys by version, once per process. */
class Journeys {
  readonly #cache = new Map<string, ReadonlyMap<string, JourneyNode>>();

  async nodes(
    tx: Tx,
    { tenant_id: tenantId, journey_id: id, version }: Run,
  ): Promise<ReadonlyMap<string, JourneyNode>> {
    const key = `${tenantId}:${id}:${version}`;
    let nodes = this.#cache.get(key);
    if (!nodes) {
      const { content } = await versionOf({ tx, tenantId }, journeyKind, id, version);
      nodes = new Map(content.nodes.map((node) => [node.id, node]));
      if (this.#cache.size > 1_000) this.#cache.clear();
      this.#cache.set(key, nodes);
    }
    return nodes;
  }
}
const journeys = new Journeys();

/** Claims due runs of journeys that are running; the row locks are the lease, because nothing leaves the house in this transaction. */
async function claimDue(tx: Tx, tenantId: number, limit: number): Promise<Run[]> {
  const active = await runningDefinitions<Journey>(tx, journeyKind, tenantId);
  if (active.length === 0) return [];
  return tx.query<Run>(
    `select tenant_id, run_id, journey_id, version, customer_id, node_id, is_waiting, arrived, due_at, steps, waiting_event, started_at, null as ended,
            (select count(*)::int from journeys.runs e where e.tenant_id = r.tenant_id and e.journey_id = r.journey_id
                and e.customer_id = r.customer_id and e.started_at < r.started_at) as earlier_runs
       from journeys.runs r
      where tenant_id = $1 and due_at <= now() and journey_id = any($2::uuid[])
      order by due_at limit $3 for update skip locked`,
    [tenantId, active.map(({ definitionId }) => definitionId), limit],
  );
}

/**
 * Moves due runs on until each waits or ends: nodes are done in sets, all runs that stand at the same node together. Effects, log and
 * positions commit at once, so every node happens exactly once per visit, whatever crashes. Returns how many runs it moved.
 */
export async function advanceDue(
  { database, services }: Pick<JobContext, 'database' | 'services'>,
  tenantId: number,
  limit = 2_000,
): Promise<number> {
  return database.work({ tenantId, scope: everyStore }, async (tx) => {
    const runs = await claimDue(tx, tenantId, limit);
    if (runs.length === 0) return 0;
    const ctx: Context = systemContext({ tx, tenantId, services, name: 'journeys' });
    const log = await walk(ctx, runs);
    await save(tx, tenantId, ctx.now, runs, log);
    return runs.length;
  });
}

async function walk(ctx: Context, runs: readonly Run[]): Promise<Logged[]> {
  const log: Logged[] = [];
  let moving = [...runs];
  for (let wave = 0; moving.length > 0; wave += 1) {
    const stuck = wave >= mostWaves;
    const standing = Map.groupBy(moving, (run) => `${run.journey_id}:${run.version}:${run.node_id}`);
    const onward: Run[] = [];
    for (const group of standing.values()) {
      const [first] = group;
      if (!first) continue;
      const node = (await journeys.nodes(ctx.tx, first)).get(first.node_id);
      const facts = node && !stuck ? await applyNode(ctx, node, group) : null;
      for (const run of group) {
        if (!node || !facts || run.steps >= mostSteps) {
          run.ended = node ? 'too_many_steps' : 'node_missing';
          continue;
        }
        const found = facts.get(run.run_id) ?? {};
        const taken = step(
          node,
          { nodeId: run.node_id, dueAt: run.is_waiting ? run.due_at : null, arrived: run.arrived },
          found,
          ctx.now,
        );
        run.steps += 1;
        log.push({ run, step: run.steps, nodeId: node.id, outcome: taken.outcome, reason: found.reason ?? null });
        if (taken.kind === 'stay') {
          run.due_at = taken.until;
          run.is_waiting = true;
          run.waiting_event = taken.waitingEvent;
          run.arrived = false;
        } else if (taken.to === null) {
          run.ended = node.kind === 'exit' ? 'exit' : 'completed';
        } else {
          run.node_id = taken.to;
          run.due_at = null;
          run.is_waiting = false;
          run.arrived = false;
          run.waiting_event = null;
          onward.push(run);
        }
      }
    }
    moving = onward;
  }
  return log;
}

async function save(tx: Tx, tenantId: number, now: Date, runs: readonly Run[], log: readonly Logged[]): Promise<void> {
  await tx.execute(
    `update journeys.runs r
        set node_id = n.node_id, is_waiting = n.is_waiting, arrived = n.arrived, waiting_event = n.waiting_event, steps = n.steps, due_at = n.due_at,
            ended_at = case when n.ended is not null then $9::timestamptz end, exit_reason = n.ended
       from unnest($2::uuid[], $3::text[], $4::bool[], $5::text[], $6::int[], $7::timestamptz[], $8::text[], $10::bool[])
            n(run_id, node_id, arrived, waiting_event, steps, due_at, ended, is_waiting)
      where r.tenant_id = $1 and r.run_id = n.run_id`,
    [
      tenantId,
      runs.map(({ run_id }) => run_id),
      runs.map(({ node_id }) => node_id),
      runs.map(({ arrived }) => arrived),
      runs.map(({ waiting_event, ended }) => (ended === null ? waiting_event : null)),
      runs.map(({ steps }) => steps),
      runs.map(({ due_at, ended }) => (ended === null ? due_at : null)),
      runs.map(({ ended }) => ended),
      now,
      runs.map(({ is_waiting }) => is_waiting),
    ],
  );
  await tx.execute(
    `insert into journeys.step_log (tenant_id, run_id, step, journey_id, node_id, at, outcome, reason)
     select $1, s.run_id, s.step, s.journey_id, s.node_id, $8, s.outcome, s.reason
       from unnest($2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::text[]) s(run_id, step, journey_id, node_id, outcome, reason)`,
    [
      tenantId,
      log.map(({ run }) => run.run_id),
      log.map((one) => one.step),
      log.map(({ run }) => run.journey_id),
      log.map(({ nodeId }) => nodeId),
      log.map(({ outcome }) => outcome),
      log.map(({ reason }) => reason),
      now,
    ],
  );
}

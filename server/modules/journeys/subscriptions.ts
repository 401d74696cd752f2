import { runningDefinitions } from '#platform/definitions';
import type { PipelineContext, ResolvedEvent, Subscription } from '#platform/log/event';
import { matchingCustomers } from '#segments';

import { enterJourney } from './enter-journeys.ts';
import type { RunningJourney } from './enter-journeys.ts';
import { journeyKind } from './graph.ts';

type Known = ResolvedEvent & { readonly resolvedCustomerId: number };

const isKnown = (event: ResolvedEvent): event is Known => event.resolvedCustomerId !== null;

/** Ends runs whose journey leaves on one of these events, also in the middle of a wait. */
async function exitRuns(ctx: PipelineContext, journey: RunningJourney, events: readonly Known[]): Promise<void> {
  const leaving = events.filter(({ name }) => journey.content.exitOn.includes(name));
  if (leaving.length === 0) return;
  await ctx.tx.execute(
    `update journeys.runs r set ended_at = now(), due_at = null, waiting_event = null, exit_reason = 'exit_event'
       from unnest($3::bigint[], $4::float8[]) e(customer_id, at)
      where r.tenant_id = $1 and r.journey_id = $2 and r.customer_id = e.customer_id and r.ended_at is null
        and to_timestamp(e.at / 1000.0) >= r.started_at - interval '1 second'`,
    [
      journey.tenantId,
      journey.definitionId,
      leaving.map((event) => event.resolvedCustomerId),
      leaving.map(({ occurredAt }) => occurredAt),
    ],
  );
}

async function enter(ctx: PipelineContext, journey: RunningJourney, events: readonly Known[]): Promise<void> {
  const { entry } = journey.content;
  if (entry.kind === 'one_off') return;
  const wanted =
    entry.kind === 'segment_entered'
      ? events.filter(
          ({ name, properties }) =>
            name === 'Segment Entered' &&
            properties['segment_id'] === entry.segmentId &&
            properties['reason'] !== 'published',
        )
      : events.filter(({ name }) => name === entry.event);
  if (wanted.length === 0) return;
  const eligible =
    entry.kind === 'event' && entry.condition !== null
      ? await matchingCustomers(
          { tx: ctx.tx, tenantId: journey.tenantId },
          entry.condition,
          wanted.map((event) => event.resolvedCustomerId),
        )
      : null;
  await enterJourney(
    ctx.tx,
    journey,
    wanted
      .filter((event) => eligible === null || eligible.has(event.resolvedCustomerId))
      .map((event) => ({ customerId: event.resolvedCustomerId, entryKey: event.messageId.slice(0, 200) })),
  );
}

/** Runs that wait for an event go on when it comes: the row lock decides the race against the time-out. */
async function wake(ctx: PipelineContext, tenantId: number, events: readonly Known[]): Promise<void> {
  await ctx.tx.execute(
    `update journeys.runs r set arrived = true, due_at = now(), waiting_event = null
       from unnest($2::text[], $3::bigint[]) e(name, customer_id)
      where r.tenant_id = $1 and r.waiting_event = e.name and r.customer_id = e.customer_id and r.ended_at is null`,
    [tenantId, events.map(({ name }) => name), events.map((event) => event.resolvedCustomerId)],
  );
}

/** Of two runs of one journey that a merge brought together the further one goes on. */
async function endMergedRuns(ctx: PipelineContext, tenantId: number, events: readonly Known[]): Promise<void> {
  const merged = events.filter(({ name }) => name === 'Customer Merged');
  if (merged.length === 0) return;
  await ctx.tx.execute(
    `update journeys.runs r set ended_at = now(), due_at = null, waiting_event = null, exit_reason = 'merged'
      where r.tenant_id = $1 and r.customer_id = any($2::bigint[]) and r.ended_at is null
        and exists (select from journeys.runs o where o.tenant_id = $1 and o.journey_id = r.journey_id and o.customer_id = r.customer_id
                       and o.ended_at is null and (o.steps, o.run_id) > (r.steps, r.run_id))`,
    [tenantId, merged.map((event) => event.resolvedCustomerId)],
  );
}

export const subscriptions: readonly Subscription[] = [
  {
    name: 'journeys.react',
    events: '*',
    async handle(ctx, events) {
      const byTenant = Map.groupBy(events.filter(isKnown), ({ tenantId }) => tenantId);
      for (const [tenantId, ofTenant] of [...byTenant].toSorted(([a], [b]) => a - b)) {
        const journeys = await runningDefinitions(ctx.tx, journeyKind, tenantId);
        await endMergedRuns(ctx, tenantId, ofTenant);
        if (journeys.length > 0) await wake(ctx, tenantId, ofTenant);
        for (const journey of journeys) {
          await exitRuns(ctx, journey, ofTenant);
          await enter(ctx, journey, ofTenant);
        }
      }
    },
  },
];

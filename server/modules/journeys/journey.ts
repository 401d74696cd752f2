import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import { publishDefinition, rollBackDefinition, setDefinitionStatus } from '#platform/definitions';
import type { DefinitionVersion } from '#platform/definitions';
import { newId } from '#platform/ids';

import { journeyKind } from './graph.ts';
import type { Journey } from './graph.ts';

/** Publishes the draft; a one-off journey lets its segment in, in the background. */
export async function publishJourney(ctx: Context, journeyId: string, note: string): Promise<number> {
  return startOneOff(ctx, journeyId, await publishDefinition(ctx, journeyKind, journeyId, { note }));
}

export async function rollBackJourney(ctx: Context, journeyId: string, toVersion: number): Promise<number> {
  return startOneOff(ctx, journeyId, await rollBackDefinition(ctx, journeyKind, journeyId, toVersion));
}

async function startOneOff(
  ctx: Context,
  journeyId: string,
  { version, content }: DefinitionVersion<Journey>,
): Promise<number> {
  if (content.entry.kind === 'one_off') {
    await ctx.tx.execute(
      `insert into journeys.bulk_entries (tenant_id, entry_id, journey_id, version, segment_id, created_by) values ($1, $2, $3, $4, $5, $6)`,
      [ctx.tenantId, newId(), journeyId, version, content.entry.segmentId, actorRef(ctx.actor)],
    );
  }
  return version;
}

/** Pausing keeps everyone where they are; stopping ends every run with its reason. */
export async function setJourneyStatus(
  ctx: Context,
  journeyId: string,
  status: 'active' | 'paused' | 'archived',
): Promise<void> {
  await setDefinitionStatus(ctx, journeyKind, journeyId, status);
  if (status !== 'archived') return;
  await ctx.tx.execute(
    `update journeys.runs set ended_at = now(), due_at = null, waiting_event = null, exit_reason = 'stopped'
      where tenant_id = $1 and journey_id = $2 and ended_at is null`,
    [ctx.tenantId, journeyId],
  );
  await ctx.tx.execute(
    `update journeys.bulk_entries set finished_at = now() where tenant_id = $1 and journey_id = $2 and finished_at is null`,
    [ctx.tenantId, journeyId],
  );
}

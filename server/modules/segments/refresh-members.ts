import { everyStore } from '#platform/context';
import type { Tx } from '#platform/database';
import { runningDefinitions } from '#platform/definitions';
import type { RunningDefinition } from '#platform/definitions';
import type { JobContext } from '#platform/jobs';
import { emit } from '#platform/outbox';

import { selectMembers } from './compile-condition.ts';
import { referencedSegments, segmentKind } from './condition.ts';
import type { SegmentContent } from './condition.ts';

export type RunningSegment = RunningDefinition<SegmentContent>;

interface Change {
  customer_id: number;
  entered: boolean;
}

/** Today in the brand's zone, as the windows of conditions count days. */
export async function todayOf(tx: Tx): Promise<{ today: string; now: Date }> {
  const [row] = await tx.query<{ today: string; now: Date }>(
    `select (now() at time zone 'Asia/Shanghai')::date as today, now() as now`,
  );
  if (!row) throw new Error('the database has no clock');
  return row;
}

/**
 * Makes the stored members of a segment equal to what its condition says: of the given customers, or of everyone. Announces who
 * entered and left. The same statement serves one customer and the whole base, so both always agree.
 */
export async function refreshMembers(
  tx: Tx,
  segment: RunningSegment,
  customerIds: readonly number[] | null,
  reason: string,
): Promise<{ entered: number; left: number }> {
  const { today, now } = await todayOf(tx);
  const { sql, values } = selectMembers(segment.content.condition);
  const [tenantParameter, ids, day] = ['$1', '$2::bigint[]', '$3::date'];
  const own = `$${4 + values.length}::uuid`;
  const changes = await tx.query<Change>(
    `with now_in as materialized (${sql}),
     gone as (
       delete from segments.members m
        where m.tenant_id = ${tenantParameter} and m.segment_id = ${own} and (${ids} is null or m.customer_id = any(${ids}))
          and not exists (select from now_in n where n.customer_id = m.customer_id)
       returning m.customer_id),
     come as (
       insert into segments.members (tenant_id, segment_id, customer_id, entered_at)
       select ${tenantParameter}, ${own}, customer_id, now() from now_in where ${day} is not null
       on conflict do nothing returning customer_id)
     select customer_id, false as entered from gone union all select customer_id, true from come`,
    [segment.tenantId, customerIds === null ? null : [...customerIds], today, ...values, segment.definitionId],
  );
  await emit(
    { tx },
    changes.map(({ customer_id, entered }) => ({
      tenantId: segment.tenantId,
      name: entered ? 'Segment Entered' : 'Segment Left',
      messageId: `segment:${segment.definitionId}:${customer_id}:${entered ? 'in' : 'out'}:${now.getTime()}`,
      occurredAt: now,
      customerId: customer_id,
      properties: { segment_id: segment.definitionId, segment: segment.name, version: segment.version, reason },
    })),
  );
  const entered = changes.filter((change) => change.entered).length;
  return { entered, left: changes.length - entered };
}

/** Segments ordered so that one that refers to another comes after it. */
export function inDependencyOrder(segments: readonly RunningSegment[]): RunningSegment[] {
  const byId = new Map(segments.map((segment) => [segment.definitionId, segment]));
  const ordered = new Set<RunningSegment>();
  const visit = (segment: RunningSegment, path: ReadonlySet<string>) => {
    if (ordered.has(segment) || path.has(segment.definitionId)) return;
    for (const id of referencedSegments(segment.content.condition)) {
      const referred = byId.get(id);
      if (referred) visit(referred, new Set([...path, segment.definitionId]));
    }
    ordered.add(segment);
  };
  for (const segment of segments) visit(segment, new Set());
  return [...ordered];
}

/** Recomputes one segment over the whole base and notes how long it took. */
export async function recomputeSegment(tx: Tx, segment: RunningSegment, reason: string): Promise<void> {
  await lockSegments(tx, segment.tenantId);
  const startedAt = performance.now();
  await refreshMembers(tx, segment, null, reason);
  await tx.execute(
    `insert into segments.states (tenant_id, segment_id, version, members_count, recomputed_at, duration_ms)
     select $1, $2, $3, count(*), clock_timestamp(), $4 from segments.members where tenant_id = $1 and segment_id = $2
     on conflict (tenant_id, segment_id) do update
       set version = excluded.version, members_count = excluded.members_count, recomputed_at = excluded.recomputed_at, duration_ms = excluded.duration_ms`,
    [segment.tenantId, segment.definitionId, segment.version, Math.round(performance.now() - startedAt)],
  );
}

/** One writer of memberships per tenant at a time: an incremental and a full refresh must not interleave. */
export async function lockSegments(tx: Tx, tenantId: number): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('segments.members', $1))`, [tenantId]);
}

/** Recomputes every running segment of every tenant, one transaction each; removes the members of those that no longer run. */
export async function recomputeAll({ database, signal }: Pick<JobContext, 'database' | 'signal'>): Promise<void> {
  const segments = await database.work({ tenantId: null, scope: everyStore }, (tx) =>
    runningDefinitions(tx, segmentKind, null),
  );
  for (const segment of inDependencyOrder(segments)) {
    if (signal.aborted) return;
    await database.work({ tenantId: segment.tenantId, scope: everyStore }, (tx) =>
      recomputeSegment(tx, segment, 'recompute'),
    );
  }
  await database.work({ tenantId: null, scope: everyStore }, (tx) =>
    tx.execute(
      `delete from segments.members m where not exists (select from unnest($1::uuid[]) id where id = m.segment_id)`,
      [segments.map(({ definitionId }) => definitionId)],
    ),
  );
}

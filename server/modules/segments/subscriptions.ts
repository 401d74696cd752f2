import { runningDefinitions } from '#platform/definitions';
import type { PipelineContext, ResolvedEvent, Subscription } from '#platform/log/event';

import { segmentKind } from './condition.ts';
import { inDependencyOrder, lockSegments, refreshMembers } from './refresh-members.ts';

/** Our own announcements would make every refresh cause another. */
const ownEvents = new Set(['Segment Entered', 'Segment Left']);

/** Counts what each customer did per day, in one statement. */
async function countDays(ctx: PipelineContext, events: readonly ResolvedEvent[]): Promise<void> {
  const rows = events.filter(({ resolvedCustomerId }) => resolvedCustomerId !== null);
  if (rows.length === 0) return;
  await ctx.tx.execute(
    `insert into segments.event_days as old (tenant_id, event, day, customer_id, origin_customer_id, occurrences)
     select tenant, event, (to_timestamp(at / 1000.0) at time zone 'Asia/Shanghai')::date, max(customer), origin, count(*)
       from unnest($1::int[], $2::text[], $3::float8[], $4::bigint[], $5::bigint[]) e(tenant, event, at, customer, origin)
      group by 1, 2, 3, origin order by 1, origin, 2, 3
     on conflict (tenant_id, origin_customer_id, event, day) do update
       set occurrences = old.occurrences + excluded.occurrences, customer_id = excluded.customer_id`,
    [
      rows.map(({ tenantId }) => tenantId),
      rows.map(({ name }) => name),
      rows.map(({ occurredAt }) => occurredAt),
      rows.map(({ resolvedCustomerId }) => resolvedCustomerId),
      rows.map(({ originCustomerId, resolvedCustomerId }) => originCustomerId ?? resolvedCustomerId),
    ],
  );
}

/** Re-evaluates all running segments for the customers of the batch: who did something may have entered or left. */
async function refreshTouched(ctx: PipelineContext, events: readonly ResolvedEvent[]): Promise<void> {
  const touched = Map.groupBy(
    events.filter(({ resolvedCustomerId }) => resolvedCustomerId !== null),
    ({ tenantId }) => tenantId,
  );
  for (const [tenantId, ofTenant] of [...touched].toSorted(([a], [b]) => a - b)) {
    const segments = await runningDefinitions(ctx.tx, segmentKind, tenantId);
    if (segments.length === 0) continue;
    const ids = new Set<number>();
    for (const { resolvedCustomerId, originCustomerId } of ofTenant) {
      if (resolvedCustomerId !== null) ids.add(resolvedCustomerId);
      if (originCustomerId !== null) ids.add(originCustomerId);
    }
    await lockSegments(ctx.tx, tenantId);
    for (const segment of inDependencyOrder(segments)) await refreshMembers(ctx.tx, segment, [...ids], 'event');
  }
}

export const subscriptions: readonly Subscription[] = [
  {
    name: 'segments.refresh',
    events: '*',
    async handle(ctx, events) {
      const foreign = events.filter(({ name }) => !ownEvents.has(name));
      await countDays(ctx, foreign);
      await refreshTouched(ctx, foreign);
    },
  },
];

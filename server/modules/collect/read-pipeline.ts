import type * as z from 'zod';

import type { Context } from '#platform/context';
import type { Database } from '#platform/database';
import { readLag } from '#platform/log/lag';

import type { readPipeline as contract } from './contract.ts';

const behindMs = 30_000;
const stalledMs = 300_000;

/** Lag and throughput of the log; the installation's, for one log serves all its tenants. */
export async function readPipeline(ctx: Context, database: Database): Promise<z.output<typeof contract.response>> {
  // Counting unread facts looks over all tenants, which the web role may not.
  const lag = await database.work({ tenantId: null, scope: ctx.scope }, readLag);
  const throughput = await ctx.tx.query<{ minute_at: Date; events: number }>(
    `select date_trunc('minute', at) as minute_at, sum(events)::bigint as events from log.batches
      where n > (select batch from log.pipeline) - 200000 and at > now() - interval '1 hour' group by 1 order by 1`,
  );
  const [counts] = await ctx.tx.query<{ days: number; letters: number }>(
    `select (select count(*)::int from log.archives) as days,
            (select count(*)::int from log.dead_letters where tenant_id = $1 and replayed_at is null) as letters`,
    [ctx.tenantId],
  );
  const ageMs = Math.max(lag.lanes.ageMs, lag.outbox.ageMs);
  return {
    lanes: { ...lag.lanes },
    outbox: { ...lag.outbox },
    snapshotAge: lag.snapshotAge,
    batches: lag.pipeline.batch,
    events: lag.pipeline.events,
    duplicates: lag.pipeline.duplicates,
    readers: lag.readers.map((reader) => ({ ...reader })),
    throughput: throughput.map(({ minute_at, events }) => ({ minuteAt: minute_at.toISOString(), events })),
    archivedDays: counts?.days ?? 0,
    openDeadLetters: counts?.letters ?? 0,
    state: ageMs > stalledMs ? 'stalled' : ageMs > behindMs ? 'behind' : 'ok',
  };
}

import { setTimeout as delay } from 'node:timers/promises';

import { everyStore } from '#platform/context';
import { runningDefinitions } from '#platform/definitions';
import type { JobContext } from '#platform/jobs';
import { segmentMembers } from '#segments';

import { advanceDue } from './advance-runs.ts';
import { enterJourney } from './enter-journeys.ts';
import { journeyKind } from './graph.ts';

const idlePollMs = 250;
const entryChunk = 20_000;

interface BulkEntry {
  entry_id: string;
  journey_id: string;
  segment_id: string;
  last_id: number;
}

/** Lets one chunk of a one-off entry in and remembers how far it came; false when nothing is left to do. */
export async function enterChunk({ database }: Pick<JobContext, 'database'>, tenantId: number): Promise<boolean> {
  return database.work({ tenantId, scope: everyStore }, async (tx) => {
    const [entry] = await tx.query<BulkEntry>(
      `select entry_id, journey_id, segment_id, last_id from journeys.bulk_entries
        where tenant_id = $1 and finished_at is null order by created_at limit 1 for update skip locked`,
      [tenantId],
    );
    if (!entry) return false;
    const journey = (await runningDefinitions(tx, journeyKind, tenantId)).find(
      ({ definitionId }) => definitionId === entry.journey_id,
    );
    const ids = journey
      ? await segmentMembers({ tx, tenantId }, entry.segment_id, { after: entry.last_id, limit: entryChunk })
      : [];
    const entered = journey
      ? await enterJourney(
          tx,
          journey,
          ids.map((customerId) => ({ customerId, entryKey: `one-off:${entry.entry_id}` })),
        )
      : 0;
    await tx.execute(
      `update journeys.bulk_entries set last_id = $3, entered = entered + $4, finished_at = case when $5 then now() end
        where tenant_id = $1 and entry_id = $2`,
      [tenantId, entry.entry_id, ids.at(-1) ?? entry.last_id, entered, ids.length < entryChunk],
    );
    return true;
  });
}

/** Moves all journeys of all tenants until the signal; several processes may run, each run is moved by one of them. */
export async function runJourneys(job: JobContext): Promise<void> {
  const { database, logger, signal } = job;
  while (!signal.aborted) {
    let moved = 0;
    try {
      const tenants = await database.work({ tenantId: null, scope: everyStore }, (tx) =>
        tx.query<{ tenant_id: number }>(
          `select tenant_id from journeys.runs where due_at <= now() group by tenant_id
           union select tenant_id from journeys.bulk_entries where finished_at is null`,
        ),
      );
      for (const { tenant_id: tenantId } of tenants) {
        if (signal.aborted) return;
        if (await enterChunk(job, tenantId)) moved += 1;
        moved += await advanceDue(job, tenantId);
      }
    } catch (error) {
      logger.error({ err: error }, 'journeys could not be moved; trying again');
      await delay(1_000, undefined, { signal }).catch(() => undefined);
    }
    if (moved === 0) await delay(idlePollMs, undefined, { signal }).catch(() => undefined);
  }
}

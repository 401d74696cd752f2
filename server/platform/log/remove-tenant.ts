import { setTimeout as sleep } from 'node:timers/promises';

import { everyStore } from '#platform/context';
import type { Database, Tx } from '#platform/database';
import { fromBody, toBody } from '#platform/log/body';
import type { LogSealer } from '#platform/log/body';
import type { ResolvedEvent } from '#platform/log/event';
import { openHourCounts } from '#platform/log/hour-counts';
import { readLag } from '#platform/log/lag';
import { reconcileWarehouse, repairWarehouse } from '#platform/log/reconcile';
import { messageKey } from '#platform/log/seen';
import type { Services } from '#platform/services';

const everyTenant = { tenantId: null, scope: everyStore } as const;
const pollMs = 200;

/**
 * Waits until the pipeline has read everything that was in the log when this was called; false when it stood still for the given time,
 * or at the signal.
 */
export async function waitUntilRead(
  database: Database,
  { signal, standstillMs }: { signal: AbortSignal; standstillMs: number },
): Promise<boolean> {
  const startedAt = Date.now();
  let movedAt = startedAt;
  let before = '';
  while (Date.now() - movedAt < standstillMs && !signal.aborted) {
    const { lanes, outbox, pipeline } = await database.work(everyTenant, readLag);
    const elapsedMs = Date.now() - startedAt;
    const isRead = (waiting: number, ageMs: number) => waiting === 0 || ageMs < elapsedMs;
    if (isRead(lanes.commits, lanes.ageMs) && isRead(outbox.facts, outbox.ageMs)) return true;
    const now = `${pipeline.batch}/${pipeline.events}/${pipeline.duplicates}`;
    if (now !== before) movedAt = Date.now();
    before = now;
    await sleep(pollMs, undefined, { signal }).catch(() => undefined); // Woken by the signal.
  }
  return false;
}

const batchesPerPage = 8;

/**
 * Takes a tenant's events out of the log: pending facts, and every batch that still lies in this database, which is written anew
 * without them. In the caller's transaction, which holds the pipeline back until it ends. A batch never becomes empty and numbers stay
 * dense: where nothing is left a note of what was removed takes its place. Returns how many events went.
 */
export async function removeFromLog(
  ctx: { readonly tx: Tx; readonly tenantId: number; readonly now: Date },
  sealer: LogSealer,
): Promise<number> {
  const { tx, tenantId } = ctx;
  await tx.query(`select from log.pipeline for update`);
  let removed = await tx.execute(`delete from log.outbox where tenant_id = $1`, [tenantId]);
  let after = 0;
  for (;;) {
    const page = await tx.query<{ n: number; body: Buffer }>(
      `select n, body from log.batches
        where n > $1 and exists (select from jsonb_array_elements(counts) c where (c ->> 0)::int = $2) order by n limit $3`,
      [after, tenantId, batchesPerPage],
    );
    for (const { n, body } of page) removed += await rewriteBatch(ctx, sealer, { n, body });
    after = page.at(-1)?.n ?? after;
    if (page.length < batchesPerPage) return removed;
  }
}

async function rewriteBatch(
  { tx, tenantId, now }: { readonly tx: Tx; readonly tenantId: number; readonly now: Date },
  sealer: LogSealer,
  { n, body }: { n: number; body: Buffer },
): Promise<number> {
  const events = await fromBody<ResolvedEvent[]>(sealer, body);
  const gone = events.filter((event) => event.tenantId === tenantId);
  const others = events.filter((event) => event.tenantId !== tenantId);
  const kept = others.length > 0 ? others : [noteOf(tenantId, n, { events: gone.length, at: now.getTime() })];
  const counts = openHourCounts();
  counts.addEvents(kept);
  await tx.query(`select log.rewrite_batch($1, $2, $3, $4, $5)`, [
    tenantId,
    n,
    kept.length,
    JSON.stringify(counts.list()),
    await toBody(sealer, JSON.stringify(kept)),
  ]);
  await tx.query(`select log.forget_messages($1, $2::uuid[])`, [tenantId, gone.map(messageKey)]);
  return gone.length;
}

function noteOf(tenantId: number, n: number, { events, at }: { events: number; at: number }): ResolvedEvent {
  return {
    tenantId,
    sourceId: 0,
    messageId: `events-removed:${n}`,
    type: 'track',
    name: 'Events Removed',
    occurredAt: at,
    receivedAt: at,
    identifiers: [],
    properties: { events },
    resolvedCustomerId: null,
    originCustomerId: null,
    subjectKey: '0',
  };
}

/** Makes the warehouse forget what the log no longer has of a tenant; again finds nothing to do. */
export async function removeFromWarehouse(
  means: { readonly database: Database; readonly services: Services },
  tenantId: number,
): Promise<void> {
  const { warehouse } = means.services;
  // Who once was merged with whom would be said of people who come anew under the same identifiers.
  await warehouse.command(
    'ALTER TABLE customer_overrides DELETE WHERE tenant_id = {tenant:UInt32}',
    { tenant: tenantId },
    { settings: { mutations_sync: '2' } },
  );
  await warehouse.command('SYSTEM RELOAD DICTIONARY customer_override');
  const damaged = (await reconcileWarehouse(means)).filter((hour) => hour.tenantId === tenantId);
  await repairWarehouse(means, damaged);
}

import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import { openSealer } from '#platform/log/body';
import { hourMs, openHourCounts } from '#platform/log/hour-counts';
import type { HourCount } from '#platform/log/hour-counts';
import { eventsPerBatch, readBatches } from '#platform/log/log-reader';
import { overridesOf, toEventRows } from '#platform/log/warehouse-rows';
import type { BatchToWrite } from '#platform/log/warehouse-rows';
import { warehouseReader } from '#platform/log/warehouse-writer';
import type { Services } from '#platform/services';

/** An hour of receipt whose events in the warehouse are not those of the log. */
export interface DamagedHour {
  readonly tenantId: number;
  readonly hour: Date;
  readonly expected: number;
  readonly found: number;
}

interface ReconcileContext {
  readonly database: Database;
  readonly services: Services;
}

const everyTenant = { tenantId: null, scope: everyStore } as const;
const insertEvents = 20_000;

/** Compares log and warehouse per tenant and hour, over all batches the warehouse has read. Empty when they agree. */
export async function reconcileWarehouse({ database, services }: ReconcileContext): Promise<DamagedHour[]> {
  const upTo = await copiedUpTo(database);
  const expected = openHourCounts();
  expected.addCounts(await countsOfLog(database, upTo));
  const found = await services.warehouse.query<{ tenant_id: number; hour: number; events: number }>(
    `SELECT tenant_id, toUInt32(intDiv(toUnixTimestamp64Milli(received_at), ${hourMs})) AS hour, toUInt64(count()) AS events
       FROM events WHERE ingest_seq < {limit:UInt64} GROUP BY tenant_id, hour`,
    { limit: firstSeqAfter(upTo) },
  );
  const foundBy = new Map(found.map(({ tenant_id, hour, events }) => [`${tenant_id}/${hour}`, events]));
  const damaged: DamagedHour[] = [];
  for (const [tenantId, hour, events] of expected.list()) {
    const key = `${tenantId}/${hour}`;
    const have = foundBy.get(key) ?? 0;
    foundBy.delete(key);
    if (have !== events) damaged.push({ tenantId, hour: new Date(hour * hourMs), expected: events, found: have });
  }
  for (const [key, have] of foundBy) {
    const [tenantId = 0, hour = 0] = key.split('/').map(Number);
    damaged.push({ tenantId, hour: new Date(hour * hourMs), expected: 0, found: have });
  }
  return damaged.toSorted((a, b) => a.hour.getTime() - b.hour.getTime() || a.tenantId - b.tenantId);
}

/** Rewrites damaged hours from the log and its archive; returns the number of events written. The writer may go on beside it. */
export async function repairWarehouse(
  { database, services }: ReconcileContext,
  damaged: readonly DamagedHour[],
): Promise<number> {
  if (damaged.length === 0) return 0;
  const upTo = await copiedUpTo(database);
  const { warehouse } = services;
  const keys = new Set(damaged.map(({ tenantId, hour }) => `${tenantId}/${hour.getTime() / hourMs}`));
  for (const { tenantId, hour } of damaged) {
    await warehouse.command(
      `ALTER TABLE events DELETE WHERE tenant_id = {tenant:UInt32} AND ingest_seq < {limit:UInt64}
          AND received_at >= fromUnixTimestamp64Milli({from:Int64}) AND received_at < fromUnixTimestamp64Milli({to:Int64})`,
      { tenant: tenantId, limit: firstSeqAfter(upTo), from: hour.getTime(), to: hour.getTime() + hourMs },
      { settings: { mutations_sync: '2' } },
    );
  }
  let written = 0;
  const chunk: { batches: BatchToWrite[]; events: number } = { batches: [], events: 0 };
  const flush = async (): Promise<void> => {
    if (chunk.events > 0) await warehouse.insert('events', toEventRows(chunk.batches));
    const overrides = overridesOf(chunk.batches);
    if (overrides.length > 0) await warehouse.insert('customer_overrides', overrides);
    written += chunk.events;
    chunk.batches = [];
    chunk.events = 0;
  };
  const source = { database, services, sealer: await openSealer(database, services.vaults)() };
  for (const range of await batchesTouching(database, keys, upTo)) {
    for await (const { n, events } of readBatches(source, range)) {
      // Index in the batch is part of an event's number, so the places of other hours stay empty instead of closing up.
      const wanted = events.map((event) =>
        keys.has(`${event.tenantId}/${Math.floor(event.receivedAt / hourMs)}`) ? event : undefined,
      );
      chunk.batches.push({ n, events: wanted });
      chunk.events += wanted.reduce((sum, event) => sum + (event ? 1 : 0), 0);
      if (chunk.events >= insertEvents) await flush();
    }
  }
  await flush();
  await warehouse.command('SYSTEM RELOAD DICTIONARY customer_override');
  return written;
}

function firstSeqAfter(batch: number): string {
  return String(BigInt(batch + 1) * BigInt(eventsPerBatch));
}

async function copiedUpTo(database: Database): Promise<number> {
  const [reader] = await database.work(everyTenant, (tx) =>
    tx.query<{ batch: number }>(`select batch from log.readers where name = $1`, [warehouseReader]),
  );
  return reader?.batch ?? 0;
}

/** What the log holds of batches up to a number: days still here by their batches, days gone by their archive. */
async function countsOfLog(database: Database, upTo: number): Promise<HourCount[]> {
  return database.work(everyTenant, async (tx) => {
    const rows = await tx.query<{ tenant_id: number; hour: number; events: number }>(
      `select tenant_id, hour, sum(events)::bigint as events from (
         select (c ->> 0)::int as tenant_id, (c ->> 1)::int as hour, (c ->> 2)::bigint as events
           from log.batches b cross join jsonb_array_elements(b.counts) c where b.n <= $1
         union all
         select (c ->> 0)::int, (c ->> 1)::int, (c ->> 2)::bigint
           from log.archives a cross join jsonb_array_elements(a.counts) c where a.dropped_at is not null and a.last_n <= $1) u
       group by 1, 2`,
      [upTo],
    );
    return rows.map(({ tenant_id, hour, events }): HourCount => [tenant_id, hour, events]);
  });
}

/** Ranges of batches that hold events of the given `tenant/hour` keys. */
async function batchesTouching(database: Database, keys: ReadonlySet<string>, upTo: number) {
  const wanted = [...keys];
  return database.work(everyTenant, async (tx) => {
    const rows = await tx.query<{ first_n: number; last_n: number }>(
      `select first_n, last_n from (
         select b.n as first_n, b.n as last_n, b.counts from log.batches b where b.n <= $2
         union all
         select a.first_n, a.last_n, a.counts from log.archives a where a.dropped_at is not null and a.last_n <= $2) u
        where exists (select from jsonb_array_elements(u.counts) c where (c ->> 0) || '/' || (c ->> 1) = any ($1))
        order by first_n`,
      [wanted, upTo],
    );
    return rows.map(({ first_n, last_n }) => ({ after: first_n - 1, upTo: last_n }));
  });
}

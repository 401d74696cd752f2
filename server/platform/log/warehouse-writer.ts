import { setTimeout as sleep } from 'node:timers/promises';

import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import { openSealer } from '#platform/log/body';
import { readBatches } from '#platform/log/log-reader';
import type { Batch, BatchRange } from '#platform/log/log-reader';
import { overridesOf, toEventRows } from '#platform/log/warehouse-rows';
import type { Logger } from '#platform/logger';
import type { Services } from '#platform/services';
import type { Warehouse } from '#platform/warehouse/client';

/** Name of the warehouse among the readers of the log. */
export const warehouseReader = 'warehouse';

export interface WarehouseWriterOptions {
  readonly database: Database;
  readonly services: Services;
  readonly logger: Logger;
  /** Ends the loop after the insert at hand. */
  readonly signal: AbortSignal;
  /** Time between two inserts while there is no backlog, 400 ms when absent: many small inserts cost far more than few. */
  readonly lingerMs?: number;
  /** Events per insert, 30,000 when absent. */
  readonly maxEvents?: number;
}

const everyTenant = { tenantId: null, scope: everyStore } as const;
const shortestBackoffMs = 200;
const longestBackoffMs = 5_000;

/** A range whose content is settled: it is committed before the insert, so that a retry sends exactly the same once more. */
interface Plan extends BatchRange {
  readonly logId: string;
  /** More was waiting than one insert takes. */
  readonly behind: boolean;
}

/** Copies the log into the warehouse until the signal; while the engine is away it waits and catches up by itself. */
export async function runWarehouseWriter(options: WarehouseWriterOptions): Promise<void> {
  const { database, services, logger, signal, lingerMs = 400, maxEvents = 30_000 } = options;
  const sealer = openSealer(database, services.vaults);
  let backoffMs = shortestBackoffMs;
  let away = false;
  while (!signal.aborted) {
    const startedAt = performance.now();
    let behind = false;
    try {
      const plan = await planNext(database, maxEvents);
      if (plan) {
        const batches: Batch[] = [];
        for await (const batch of readBatches({ database, services, sealer: await sealer() }, plan))
          batches.push(batch);
        await copy(services.warehouse, plan, batches);
        await finish(database, plan);
        ({ behind } = plan);
      }
      if (away) logger.info('warehouse is back; the log is being copied again');
      away = false;
      backoffMs = shortestBackoffMs;
    } catch (error) {
      if (!away) logger.warn({ err: error }, 'the log cannot be copied into the warehouse; trying again');
      away = true;
      await pause(backoffMs, signal);
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
      continue;
    }
    if (!behind) await pause(lingerMs - (performance.now() - startedAt), signal);
  }
}

async function planNext(database: Database, maxEvents: number): Promise<Plan | null> {
  // This commit waits for the disk, and with it everything before it in the write-ahead log: the planned batches cannot vanish.
  return database.work(everyTenant, async (tx) => {
    await tx.execute(`insert into log.readers (name) values ($1) on conflict do nothing`, [warehouseReader]);
    const [at] = await tx.query<{ batch: number; plan_to: number; log_id: string; newest: number }>(
      `select r.batch, r.plan_to, p.log_id, p.batch as newest from log.readers r cross join log.pipeline p
        where r.name = $1 for update of r`,
      [warehouseReader],
    );
    if (!at) throw new Error('the warehouse has lost its place in the log');
    if (at.plan_to > at.batch) return { after: at.batch, upTo: at.plan_to, logId: at.log_id, behind: true };
    if (at.newest === at.batch) return null;
    const [next] = await tx.query<{ up_to: number | null; oldest: number | null }>(
      `select max(n) as up_to, min(n) as oldest from (select n, sum(events) over (order by n) - events as before
                                      from (select n, events from log.batches where n > $1 order by n limit 2000) b) c
        where before < $2`,
      [at.batch, maxEvents],
    );
    // Days that have left the database already are read from the archive, a few batches at a time.
    const oldest = next?.oldest ?? at.newest + 1;
    const upTo = oldest > at.batch + 1 ? Math.min(oldest - 1, at.batch + 10) : (next?.up_to ?? at.newest);
    await tx.execute(`update log.readers set plan_to = $2, updated_at = clock_timestamp() where name = $1`, [
      warehouseReader,
      upTo,
    ]);
    return { after: at.batch, upTo, logId: at.log_id, behind: upTo < at.newest };
  });
}

/** Inserts a settled range; the token makes a repetition of the same range a no-op. */
async function copy(warehouse: Warehouse, { after, upTo, logId }: Plan, batches: readonly Batch[]): Promise<void> {
  const token = `${logId}:${after}-${upTo}`;
  await warehouse.insert('events', toEventRows(batches), { token });
  const overrides = overridesOf(batches);
  if (overrides.length === 0) return;
  await warehouse.insert('customer_overrides', overrides, { token });
  await warehouse.command('SYSTEM RELOAD DICTIONARY customer_override');
}

async function finish(database: Database, { after, upTo }: Plan): Promise<void> {
  await database.work(everyTenant, (tx) =>
    tx.execute(
      `update log.readers set batch = $3, updated_at = clock_timestamp() where name = $1 and batch = $2 and plan_to = $3`,
      [warehouseReader, after, upTo],
    ),
  );
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  await sleep(ms, undefined, { signal }).catch(() => undefined); // Woken by the signal.
}

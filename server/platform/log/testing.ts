import { setTimeout as sleep } from 'node:timers/promises';

import { pino } from 'pino';

import { everyStore } from '#platform/context';
import type { LogEvent, ResolvedEvent } from '#platform/log/event';
import { readLag } from '#platform/log/lag';
import { runPipeline } from '#platform/log/pipeline';
import type { PipelineOptions, Resolve } from '#platform/log/pipeline';
import { subjectKey } from '#platform/log/subject-key';
import type { TestDatabase } from '#testing/database';

export const silent = pino({ level: 'silent' });

let made = 0;

/** A behaviour event with a message id of its own. */
export function testEvent(change: Partial<LogEvent> = {}): LogEvent {
  made += 1;
  const now = Date.now();
  return {
    tenantId: 1,
    sourceId: 7,
    messageId: `m-${process.pid}-${made}`,
    type: 'track',
    name: 'Product Viewed',
    occurredAt: now,
    receivedAt: now,
    identifiers: [{ kind: 'device', scope: '', value: `d${made % 10}` }],
    properties: { sku: `SKU${made}` },
    ...change,
  };
}

/** Every identifier is a person: the last digits of its value are the customer. */
export const resolveByDigits: Resolve = async (_ctx, events) =>
  events.map(({ tenantId, customerId, identifiers: [first] }) => {
    const id = customerId ?? (first ? Number(first.value.replaceAll(/\D/g, '')) + 1 : null);
    return {
      customerId: id,
      originCustomerId: id,
      subjectKey: first ? subjectKey(tenantId, first) : '0',
    };
  });

export interface RunningPipeline {
  /** Resolves when everything written so far has been processed. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a pipeline over the test database. */
export function startPipeline(t: TestDatabase, options: Partial<PipelineOptions> = {}): RunningPipeline {
  const stopping = new AbortController();
  const running = runPipeline({
    database: t.database,
    services: t.services,
    resolve: resolveByDigits,
    subscriptions: [],
    logger: silent,
    signal: stopping.signal,
    ...options,
  });
  return {
    async drained() {
      for (;;) {
        const lag = await t.database.work({ tenantId: null, scope: everyStore }, readLag);
        if (lag.lanes.commits === 0 && lag.outbox.facts === 0) return;
        await sleep(10);
      }
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** A subscription that keeps what it got, in memory and in a table written with the position. */
export function collecting(name: string, events: readonly string[] | '*' = '*') {
  const got: ResolvedEvent[] = [];
  return {
    got,
    name,
    events,
    async handle(_ctx: unknown, batch: readonly ResolvedEvent[]) {
      got.push(...batch);
    },
  };
}

/** Moves what is in the log some days back, partitions included. */
export async function moveLogToPast(t: TestDatabase, days: number): Promise<void> {
  const admin = await t.admin();
  const { rows } = await admin.query<{ day: string }>(
    `select to_char((now() at time zone 'utc')::date - $1::int, 'YYYYMMDD') as day`,
    [days],
  );
  const day = rows[0]?.day;
  for (const table of ['batches', 'lanes']) {
    await admin.query(`create table log.${table}_${day} (like log.${table} including all);
      alter table log.${table}_${day} owner to shuke_owner;
      alter table log.${table} attach partition log.${table}_${day} for values from ('${day}') to ('${day}'::date + 1);
      update log.${table} set day = '${day}'`);
  }
  await admin.query(`update log.lane_leases set last_day = '${day}'`);
  await admin.end();
}

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';
import { Pool } from 'undici';

import { prepareSchema } from '../server/cli/prepare-schema.ts';
import { collect } from '../server/modules/collect/index.ts';
import { newWriteKey, writeKeyHash } from '../server/modules/collect/source.ts';
import { readConfig } from '../server/platform/config.ts';
import type { Config } from '../server/platform/config.ts';
import { openDatabase } from '../server/platform/database.ts';
import type { Database } from '../server/platform/database.ts';
import { withEngines } from '../server/platform/engines/with-engines.ts';
import { readLag } from '../server/platform/log/lag.ts';
import { runPipeline } from '../server/platform/log/pipeline.ts';
import { subjectKey } from '../server/platform/log/subject-key.ts';
import { createLogger } from '../server/platform/logger.ts';
import { openServices } from '../server/services.ts';

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly context: string;
}

const everyTenant = { tenantId: null, scope: { all: true } } as const;
const seconds = (args: readonly string[]): number =>
  Number(args.find((arg) => arg.startsWith('--seconds='))?.slice('--seconds='.length) ?? 10);

/**
 * HTTP → log on disk, with fsync, in an installation of its own; the sender runs on the same machine. The same events written by
 * one raw COPY in the same run are the measure, then the pipeline works off what has piled up.
 */
export async function* run(args: readonly string[]): AsyncGenerator<Figure> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shuke-bench-'));
  try {
    const config = readConfig({ SHUKE_DATA: dataDir, SHUKE_LOG_LEVEL: 'error' });
    const figures = await withEngines(
      config,
      createLogger('bench', 'error'),
      async ({ databaseUrls }) => {
        await prepareSchema(databaseUrls.owner);
        const database = openDatabase(databaseUrls);
        try {
          return await measure(config, database, dataDir, seconds(args));
        } finally {
          await database.close();
        }
      },
      { warehouse: false },
    );
    yield* figures;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(config: Config, database: Database, dataDir: string, forS: number): Promise<Figure[]> {
  const writeKey = await makeSource(database);
  const server = await startServer(database, dataDir);
  const origin = `http://127.0.0.1:${server.port}`;
  try {
    await send(origin, writeKey, { eventsPerRequest: 100, connections: 32, forS: 2 });
    const copied = await copyRows(database, makeBodies(100, 3_000));
    const batches = await send(origin, writeKey, { eventsPerRequest: 100, connections: 32, forS });
    const singles = await send(origin, writeKey, { eventsPerRequest: 1, connections: 64, forS: Math.min(forS, 5) });
    server.process.kill('SIGTERM');
    await once(server.process, 'exit');
    await assertComplete(database);
    const pipeline = await drain(config, database);
    const context = 'durable, fsync on, sender on the same machine';
    return [
      {
        name: 'events_per_second',
        value: Math.round(batches.eventsPerS),
        unit: 'events/s',
        context: `batches of 100, ${context}`,
      },
      { name: 'events_ack_p50', value: batches.p50Ms, unit: 'ms', context: '32 connections, batches of 100' },
      { name: 'events_ack_p99', value: batches.p99Ms, unit: 'ms', context: '32 connections, batches of 100' },
      {
        name: 'events_vs_copy',
        value: batches.eventsPerS / copied,
        unit: 'ratio',
        context: `to one raw COPY of the same events: ${Math.round(copied)} rows/s`,
      },
      {
        name: 'single_events_per_second',
        value: Math.round(singles.eventsPerS),
        unit: 'requests/s',
        context: `one event each, 64 connections, ${context}`,
      },
      {
        name: 'pipeline_events_per_second',
        value: Math.round(pipeline),
        unit: 'events/s',
        context: 'working off the backlog: dedupe, catalogue counts, resolved log; identity by hash',
      },
    ];
  } finally {
    server.process.kill('SIGKILL');
  }
}

async function makeSource(database: Database): Promise<string> {
  const writeKey = newWriteKey();
  await database.work({ tenantId: 1, scope: { all: true } }, (tx) =>
    tx.execute(
      `insert into collect.sources (tenant_id, name, kind, events_per_s, write_key_hash, write_key_hint)
       values (1, 'bench', 'server', 1000000, $1, 'wk_')`,
      [writeKeyHash(writeKey)],
    ),
  );
  return writeKey;
}

async function startServer({ urls }: Database, dataDir: string): Promise<{ port: number; process: ChildProcess }> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'events-server.ts')], {
    env: {
      PATH: process.env['PATH'],
      SHUKE_DATA: dataDir,
      PORT: '0',
      DATABASE_URL: urls.owner,
      DATABASE_URL_WEB: urls.web,
      DATABASE_URL_WORKER: urls.worker,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, port: (JSON.parse(line.toString()) as { port: number }).port };
}

const names = ['Page Viewed', 'Product Viewed', 'Product Added', 'Cart Viewed', 'Product Exposed', 'Product Searched'];

/** Where a body says which round it is sent in, so that no message id is ever sent twice. */
const roundMark = '########';
let runMark = 0;

/** Bodies of about 330 bytes per event, customers skewed as in life. */
function makeBodies(eventsPerRequest: number, count: number): Buffer[] {
  let made = 0;
  runMark += 1;
  const event = () => {
    made += 1;
    const customer = Math.floor(200_000 * Math.random() ** 2);
    return {
      type: 'track',
      event: names[Math.floor(Math.random() * names.length)],
      messageId: `bench-${made}-${runMark}-${roundMark}`,
      anonymousId: `a${((customer * 7) >>> 0).toString(16).padStart(12, '0')}`,
      ...(Math.random() < 0.6 ? { userId: `u${customer}` } : {}),
      timestamp: new Date().toISOString(),
      context: { page: { path: `/p/${customer % 500}`, referrer: '' }, locale: 'zh-CN', campaign: { source: 'wx' } },
      properties: {
        sku: `SKU${customer % 500}`,
        quantity: 1 + (customer % 3),
        dwell_ms: Math.floor(Math.random() * 60_000),
      },
    };
  };
  return Array.from({ length: count }, () =>
    Buffer.from(
      JSON.stringify({ batch: Array.from({ length: eventsPerRequest }, event), sentAt: new Date().toISOString() }),
    ),
  );
}

/** A body to be sent many times, each time with message ids of its own. */
function renewable(body: Buffer): () => Buffer {
  const places: number[] = [];
  for (let at = body.indexOf(roundMark); at >= 0; at = body.indexOf(roundMark, at + 1)) places.push(at);
  let round = 0;
  return () => {
    const fresh = Buffer.from(body);
    round += 1;
    const mark = String(round).padStart(roundMark.length, '0');
    for (const at of places) fresh.write(mark, at, 'latin1');
    return fresh;
  };
}

interface Sending {
  readonly eventsPerRequest: number;
  readonly connections: number;
  readonly forS: number;
}

async function send(origin: string, writeKey: string, { eventsPerRequest, connections, forS }: Sending) {
  const bodies = makeBodies(eventsPerRequest, eventsPerRequest === 1 ? 10_000 : 600).map(renewable);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const headers = { authorization: `Bearer ${writeKey}`, 'content-type': 'application/json' };
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + forS * 1_000;
  let next = 0;
  let refused = 0;
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      const body = bodies[next % bodies.length]?.() ?? Buffer.alloc(0);
      next += 1;
      const sentAt = performance.now();
      const reply = await pool.request({ method: 'POST', path: '/v1/batch', body, headers });
      const answer = await reply.body.text();
      latencies.push(performance.now() - sentAt);
      // Taken means every event of it: a refused one would be kept as a dead letter and named here.
      if (answer !== '{"success":true}') refused += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  const tookS = (performance.now() - startedAt) / 1_000;
  await pool.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1));
  if (refused > 0) throw new Error(`${refused} of ${latencies.length} requests were not taken whole`);
  return { eventsPerS: (latencies.length * eventsPerRequest) / tookS, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Rows per second of one COPY of the same events, one row each, into a plain table. */
async function copyRows({ urls }: Database, bodies: readonly Buffer[]): Promise<number> {
  const rows = bodies.flatMap((body) => (JSON.parse(body.toString()) as { batch: { messageId: string }[] }).batch);
  const text = Buffer.from(
    rows.map((row) => `${row.messageId}\t${JSON.stringify(row).replaceAll('\\', '\\\\')}\n`).join(''),
  );
  const client = new pg.Client({ connectionString: urls.owner });
  await client.connect();
  await client.query(`create table public.copied (message_id text not null, body text not null)`);
  const startedAt = performance.now();
  await new Promise<void>((resolve, reject) => {
    client.query(
      new CopyIn(`copy public.copied from stdin`, text, (error) => (error ? reject(error) : resolve())) as never,
    );
  });
  const tookS = (performance.now() - startedAt) / 1_000;
  await client.query(`drop table public.copied`);
  await client.end();
  return rows.length / tookS;
}

/** The smallest statement for pg that feeds a COPY … FROM STDIN. */
class CopyIn {
  readonly #text: string;
  readonly #data: Buffer;
  readonly #done: (error?: Error) => void;
  #error: Error | undefined;
  constructor(text: string, data: Buffer, done: (error?: Error) => void) {
    this.#text = text;
    this.#data = data;
    this.#done = done;
  }
  submit(connection: { query(text: string): void }): void {
    connection.query(this.#text);
  }
  handleCopyInResponse(connection: { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }): void {
    for (let from = 0; from < this.#data.length; from += 65_536) {
      connection.sendCopyFromChunk(this.#data.subarray(from, from + 65_536));
    }
    connection.endCopyFrom();
  }
  handleError(error: Error): void {
    this.#error = error;
  }
  handleCommandComplete(): void {}
  handleReadyForQuery(): void {
    this.#done(this.#error);
  }
}

/** Numbers of every lane without a gap: nothing acknowledged is missing. */
async function assertComplete(database: Database): Promise<void> {
  const [row] = await database.work(everyTenant, (tx) =>
    tx.query<{ broken: boolean }>(
      `select exists (select from log.lane_leases g where g.last_seq <> (select count(*) from log.lanes l where l.lane = g.lane)) as broken`,
    ),
  );
  if (row?.broken) throw new Error('the log is incomplete');
}

async function drain(config: Config, database: Database): Promise<number> {
  const stopping = new AbortController();
  const startedAt = performance.now();
  const running = runPipeline({
    database,
    services: openServices(config, database, 'http://127.0.0.1:9'),
    logger: createLogger('pipeline', 'error'),
    signal: stopping.signal,
    subscriptions: collect.subscriptions ?? [],
    resolve: async (_ctx, events) =>
      events.map(({ tenantId, identifiers: [first] }) => ({
        customerId: 1,
        originCustomerId: 1,
        subjectKey: first ? subjectKey(tenantId, first) : '0',
      })),
  });
  for (;;) {
    const lag = await database.work(everyTenant, readLag);
    if (lag.lanes.commits === 0) {
      stopping.abort();
      await running;
      return ((lag.pipeline.events + lag.pipeline.duplicates) * 1_000) / (performance.now() - startedAt);
    }
    await sleep(100);
  }
}

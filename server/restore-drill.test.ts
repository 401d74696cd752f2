import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { eraseCustomer } from '#customers';
import { createTenant } from '#org';
import { readConfig } from '#platform/config';
import { everyStore, systemContext } from '#platform/context';
import type { Context } from '#platform/context';
import { openDatabase } from '#platform/database';
import type { Database } from '#platform/database';
import { backup } from '#platform/engines/backup';
import type { Backup } from '#platform/engines/backup';
import { startPostgres } from '#platform/engines/postgres';
import type { PostgresEngine } from '#platform/engines/postgres';
import { walArchiveDir } from '#platform/engines/wal-archive';
import { listErasures } from '#platform/erasures';
import type { LogEvent } from '#platform/log/event';
import { readLag } from '#platform/log/lag';
import { reconcileWarehouse } from '#platform/log/reconcile';
import { silent, testEvent } from '#platform/log/testing';
import { openLogWriter } from '#platform/log/writer';
import type { Services } from '#platform/services';
import { startTestWarehouse } from '#platform/warehouse/test-warehouse';
import type { TestWarehouse } from '#platform/warehouse/test-warehouse';

import { prepareSchema } from './cli/prepare-schema.ts';
import { runEventPipeline } from './pipeline.ts';
import { openServices } from './services.ts';

interface Shop {
  readonly dataDir: string;
  readonly engine: PostgresEngine;
  readonly database: Database;
  readonly services: Services;
  /** Lets pipeline and warehouse writer work until everything is copied. */
  catchUp(): Promise<void>;
  close(): Promise<void>;
}

const phone = '+8619900006666';
const everyTenant = { tenantId: null, scope: everyStore } as const;

let home: string;
let warehouse: TestWarehouse;
let made: Backup;
let moment: Date;
let tenantId: number;
let late: readonly LogEvent[];

async function until(done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error('it did not come to rest');
    await sleep(100);
  }
}

async function openShop(dataDir: string): Promise<Shop> {
  const engine = await startPostgres({
    dir: join(dataDir, 'postgres'),
    archiveDir: walArchiveDir(dataDir),
    log: silent,
    fsync: false,
    sharedBuffersMb: 64,
  });
  await prepareSchema(engine.urls.owner);
  const database = openDatabase(engine.urls);
  const config = readConfig({ SHUKE_DATA: dataDir });
  const services = openServices(config, database, warehouse.engine.url);
  const drained = async () => {
    const { lanes, outbox, readers } = await database.work(everyTenant, readLag);
    return lanes.commits + outbox.facts + (readers[0]?.batches ?? 1);
  };
  return {
    dataDir,
    engine,
    database,
    services,
    async catchUp() {
      const stopping = new AbortController();
      const running = runEventPipeline({ database, services, logger: silent, signal: stopping.signal });
      await until(async () => (await drained()) === 0);
      stopping.abort();
      await running;
    },
    async close() {
      await services.warehouse.close();
      await database.close();
      await engine.stop();
    },
  };
}

function within<T>({ database, services }: Shop, tenant: number, work: (ctx: Context) => Promise<T>): Promise<T> {
  return database.work({ tenantId: tenant === 0 ? null : tenant, scope: everyStore }, async (tx) => {
    return work(systemContext({ tx, tenantId: tenant, services, name: 'drill' }));
  });
}

async function happen(shop: Shop, events: readonly LogEvent[]): Promise<void> {
  const writer = openLogWriter({ database: shop.database, vaults: shop.services.vaults, logger: silent });
  await writer.append([...events]);
  await writer.close();
}

const visits = (count: number): LogEvent[] =>
  Array.from({ length: count }, (_, index) =>
    testEvent({
      tenantId,
      identifiers: [{ kind: 'phone', scope: '', value: index % 2 ? phone : `+861990001${1_000 + index}` }],
    }),
  );

const personOf = (shop: Shop): Promise<{ id: number; status: string } | undefined> =>
  within(shop, tenantId, async ({ tx, services }) => {
    const vault = await services.vaults.forTenant(tx, tenantId);
    const [person] = await tx.query<{ id: number; status: string }>(
      `select c.customer_id as id, c.status from customers.identifiers i join customers.customers c using (tenant_id, customer_id)
        where i.tenant_id = $1 and i.blind_index = $2`,
      [tenantId, vault.blindIndex('phone', phone)],
    );
    return person;
  });

/** The day: 200 visits, a backup, 100 visits, the moment, 60 visits and a person who wants to be forgotten, the disaster. */
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'shuke-drill-'));
  warehouse = await startTestWarehouse();
  const shop = await openShop(join(home, 'shop'));
  ({ tenantId } = await within(shop, 0, (ctx) =>
    createTenant(ctx, {
      code: 'drill',
      name: 'drill',
      brand: { code: 'drill', name: 'drill', timezone: 'Asia/Shanghai', currency: 'CNY', theme: {} },
      administrator: { login: 'admin@drill.test', name: '管理员', password: 'correct-horse-9-battery' },
    }),
  ));
  await happen(shop, visits(200));
  await shop.catchUp();
  made = await backup({ dataDir: shop.dataDir, adminUrl: shop.engine.adminUrl, log: silent }, join(home, 'backups'));
  await happen(shop, visits(100));
  await shop.catchUp();
  await sleep(50);
  moment = await within(shop, tenantId, async ({ tx }) => {
    const [clock] = await tx.query<{ now: Date }>('select clock_timestamp() as now');
    return clock?.now ?? tx.now;
  });
  await sleep(50);
  late = visits(60);
  await happen(shop, late);
  await shop.catchUp();
  const customerId = (await personOf(shop))?.id ?? 0;
  await within(shop, tenantId, (ctx) => eraseCustomer(ctx, { customerId, reason: '本人要求' }));
  const { database, services } = shop;
  await listErasures.handle({ database, services, logger: silent, signal: new AbortController().signal }, {});
  await shop.catchUp();
  await archived(shop);
  await shop.close();
}, 180_000);
afterAll(async () => {
  await warehouse.stop();
  rmSync(home, { recursive: true, force: true });
});

async function archived({ dataDir, engine }: Shop): Promise<void> {
  const client = new pg.Client({ connectionString: engine.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ file: string }>('select pg_walfile_name(pg_switch_wal() - 1) as file');
  await client.end();
  const file = rows[0]?.file ?? '';
  await until(async () => readdirSync(walArchiveDir(dataDir)).some((name) => name.startsWith(file)));
}

/** The command line as an operator runs it. */
async function shuke(dataDir: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const main = resolve(import.meta.dirname, 'main.ts');
  const env = { ...process.env, SHUKE_DATA: dataDir, SHUKE_LOG_LEVEL: 'error' };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...args], { env });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

test('a backup holds none of the keys, in clear or as bytes', () => {
  const secrets = join(home, 'shop/secrets');
  const needles = readdirSync(secrets).flatMap((name) => {
    const text = readFileSync(join(secrets, name), 'utf8').trim();
    return [Buffer.from(text), Buffer.from(text, 'hex')].filter(({ length }) => length >= 32);
  });
  const files = globSync('**/*', { cwd: made.dir }).filter((file) => statSync(join(made.dir, file)).isFile());
  const telling = files.filter((file) => {
    const bytes = readFileSync(join(made.dir, file));
    return needles.some((needle) => bytes.includes(needle));
  });
  expect(needles.length).toBeGreaterThanOrEqual(2);
  expect(files.length).toBeGreaterThan(1_000);
  expect(telling).toEqual([]);
});

test('a restore that cannot be done says why, with an exit code, and leaves nothing', async () => {
  const target = join(home, 'too-early');
  const early = new Date(Date.parse(made.manifest.endedAt) - 60_000).toISOString();
  const { code, said } = await shuke(target, 'restore', made.dir, `--until=${early}`);
  expect([code, said]).toEqual([1, expect.stringContaining('use an earlier one')]);
  expect(readdirSync(home)).not.toContain('too-early');
}, 60_000);

test('without the keys the data comes back, and the operator is told that erasures wait for them', async () => {
  const { code, said } = await shuke(join(home, 'keyless'), 'restore', made.dir, `--until=${moment.toISOString()}`);
  expect([code, said]).toEqual([1, expect.stringMatching(/1 erasure.*keys are missing/)]);
  expect(readdirSync(join(home, 'keyless'))).not.toContain('secrets');
}, 120_000);

test('after returning to a moment both databases agree, and who was erased since stays erased', async () => {
  const target = join(home, 'restored');
  mkdirSync(target);
  cpSync(join(home, 'shop/secrets'), join(target, 'secrets'), { recursive: true });
  const { code, said } = await shuke(target, 'restore', made.dir, `--until=${moment.toISOString()}`);
  expect([code, said]).toEqual([0, expect.stringContaining('1 person(s) erased')]);

  const shop = await openShop(target);
  try {
    expect(await personOf(shop)).toBeUndefined();
    // The warehouse still holds the lost future: it is noticed and copied anew.
    const { database, services } = shop;
    const inWarehouse = (ids: readonly string[]) =>
      services.warehouse.query<{ n: number }>(
        `SELECT toUInt64(count()) AS n FROM events WHERE has({ids:Array(String)}, message_id)`,
        { ids },
      );
    const lost = late.map(({ messageId }) => messageId);
    expect(await inWarehouse(lost)).toEqual([{ n: late.length }]);
    await shop.catchUp();
    expect(await inWarehouse(lost)).toEqual([{ n: 0 }]);
    expect(await reconcileWarehouse({ database, services })).toEqual([]);
    const [seen] = await services.warehouse.query<{ n: number }>(
      `SELECT toUInt64(count()) AS n FROM events WHERE event = 'Product Viewed'`,
    );
    expect(seen).toEqual({ n: 300 });
  } finally {
    await shop.close();
  }
}, 180_000);

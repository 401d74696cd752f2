import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';
import { inject } from 'vitest';

import { readConfig } from '#platform/config';
import { everyStore } from '#platform/context';
import type { Actor, Context, DataScope } from '#platform/context';
import { openDatabase } from '#platform/database';
import type { Database, DatabaseUrls } from '#platform/database';
import { openFileStore } from '#platform/files';
import type { PipelineContext } from '#platform/log/event';
import type { Services } from '#platform/services';
import { openVaults } from '#platform/vault';
import { loadMasterKey } from '#platform/vault-master-key';
import { openWarehouse } from '#platform/warehouse/client';

import { onDatabase } from './global-setup.ts';

export interface TestDatabase {
  readonly database: Database;
  readonly urls: DatabaseUrls;
  readonly services: Services;
  readonly tenantId: number;
  /** A second tenant, to prove that nothing of the first is visible to it. */
  readonly otherTenantId: number;
  /** Runs the work in one transaction under the web role, as staff with every permission unless told otherwise. */
  asStaff<T>(work: (ctx: Context) => Promise<T>, as?: Partial<As>): Promise<T>;
  /** Runs the work in one transaction under the worker role, as the system, for one tenant. */
  asSystem<T>(work: (ctx: Context) => Promise<T>, as?: Partial<As>): Promise<T>;
  /** Runs the work as the pipeline does: the worker role over all tenants. */
  asPipeline<T>(work: (ctx: PipelineContext) => Promise<T>): Promise<T>;
  /** A raw superuser connection to this database, for looking behind row-level security. */
  admin(): Promise<pg.Client>;
  close(): Promise<void>;
}

interface As {
  tenantId: number;
  actor: Actor;
  scope: DataScope;
  permissions: ReadonlySet<string>;
  now: Date;
}

const everyPermission: ReadonlySet<string> = new (class extends Set<string> {
  override has(): boolean {
    return true;
  }
})();

/** A fresh database cloned from the migrated template; close it in `afterAll`. Databases are never dropped: the cluster goes with the run. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const cluster = inject('cluster');
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: cluster.adminUrl });
  await admin.connect();
  await admin.query(`create database ${name} template ${cluster.template} owner shuke_owner strategy file_copy`);
  await admin.end();
  const urls = {
    owner: onDatabase(cluster.urls.owner, name),
    web: onDatabase(cluster.urls.web, name),
    worker: onDatabase(cluster.urls.worker, name),
  };
  const database = openDatabase(urls);
  const services = await testServices(database);
  const tenantId = 1;
  const contextOf = async (tx: Context['tx'], as: Partial<As>, actor: Actor): Promise<Context> => {
    return {
      tx,
      tenantId: as.tenantId ?? tenantId,
      actor: as.actor ?? actor,
      scope: as.scope ?? everyStore,
      permissions: as.permissions ?? everyPermission,
      now: as.now ?? tx.now,
      locale: 'zh-CN',
      requestId: name,
      client: { ip: '127.0.0.1', userAgent: 'test' },
      services,
    };
  };
  return {
    database,
    urls,
    services,
    tenantId,
    otherTenantId: 2,
    asStaff: (work, as = {}) =>
      database.transaction({ tenantId: as.tenantId ?? tenantId, scope: as.scope ?? everyStore }, async (tx) =>
        work(await contextOf(tx, as, { kind: 'staff', id: '0198c0de-0000-7000-8000-000000000001', name: '测试' })),
      ),
    asSystem: (work, as = {}) =>
      database.work({ tenantId: as.tenantId ?? tenantId, scope: as.scope ?? everyStore }, async (tx) =>
        work(await contextOf(tx, as, { kind: 'system', name: 'test' })),
      ),
    asPipeline: (work) =>
      database.work({ tenantId: null, scope: everyStore }, async (tx) => {
        return work({ tx, now: tx.now, services });
      }),
    async admin() {
      const client = new pg.Client({ connectionString: onDatabase(cluster.adminUrl, name) });
      await client.connect();
      return client;
    },
    close: () => database.close(),
  };
}

/** Services over a temporary folder; the warehouse is unreachable unless a test opens its own. */
async function testServices(database: Database): Promise<Services> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shuke-data-'));
  const config = readConfig({ SHUKE_DATA: dataDir });
  return {
    config,
    vaults: openVaults({ masterKey: loadMasterKey(config), database }),
    files: openFileStore(join(dataDir, 'files')),
    warehouse: openWarehouse({ url: 'http://127.0.0.1:9' }),
  };
}

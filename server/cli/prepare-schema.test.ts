import { randomBytes } from 'node:crypto';

import pg from 'pg';
import { beforeEach, describe, expect, inject, test } from 'vitest';

import { MigrationChanged, SchemaIsNewer } from '#platform/migrate';

import { onDatabase } from '../testing/global-setup.ts';
import { prepareSchema } from './prepare-schema.ts';

const cluster = inject('cluster');
let name: string;
let ownerUrl: string;

beforeEach(() => {
  name = `m_${randomBytes(6).toString('hex')}`;
  ownerUrl = onDatabase(cluster.urls.owner, name);
});

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A database as a new installation has it: extensions, nothing else. */
async function createEmpty(): Promise<void> {
  await onServer(cluster.adminUrl, (client) =>
    client.query(`create database ${name} template template0 owner shuke_owner`),
  );
  await onServer(onDatabase(cluster.adminUrl, name), async (client) => {
    for (const extension of ['pg_trgm', 'btree_gist', 'pgcrypto', 'amcheck'])
      await client.query(`create extension ${extension}`);
  });
}

const createMigrated = () =>
  onServer(cluster.adminUrl, (client) =>
    client.query(`create database ${name} template ${cluster.template} owner shuke_owner strategy file_copy`),
  );

describe('bringing the schema up to date', () => {
  test('three processes that start together apply each migration once', async () => {
    await createEmpty();
    const applied = await Promise.all([1, 2, 3].map(() => prepareSchema(ownerUrl)));
    const names = applied.flat();
    expect(names.length).toBeGreaterThan(20);
    expect(new Set(names).size).toBe(names.length);
    expect(await prepareSchema(ownerUrl)).toEqual([]);
  });

  test('refuses a schema made by a newer version, and touches nothing', async () => {
    await createMigrated();
    await onServer(ownerUrl, (client) =>
      client.query(`insert into platform.migrations (module, name, sha256) values ('orders', '9999-later', 'x')`),
    );
    await expect(prepareSchema(ownerUrl)).rejects.toThrow(SchemaIsNewer);
    await expect(prepareSchema(ownerUrl)).rejects.toThrow('orders/9999-later');
  });

  test('refuses a migration that was changed after it had been applied', async () => {
    await createMigrated();
    await onServer(ownerUrl, (client) =>
      client.query(`update platform.migrations set sha256 = 'x' where module = 'platform' and name = '0001-ground'`),
    );
    await expect(prepareSchema(ownerUrl)).rejects.toThrow(MigrationChanged);
  });

  test('goes on where a process died between two migrations', async () => {
    await createEmpty();
    const everything = await prepareSchema(ownerUrl);
    const last = everything.at(-1) ?? '';
    const [module = '', migration = ''] = last.split('/');
    await onServer(ownerUrl, async (client) => {
      // As if the last module had never been reached.
      await client.query(`delete from platform.migrations where module = $1`, [module]);
      await client.query(`drop schema ${module} cascade`);
    });
    expect(await prepareSchema(ownerUrl)).toContain(`${module}/${migration}`);
  });
});

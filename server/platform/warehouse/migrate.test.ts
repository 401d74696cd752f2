import { afterAll, beforeAll, expect, test } from 'vitest';

import { MigrationChanged, SchemaIsNewer } from '../migrate.ts';
import { openWarehouse, type Warehouse } from './client.ts';
import { migrateWarehouse } from './migrate.ts';
import { startTestWarehouse, type TestWarehouse } from './test-warehouse.ts';

let own: TestWarehouse;
beforeAll(async () => {
  own = await startTestWarehouse();
});
afterAll(() => own.stop());

async function inDatabase<T>(name: string, work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  await own.warehouse.command(`CREATE DATABASE ${name}`);
  const warehouse = openWarehouse({ url: own.engine.url, database: name });
  try {
    return await work(warehouse);
  } finally {
    await warehouse.close();
  }
}

const events = {
  name: '0001-events',
  sql: 'CREATE TABLE IF NOT EXISTS events (id UInt32) ENGINE = MergeTree ORDER BY id;',
};
const tags = {
  name: '0002-tags',
  sql: `-- Two statements; one migration.
    CREATE TABLE IF NOT EXISTS tags (tag String DEFAULT ';') ENGINE = MergeTree ORDER BY tag;
    ALTER TABLE events ADD COLUMN IF NOT EXISTS tag String;`,
};

test('applies each migration once and in order', async () => {
  await inDatabase('orderly', async (warehouse) => {
    expect(await migrateWarehouse(warehouse, [events])).toEqual(['0001-events']);
    await warehouse.insert('events', [{ id: 1 }]);
    expect(await migrateWarehouse(warehouse, [events, tags])).toEqual(['0002-tags']);
    expect(await migrateWarehouse(warehouse, [events, tags])).toEqual([]);
    expect(await warehouse.query('SELECT id, tag FROM events')).toEqual([{ id: 1, tag: '' }]);
  });
});

test('goes on after a crash in the middle of a migration', async () => {
  await inDatabase('crashed', async (warehouse) => {
    await migrateWarehouse(warehouse, [events]);
    await warehouse.command(`CREATE TABLE tags (tag String DEFAULT ';') ENGINE = MergeTree ORDER BY tag`);
    expect(await migrateWarehouse(warehouse, [events, tags])).toEqual(['0002-tags']);
  });
});

test('refuses a schema newer than this program, and a migration that was rewritten', async () => {
  await inDatabase('newer', async (warehouse) => {
    await migrateWarehouse(warehouse, [events, tags]);
    await expect(migrateWarehouse(warehouse, [events])).rejects.toBeInstanceOf(SchemaIsNewer);
    const rewritten = { ...events, sql: `${events.sql} ` };
    await expect(migrateWarehouse(warehouse, [rewritten, tags])).rejects.toBeInstanceOf(MigrationChanged);
  });
});

test('several processes may start together', async () => {
  await inDatabase('together', async (warehouse) => {
    await Promise.all([1, 2, 3].map(() => migrateWarehouse(warehouse, [events, tags])));
    expect(await migrateWarehouse(warehouse, [events, tags])).toEqual([]);
  });
});

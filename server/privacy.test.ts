import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { moduleNames } from './module-names.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const columns = `
  select format('%s.%s.%s', n.nspname, c.relname, a.attname) as column, format_type(a.atttypid, a.atttypmod) as type,
         col_description(c.oid, a.attnum) as class
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition`;

interface Column {
  column: string;
  type: string;
  class: string | null;
}

async function faults(sql: string, keep: (column: Column) => boolean): Promise<string[]> {
  const admin = await db.admin();
  try {
    await admin.query('begin');
    await admin.query(sql);
    const { rows } = await admin.query<Column>(columns, [['platform', 'log', ...moduleNames]]);
    return rows.filter(keep).map(({ column }) => column);
  } finally {
    await admin.query('rollback');
    await admin.end();
  }
}

const untagged = ({ class: tag }: Column) => !/^P[0-4]$/.test(tag ?? '');
const readable = ({ class: tag, type }: Column) => /^P[2-4]$/.test(tag ?? '') && !/^bytea(\[\])?$/.test(type);

describe('privacy classes', () => {
  test('every column carries its privacy class', async () => {
    expect(await faults('select 1', untagged)).toEqual([]);
  });

  test('every column that identifies a person, is sensitive or secret holds ciphertext or a hash', async () => {
    expect(await faults('select 1', readable)).toEqual([]);
  });

  test('the checks catch a planted column', async () => {
    const plant = 'create table platform.planted (tenant_id int, phone text)';
    expect(await faults(plant, untagged)).toEqual(['platform.planted.tenant_id', 'platform.planted.phone']);
    expect(await faults(`${plant}; comment on column platform.planted.phone is 'P2'`, readable)).toEqual([
      'platform.planted.phone',
    ]);
  });
});

describe('row-level security', () => {
  test('is on for every table with a tenant, and the running roles own nothing and bypass nothing', async () => {
    const admin = await db.admin();
    const { rows: open } = await admin.query<{ table: string }>(
      `select format('%s.%s', n.nspname, c.relname) as table
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition and not c.relrowsecurity
          and not exists (select from platform.table_rules r where r.table_name = n.nspname || '.' || c.relname and r.rule = 'global')`,
      [['platform', 'log', ...moduleNames]],
    );
    expect(open).toEqual([]);
    const { rows: roles } = await admin.query(
      `select rolname from pg_roles where rolname in ('shuke_web', 'shuke_worker')
          and (rolsuper or rolbypassrls or exists (select from pg_class where relowner = pg_roles.oid))`,
    );
    expect(roles).toEqual([]);
    await admin.end();
  });

  test('refuses every query of the web role when no tenant is set', async () => {
    await expect(
      db.database.transaction({ tenantId: null, scope: { all: true } }, (tx) =>
        tx.query('select * from platform.definitions'),
      ),
    ).rejects.toThrow(/no tenant is set/);
  });
});

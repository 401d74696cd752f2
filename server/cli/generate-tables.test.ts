import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { renderTables, staleTables } from './generate-tables.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

test('every tables.ts says what the migrations made', async () => {
  const stale = await staleTables(db.urls.owner);
  expect(
    stale.map(({ path }) => path),
    'run `npm run generate`',
  ).toEqual([]);
});

test('describes nullable, generated and array columns', () => {
  const column = { table: 'order_lines', array: false, nullable: false, generated: false };
  expect(
    renderTables('orders', [
      { ...column, column: 'tenant_id', type: 'int4' },
      { ...column, column: 'tags', type: 'text', array: true, nullable: true },
      { ...column, column: 'at', type: 'timestamptz', generated: true },
    ]),
  ).toContain('interface OrderLinesTable {\n  tenant_id: number;\n  tags: string[] | null;\n  at: Generated<Date>;\n}');
});

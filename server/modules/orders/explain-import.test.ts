import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { explainFailure, groupRejects } from './explain-import.ts';
import { importOrders } from './import-orders.ts';

let db: TestDatabase;
let folder: string;

beforeAll(async () => {
  db = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'shuke-explain-'));
});
afterAll(() => db.close());

async function importText(name: string, text: string) {
  const path = join(folder, name);
  await writeFile(path, text);
  return importOrders(
    { database: db.database, services: db.services, signal: new AbortController().signal },
    { tenantId: db.tenantId, path },
  );
}

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';

test('a failed import says in a sentence what is wrong and where', async () => {
  const good = '536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n';
  const failed = await importText(
    'quote.csv',
    `${header}${good}536366,"85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850,UK\n`,
  );
  expect(failed.state).toBe('failed');
  expect(failed.errorCode).toBe('import_quote_not_closed');
  expect(explainFailure(failed)).toBe('A quotation mark opened in row 3 is never closed.');
});

test('rejected rows are summed up by fault, the most frequent first, with the rows to look at', async () => {
  const rows = ['six', '7', 'eight', 'nine'].map(
    (quantity, index) => `53636${index},85123A,LANTERN,${quantity},2010-12-01 08:2${index}:00,2.55,17850,UK\n`,
  );
  const done = await importText(
    'faults.csv',
    `${header}${rows.join('')}536369,85123A,LANTERN,6,yesterday,2.55,17850,UK\n`,
  );
  expect(done).toMatchObject({ state: 'done', rowsRejected: 4 });
  const groups = await db.database.work({ tenantId: db.tenantId, scope: everyStore }, (tx) =>
    groupRejects({ tx, tenantId: db.tenantId, services: db.services }, done.importId),
  );
  expect(groups).toEqual([
    { code: 'not_a_quantity', sentence: 'Quantity: not a whole quantity', rows: 3, firstRows: [2, 4, 5] },
    { code: 'not_a_time', sentence: 'InvoiceDate: not a time', rows: 1, firstRows: [6] },
  ]);
});

test('an import that did not fail has nothing to explain, and an unknown code keeps its details', () => {
  expect(explainFailure({ errorCode: null, errorDetails: null })).toBeNull();
  expect(explainFailure({ errorCode: 'from_the_future', errorDetails: { row: 7 } })).toBe('row: 7');
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { findImport } from './import-store.ts';
import type { Import } from './import-store.ts';
import { runImport } from './run-import.ts';
import { pauseImport, reviveImports, startImport } from './start-import.ts';
import { recogniseFile, registerImport } from './upload-import.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const ordersTotal = 8_000;

/** A queued import of 8,000 orders of two rows each; every hundredth order cannot be taken. */
async function queuedImport(prefix: string): Promise<string> {
  const rows = Array.from({ length: ordersTotal * 2 }, (_, index) => {
    const order = Math.floor(index / 2);
    return `${prefix}${order},A${index % 2},cup,${order % 100 === 99 ? 'x' : 1},2011-01-05 10:00:00,1.00,${order % 500}.0,UK`;
  });
  const text = ['InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country', ...rows].join(
    '\n',
  );
  const file = await db.services.files.put(db.tenantId, Buffer.from(text));
  const { settings } = await recogniseFile(async () => (await db.services.files.open(db.tenantId, file.fileId)).stream);
  return db.asStaff(async (ctx) => {
    const importId = await registerImport(ctx, { ...file, fileName: 'orders.csv' }, settings);
    await startImport(ctx, importId);
    return importId;
  });
}

const stateOf = (importId: string): Promise<Import> => db.asStaff((ctx) => findImport(ctx, importId));
const run = (importId: string) =>
  runImport({ ...db, signal: new AbortController().signal }, { tenantId: db.tenantId, importId, rowsPerChunk: 500 });

async function until(importId: string, isReached: (state: Import) => boolean): Promise<void> {
  while (!isReached(await stateOf(importId))) await sleep(10);
}

async function expectWhole(importId: string, prefix: string): Promise<void> {
  const good = ordersTotal - ordersTotal / 100;
  expect(await stateOf(importId)).toMatchObject({
    state: 'done',
    rowsDone: ordersTotal * 2,
    ordersCreated: good,
    ordersUpdated: 0,
    ordersUnchanged: 0,
    rowsRejected: ordersTotal / 50,
  });
  const [counts] = await db.asSystem((ctx) =>
    ctx.tx.query<Record<string, number>>(
      `select (select count(*) from orders.orders where source_order_no like $1)::int as orders,
              (select count(*) from orders.order_lines l join orders.orders o using (tenant_id, order_id) where source_order_no like $1)::int as lines,
              (select count(*) from log.outbox where convert_from(body, 'utf8') like '%"order_no":"' || $1)::int as announced,
              (select count(distinct convert_from(body, 'utf8')::jsonb->>'messageId') from log.outbox
                where convert_from(body, 'utf8') like '%"order_no":"' || $1)::int as distinct`,
      [`${prefix}%`],
    ),
  );
  expect(counts).toEqual({ orders: good, lines: good * 2, announced: good * 2, distinct: good * 2 });
}

test('a process killed in the middle loses nothing and doubles nothing', async () => {
  const importId = await queuedImport('K');
  for (const progress of [0.2, 0.6]) {
    const child = spawn(process.execPath, [resolve(import.meta.dirname, 'testing/import-process.ts'), '1', importId], {
      env: {
        ...process.env,
        DATABASE_URL: db.urls.owner,
        DATABASE_URL_WEB: db.urls.web,
        DATABASE_URL_WORKER: db.urls.worker,
        SHUKE_DATA: db.services.config.dataDir,
        IMPORT_FILES: join(db.services.config.dataDir, 'files'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await until(importId, (state) => state.rowsDone >= ordersTotal * 2 * progress);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { state, rowsDone } = await stateOf(importId);
    expect(state).toBe('running');
    expect(rowsDone).toBeLessThan(ordersTotal * 2);
    // While the dead process holds its lease nobody takes over; afterwards the minutely job does.
    await run(importId);
    expect(await stateOf(importId)).toMatchObject({ state: 'running', rowsDone });
    await db.asSystem((ctx) =>
      ctx.tx.execute(`update orders.imports set leased_until = now() - interval '10 seconds'`),
    );
    await reviveImports(db);
    expect(await stateOf(importId)).toMatchObject({ state: 'queued' });
  }
  await run(importId);
  await expectWhole(importId, 'K');
}, 120_000);

test('a paused import stops after its chunk and goes on from there', async () => {
  const importId = await queuedImport('P');
  const running = run(importId);
  await until(importId, (state) => state.rowsDone > 0);
  await db.asStaff((ctx) => pauseImport(ctx, importId));
  await running;
  const paused = await stateOf(importId);
  expect(paused.state).toBe('paused');
  expect(paused.rowsDone).toBeLessThan(ordersTotal * 2);
  await run(importId);
  expect(await stateOf(importId)).toEqual(paused);
  await db.asStaff((ctx) => startImport(ctx, importId));
  await run(importId);
  await expectWhole(importId, 'P');
}, 120_000);

test('two processes that take the same import do its work once', async () => {
  const importId = await queuedImport('T');
  await Promise.all([run(importId), run(importId)]);
  expect((await stateOf(importId)).state).toBe('done');
  await expectWhole(importId, 'T');
}, 120_000);

test('a process that is asked to stop hands the import over at once', async () => {
  const importId = await queuedImport('H');
  const stopping = new AbortController();
  const running = runImport({ ...db, signal: stopping.signal }, { tenantId: db.tenantId, importId, rowsPerChunk: 500 });
  await until(importId, (state) => state.rowsDone > 0);
  stopping.abort();
  await running;
  expect(await stateOf(importId)).toMatchObject({ state: 'running' });
  await run(importId);
  await expectWhole(importId, 'H');
}, 120_000);

test("another tenant's import does not exist", async () => {
  const importId = await queuedImport('O');
  await expect(db.asStaff((ctx) => startImport(ctx, importId), { tenantId: db.otherTenantId })).rejects.toMatchObject({
    code: 'not_found',
  });
});

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { archiveLog } from '#platform/log/archive';
import type { LogEvent } from '#platform/log/event';
import { reconcileWarehouse, repairWarehouse } from '#platform/log/reconcile';
import { moveLogToPast, silent, startPipeline, testEvent } from '#platform/log/testing';
import { adoptWarehouse } from '#platform/log/warehouse-identity';
import { currentCustomer, logWarehouseMigrations } from '#platform/log/warehouse-schema';
import { runWarehouseWriter } from '#platform/log/warehouse-writer';
import { openLogWriter } from '#platform/log/writer';
import type { LogWriter } from '#platform/log/writer';
import { emit } from '#platform/outbox';
import type { Services } from '#platform/services';
import type { Warehouse } from '#platform/warehouse/client';
import { migrateWarehouse } from '#platform/warehouse/migrate';
import { startTestWarehouse } from '#platform/warehouse/test-warehouse';
import type { TestWarehouse } from '#platform/warehouse/test-warehouse';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

let w: TestWarehouse;
let t: TestDatabase;
let writer: LogWriter;
let services: Services;
beforeAll(async () => {
  w = await startTestWarehouse();
});
beforeEach(async () => {
  await writer?.close();
  await t?.close();
  t = await openTestDatabase();
  services = { ...t.services, warehouse: w.warehouse };
  writer = openLogWriter({ database: t.database, vaults: t.services.vaults, logger: silent });
  await w.warehouse.command('DROP DICTIONARY IF EXISTS customer_override');
  for (const table of ['events', 'customer_overrides', 'log_origin', 'warehouse_migrations']) {
    await w.warehouse.command(`DROP TABLE IF EXISTS ${table}`);
  }
  await migrateWarehouse(w.warehouse, logWarehouseMigrations);
});
afterAll(async () => {
  await writer.close();
  await t.close();
  await w.stop();
});

const copying = (warehouse: Warehouse = w.warehouse, options: { maxEvents?: number } = {}) => {
  const stopping = new AbortController();
  const running = runWarehouseWriter({
    database: t.database,
    services: { ...services, warehouse },
    logger: silent,
    signal: stopping.signal,
    lingerMs: 5,
    ...options,
  });
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
};
const behind = async () => {
  const [row] = await t.asPipeline(({ tx }) =>
    tx.query<{ behind: number }>(
      `select p.batch - coalesce(r.batch, 0) as behind from log.pipeline p left join log.readers r on r.name = 'warehouse'`,
    ),
  );
  return row?.behind;
};
const copied = () => expect.poll(behind, { timeout: 15_000 }).toBe(0);
/** Puts events through the pipeline in several batches. */
const happen = async (events: readonly LogEvent[], size = 50) => {
  const pipeline = startPipeline(t, { maxBatchEvents: size });
  for (let from = 0; from < events.length; from += size) await writer.append(events.slice(from, from + size));
  await pipeline.drained();
  await pipeline.stop();
};
const countsInWarehouse = () =>
  w.warehouse.query<{ rows: number; messages: number }>(
    `SELECT toUInt64(count()) AS rows, toUInt64(uniqExact(tenant_id, message_id)) AS messages FROM events`,
  );
const many = (n: number, change: Partial<LogEvent> = {}) => Array.from({ length: n }, () => testEvent(change));

test('an event arrives with typed columns, its customer, and no personal data', async () => {
  const event = testEvent({
    name: 'Order Paid',
    identifiers: [{ kind: 'phone', scope: '', value: '+8613912345678' }],
    properties: {
      order_id: 'o1',
      sku: 'TEA-1',
      quantity: 3,
      amount_fen: 12_850,
      currency: 'CNY',
      store_id: 12,
      channel: 'tmall',
      note: '请打 13912345678，谢谢',
      receiver_name: '王小明',
      gift: { text: '生日快乐', email: 'a@b.cn' },
    },
    context: { ip: '1.2.3.4', page: { path: '/p/1' }, campaign: { source: 'wx', medium: 'moments', name: 'double11' } },
  });
  await happen([event]);
  const copy = copying();
  await copied();
  await copy.stop();

  const [row] = await w.warehouse.query(`SELECT * EXCEPT (ingest_seq, received_at, subject_key) FROM events`);
  expect(row).toMatchObject({
    tenant_id: 1,
    customer_id: 8_613_912_345_679,
    origin_customer_id: 8_613_912_345_679,
    event: 'Order Paid',
    message_id: event.messageId,
    kind: 'track',
    order_id: 'o1',
    sku: 'TEA-1',
    quantity: 3,
    amount_fen: 12_850,
    store_id: 12,
    channel: 'tmall',
    page_path: '/p/1',
    utm_source: 'wx',
    utm_medium: 'moments',
    utm_campaign: 'double11',
  });
  expect(JSON.stringify(row)).not.toMatch(/13912345678|王小明|a@b\.cn|1\.2\.3\.4/);
});

test('every event is in the warehouse exactly once, and the counts per tenant and hour agree', async () => {
  await happen([...many(700), ...many(150, { tenantId: 2 }), ...many(150, { receivedAt: Date.now() - 7_200_000 })]);
  const copy = copying(w.warehouse, { maxEvents: 120 });
  await copied();
  await copy.stop();

  expect(await countsInWarehouse()).toEqual([{ rows: 1_000, messages: 1_000 }]);
  expect(await reconcileWarehouse({ database: t.database, services })).toEqual([]);
});

test('an insert whose answer was lost is repeated as the same block and counted once', async () => {
  let lost = 0;
  const flaky: Warehouse = {
    ...w.warehouse,
    async insert(table, rows, options) {
      await w.warehouse.insert(table, rows, options);
      lost += 1;
      if (lost % 2 === 1) throw new Error('the answer was lost');
    },
  };
  await happen(many(600));
  const copy = copying(flaky, { maxEvents: 100 });
  // New events arrive between the failed insert and its repetition; they must not slip into the repeated block.
  await sleep(100);
  await happen(many(300));
  await copied();
  await copy.stop();

  expect(lost).toBeGreaterThan(4);
  expect(await countsInWarehouse()).toEqual([{ rows: 900, messages: 900 }]);
});

test(
  'while the engine is away events wait in the log, and the copy catches up by itself',
  { timeout: 60_000 },
  async () => {
    const copy = copying();
    await happen(many(200));
    await copied();
    const ready = w.nextReady();
    if (w.engine.pid !== undefined) process.kill(w.engine.pid, 'SIGKILL');
    await happen(many(400));
    await ready;
    await copied();
    await copy.stop();

    expect(await countsInWarehouse()).toEqual([{ rows: 600, messages: 600 }]);
  },
);

test('damaged hours are found and rewritten from the log, intact ones stay as they are', async () => {
  const earlier = Date.now() - 5 * 3_600_000;
  await happen([
    ...many(300),
    ...many(200, { receivedAt: earlier }),
    ...many(50, { tenantId: 2, receivedAt: earlier }),
  ]);
  const copy = copying();
  await copied();
  await copy.stop();
  await w.warehouse.command(
    `ALTER TABLE events DELETE WHERE tenant_id = 1 AND received_at < now() - INTERVAL 4 HOUR AND cityHash64(message_id) % 2 = 0`,
    {},
    { settings: { mutations_sync: '2' } },
  );
  const damaged = await reconcileWarehouse({ database: t.database, services });
  expect(damaged).toMatchObject([{ tenantId: 1, expected: 200 }]);
  expect(damaged[0]?.found).toBeLessThan(200);

  expect(await repairWarehouse({ database: t.database, services }, damaged)).toBe(200);
  expect(await reconcileWarehouse({ database: t.database, services })).toEqual([]);
  expect(await countsInWarehouse()).toEqual([{ rows: 550, messages: 550 }]);
});

test('the whole warehouse is rebuilt from log and archive after it was thrown away', async () => {
  await happen(many(400));
  await moveLogToPast(t, 10);
  await happen(many(100));
  const copy = copying();
  await copied();
  await copy.stop();
  const signal = new AbortController().signal;
  const report = await archiveLog({ database: t.database, services, logger: silent, signal });
  expect(report.archived).toHaveLength(1);
  await w.warehouse.command('TRUNCATE TABLE events');

  const damaged = await reconcileWarehouse({ database: t.database, services });
  expect(damaged.reduce((sum, { expected }) => sum + expected, 0)).toBe(500);
  expect(await repairWarehouse({ database: t.database, services }, damaged)).toBe(500);
  expect(await countsInWarehouse()).toEqual([{ rows: 500, messages: 500 }]);
});

test('an emptied warehouse is noticed and copied anew, archived days included; another installation\u2019s is left alone', async () => {
  await happen(many(400));
  await moveLogToPast(t, 10);
  await happen(many(100));
  expect(await adoptWarehouse({ database: t.database, services })).toBe(true);
  const copy = copying();
  await copied();
  await copy.stop();
  expect(await adoptWarehouse({ database: t.database, services })).toBe(false);
  const { signal } = new AbortController();
  expect((await archiveLog({ database: t.database, services, logger: silent, signal })).archived).toHaveLength(1);
  for (const table of ['events', 'log_origin']) await w.warehouse.command(`TRUNCATE TABLE ${table}`);

  expect(await adoptWarehouse({ database: t.database, services })).toBe(true);
  const again = copying(w.warehouse, { maxEvents: 120 });
  await copied();
  await again.stop();
  expect(await countsInWarehouse()).toEqual([{ rows: 500, messages: 500 }]);
  expect(await reconcileWarehouse({ database: t.database, services })).toEqual([]);

  const foreign = { log_id: randomUUID(), history: '7123/00000001', stamped_at: Date.now() + 1 };
  await w.warehouse.insert('log_origin', [foreign]);
  await expect(adoptWarehouse({ database: t.database, services })).rejects.toMatchObject({ code: 'foreign_warehouse' });
  expect(await countsInWarehouse()).toEqual([{ rows: 500, messages: 500 }]);
});

const announce = (name: string, version: number, to: number) =>
  t.asSystem((ctx) =>
    emit(ctx, [
      {
        tenantId: 1,
        name,
        messageId: `${name}:${version}`,
        occurredAt: new Date(),
        customerId: to,
        properties: { from_customer_id: 101, to_customer_id: to, origin_ids: [101], version },
      },
    ]),
  );

test('after a merge and a split events belong to the customer of today', async () => {
  await happen([testEvent({ identifiers: [{ kind: 'device', scope: '', value: 'd100' }] })]);
  const owner = async () => {
    await happen([]);
    const copy = copying();
    await copied();
    await copy.stop();
    const [row] = await w.warehouse.query<{ customer: number }>(
      `SELECT ${currentCustomer} AS customer FROM events WHERE event = 'Product Viewed'`,
    );
    return row?.customer;
  };
  expect(await owner()).toBe(101);
  await announce('Customer Merged', 1, 555);
  expect(await owner()).toBe(555);
  await announce('Customer Split', 2, 777);
  expect(await owner()).toBe(777);
});

test('a stranger cannot move customers by sending the name of our announcement', async () => {
  await happen([
    testEvent({ identifiers: [{ kind: 'device', scope: '', value: 'd100' }] }),
    testEvent({ name: 'Customer Merged', properties: { to_customer_id: 666, origin_ids: [101], version: 9 } }),
  ]);
  const copy = copying();
  await copied();
  await copy.stop();
  const rows = await w.warehouse.query(`SELECT count() AS n FROM customer_overrides`);
  expect(rows).toEqual([{ n: 0 }]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openWarehouse, parseRow, WarehouseQueryError, WarehouseUnavailable } from './client.ts';
import { startTestWarehouse, type TestWarehouse } from './test-warehouse.ts';

let own: TestWarehouse;
beforeAll(async () => {
  own = await startTestWarehouse();
});
afterAll(() => own.stop());

test('numbers are numbers up to 2^53; beyond, the answer is an error and not a wrong id', async () => {
  expect(parseRow('{"a":9007199254740991,"b":"9007199254740993","c":1e300,"d":0.12345678901234567890}')).toEqual({
    a: 9_007_199_254_740_991,
    b: '9007199254740993',
    c: 1e300,
    d: 0.123_456_789_012_345_68,
  });
  expect(() => parseRow('{"a":[9007199254740993]}')).toThrow('9007199254740993');
  await expect(own.warehouse.query('SELECT sipHash64(1) AS id')).rejects.toThrow('select toString(id)');
  expect(await own.warehouse.query('SELECT toString(toUInt64(18446744073709551615)) AS id, count() AS n')).toEqual([
    { id: '18446744073709551615', n: 1 },
  ]);
});

test('bigints, dates and columns by name reach the table; a time without a zone is UTC', async () => {
  await own.warehouse.command(
    `CREATE TABLE typed (id UInt64, at DateTime64(3), day Date, list Array(UInt32), note String DEFAULT 'none') ENGINE = MergeTree ORDER BY id`,
  );
  const at = new Date('2026-11-01T02:03:04.567Z');
  await own.warehouse.insert('typed', [{ id: 2n ** 63n, at, day: '2026-11-01', list: [1, 2] }], {
    columns: ['id', 'at', 'day', 'list'],
  });
  expect(
    await own.warehouse.query(
      `SELECT toString(id) AS id, toUnixTimestamp64Milli(at) AS ms, day, list, note FROM typed WHERE at = {at:DateTime64(3)} AND day = {day:Date}`,
      { at, day: '2026-11-01' },
    ),
  ).toEqual([{ id: '9223372036854775808', ms: at.getTime(), day: '2026-11-01', list: [1, 2], note: 'none' }]);
});

test('a token stores a block once, however often it is sent', async () => {
  await own.warehouse.command(
    'CREATE TABLE once (id UInt32) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000',
  );
  for (const token of ['a', 'a', 'b']) await own.warehouse.insert('once', [{ id: 1 }], { token });
  await own.warehouse.insert('once', []);
  expect(await own.warehouse.query('SELECT count() AS n FROM once')).toEqual([{ n: 2 }]);
});

test('large results come in batches', async () => {
  let rows = 0;
  let batches = 0;
  for await (const batch of own.warehouse.stream<{ n: number }>('SELECT number AS n FROM numbers({rows:UInt32})', {
    rows: 100_000,
  })) {
    rows += batch.length;
    batches += 1;
  }
  expect(rows).toBe(100_000);
  expect(batches).toBeGreaterThan(1);
});

test('a refused statement is told apart from an engine that is not there', async () => {
  await expect(own.warehouse.query('SELECT * FROM missing')).rejects.toBeInstanceOf(WarehouseQueryError);
  await expect(own.warehouse.command('DROP TABLE missing')).rejects.toMatchObject({ code: '60' });
  const absent = openWarehouse({ url: 'http://shuke:x@127.0.0.1:9' });
  await expect(absent.query('SELECT 1')).rejects.toBeInstanceOf(WarehouseUnavailable);
  await expect(absent.insert('t', [{ id: 1 }])).rejects.toMatchObject({ code: 'warehouse_unavailable', status: 503 });
  expect(await absent.ping()).toBe(false);
  await absent.close();
});

test('one that answers too slowly counts as not there, and its statement is ended', async () => {
  const impatient = openWarehouse({ url: own.engine.url, requestTimeoutMs: 300 });
  await expect(impatient.query('SELECT sleep(3)')).rejects.toBeInstanceOf(WarehouseUnavailable);
  await impatient.close();
  const sql = `SELECT count() AS n FROM system.processes WHERE query LIKE '%sleep(3)%' AND query NOT LIKE '%processes%'`;
  await expect.poll(() => own.warehouse.query(sql), { timeout: 5_000 }).toEqual([{ n: 0 }]);
});

test('only plain names are tables', async () => {
  await expect(own.warehouse.insert('t FORMAT CSV', [{ id: 1 }])).rejects.toThrow(TypeError);
  await expect(own.warehouse.insert('typed', [{ id: 1 }], { columns: ['id`'] })).rejects.toThrow(TypeError);
});

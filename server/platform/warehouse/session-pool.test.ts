import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startTestWarehouse, type TestWarehouse } from './test-warehouse.ts';

const endless = 'SELECT sum(sipHash64(number)) FROM numbers(30000000000)';

/** Holds an array of so many megabytes; not a constant, which would be computed before the limits apply. */
function array(mb: number): string {
  return `SELECT length(range(${mb * 131_072} + number)) AS n FROM numbers(1)`;
}

let own: TestWarehouse;
beforeAll(async () => {
  own = await startTestWarehouse();
});
afterAll(() => own.stop());

async function count(sql: string): Promise<number> {
  const [row] = await own.warehouse.query<{ n: number }>(sql);
  return row?.n ?? Number.NaN;
}
const runningStatements = () =>
  count(
    `SELECT count() AS n FROM system.processes WHERE query LIKE '%sipHash64(number)%' AND query NOT LIKE '%processes%'`,
  );

describe('requests do not disturb each other', () => {
  test('two hundred at once each get their own parameters', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => {
        const values = { at, text: `it's ${at}\n`, list: [at, at + 1] };
        const sql = 'SELECT {at:UInt32} AS at, {text:String} AS text, {list:Array(UInt32)} AS list';
        const [row] = await own.warehouse.query(sql, values);
        return JSON.stringify(row) === JSON.stringify(values);
      }),
    );
    expect(answers.filter((right) => !right)).toEqual([]);
  });

  test('settings, database, SET, USE and temporary tables end with their request', async () => {
    await own.warehouse.command('CREATE DATABASE IF NOT EXISTS elsewhere');
    for (let round = 0; round < 8; round += 1) {
      await own.send({ query: 'SELECT 1', max_threads: '1', max_memory_usage: '100000000', database: 'elsewhere' });
      await own.send({ query: 'SELECT 1', readonly: '1' });
      for (const body of ['SET max_threads = 1', 'USE elsewhere', 'CREATE TEMPORARY TABLE mine (x UInt8)'])
        await own.send({}, { body });
    }
    const sql = `SELECT currentDatabase() AS db, getSetting('max_memory_usage') AS memory, getSetting('readonly') AS ro,
      (SELECT changed FROM system.settings WHERE name = 'max_threads') AS threads,
      (SELECT count() FROM system.tables WHERE name = 'mine') AS temporary`;
    const seen = await Promise.all(Array.from({ length: 24 }, () => own.warehouse.query(sql)));
    expect(new Set(seen.map((rows) => JSON.stringify(rows)))).toEqual(
      new Set([JSON.stringify([{ db: 'default', memory: 512 * 1024 * 1024, ro: 0, threads: 0, temporary: 0 }])]),
    );
  });

  test('a statement that fails in its settings changes nothing', async () => {
    const reply = await own.send({ query: 'CREATE TABLE never (x UInt8) ENGINE = Memory', no_such_setting: '1' });
    expect([reply.status, reply.headers.get('x-clickhouse-exception-code')]).toEqual([404, '115']);
    expect(await own.warehouse.query('EXISTS never')).toEqual([{ result: 0 }]);
  });
});

describe('limits', () => {
  test('too much memory is error 241, for one statement and for the engine, and no crash', async () => {
    const { pid } = own.engine;
    await expect(own.warehouse.query(array(700))).rejects.toMatchObject({ code: '241' });
    const unlimited = { settings: { max_memory_usage: '0' } };
    await expect(own.warehouse.query(array(1_200), {}, unlimited)).rejects.toMatchObject({ code: '241' });
    expect(await count(array(100))).toBe(13_107_200);
    expect(own.engine.pid).toBe(pid);
  });

  test('grouping beyond its memory spills to disk and succeeds', async () => {
    const sql = 'SELECT count() AS n FROM (SELECT number, count() FROM numbers(2000000) GROUP BY number)';
    const tight = { max_memory_usage: '60000000', max_bytes_before_external_group_by: '0' };
    await expect(own.warehouse.query(sql, {}, { settings: tight })).rejects.toMatchObject({ code: '241' });
    const spilling = { ...tight, max_bytes_before_external_group_by: '10000000' };
    expect(await own.warehouse.query(sql, {}, { settings: spilling })).toEqual([{ n: 2_000_000 }]);
    expect(await count(`SELECT toUInt32(getSetting('max_bytes_before_external_group_by') / 1048576) AS n`)).toBe(204);
  });

  test('a statement whose client has gone is ended in the engine, and only that one', async () => {
    const leaving = new AbortController();
    const staying = new AbortController();
    const statement = own.warehouse.query(endless, {}, { signal: leaving.signal });
    const other = own.warehouse.query(endless, {}, { signal: staying.signal });
    await expect.poll(runningStatements, { timeout: 5_000 }).toBe(2);
    leaving.abort();
    await expect(statement).rejects.toThrow('aborted');
    await expect.poll(runningStatements, { timeout: 5_000 }).toBe(1);
    await sleep(300);
    expect(await runningStatements()).toBe(1);
    staying.abort();
    await expect(other).rejects.toThrow('aborted');
    await expect.poll(runningStatements, { timeout: 5_000 }).toBe(0);
  });

  test('the engine keeps no logs in tables', async () => {
    expect(
      await count(`SELECT count() AS n FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log'`),
    ).toBe(0);
  });
});

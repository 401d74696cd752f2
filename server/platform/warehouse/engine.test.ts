import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { createClient } from '@clickhouse/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { WarehouseUnavailable } from './client.ts';
import { startWarehouse } from './engine.ts';
import { startTestWarehouse, type TestWarehouse } from './test-warehouse.ts';

const endless = 'SELECT sum(sipHash64(number)) FROM numbers(30000000000)';
/** Holds an array of so many megabytes; not a constant, which would be computed before the limits apply. */
function array(mb: number): string {
  return `SELECT length(range(${mb * 131_072} + number)) AS n FROM numbers(1)`;
}

const silent = { info() {}, warn() {}, error() {} };

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

const stored = () => own.warehouse.query('SELECT * FROM planted ORDER BY id');

describe('rows are data, whatever they look like', () => {
  beforeEach(async () => {
    await own.warehouse.command('CREATE OR REPLACE TABLE victim (x UInt8) ENGINE = Memory');
    await own.warehouse.command('CREATE OR REPLACE TABLE planted (id UInt32, s String) ENGINE = MergeTree ORDER BY id');
  });

  const attack = 'drop table victim';
  const planted: [format: string, body: string | Buffer, rows: { id: number; s: string }[]][] = [
    [
      'TSV',
      `1\ta\n2\t\\n\\n${attack};\n`,
      [
        { id: 1, s: 'a' },
        { id: 2, s: `\n\n${attack};` },
      ],
    ],
    [
      'CSV',
      `1,"a\n\n${attack};\n\nb"\n2,c\n`,
      [
        { id: 1, s: `a\n\n${attack};\n\nb` },
        { id: 2, s: 'c' },
      ],
    ],
    [
      'JSONEachRow',
      `{"id":1,"s":"a"}\n\n{"id":2,"s":";\\n\\n${attack}"}\n`,
      [
        { id: 1, s: 'a' },
        { id: 2, s: `;\n\n${attack}` },
      ],
    ],
    [
      'Values',
      `(1, 'a;\n\n${attack};'),\n\n(2, 'it''s')`,
      [
        { id: 1, s: `a;\n\n${attack};` },
        { id: 2, s: "it's" },
      ],
    ],
    ['RowBinary', Buffer.from(`\x0a\x0a\x00\x00\x15\n\n${attack};\n`, 'latin1'), [{ id: 2570, s: `\n\n${attack};\n` }]],
  ];

  test.each(planted)('%s behind a statement in the address', async (format, body, rows) => {
    const reply = await own.send(
      { query: `INSERT INTO planted FORMAT ${format}` },
      { body: new Uint8Array(Buffer.from(body)) },
    );
    expect([reply.status, await reply.text()]).toEqual([200, '']);
    expect(await stored()).toEqual(rows);
    expect(await count('SELECT count() AS n FROM victim')).toBe(0);
  });

  test.each(planted)('%s behind a statement in the same body', async (format, body, rows) => {
    const whole = Buffer.concat([Buffer.from(`INSERT INTO planted (id, s) FORMAT ${format}\n`), Buffer.from(body)]);
    const reply = await own.send({}, { body: new Uint8Array(whole) });
    expect([reply.status, await reply.text()]).toEqual([200, '']);
    expect(await stored()).toEqual(rows);
    expect(await count('SELECT count() AS n FROM victim')).toBe(0);
  });

  test('a TSV row of SQL behind a blank line is an error or a row, never a statement', async () => {
    const reply = await own.send({ query: 'INSERT INTO planted FORMAT TSV' }, { body: `1\ta\n\n${attack}\n` });
    expect(reply.status).toBe(400);
    await own.warehouse.command('CREATE OR REPLACE TABLE lines (s String) ENGINE = Memory');
    await own.send({ query: 'INSERT INTO lines FORMAT TSV' }, { body: `a\n\n${attack}\n` });
    expect(await own.warehouse.query('SELECT s FROM lines')).toEqual([{ s: 'a' }, { s: '' }, { s: attack }]);
    expect(await count('SELECT count() AS n FROM victim')).toBe(0);
  });

  test('INSERT … VALUES with parameters, expressions and a final semicolon', async () => {
    await own.warehouse.command(`INSERT INTO planted VALUES ({id:UInt32}, {s:String}), (1 + 1, concat('a', ';'));`, {
      id: 1,
      s: `'); ${attack}; --`,
    });
    expect(await stored()).toEqual([
      { id: 1, s: `'); ${attack}; --` },
      { id: 2, s: 'a;' },
    ]);
  });

  test('five thousand binary rows, of which one is named 2570', async () => {
    const rows = Buffer.concat(
      Array.from({ length: 5_000 }, (_, id) => {
        const row = Buffer.alloc(6);
        row.writeUInt32LE(id);
        row.write('\x01\n', 4, 'latin1');
        return row;
      }),
    );
    await own.warehouse.insert('planted', rows);
    expect(
      await own.warehouse.query(`SELECT count() AS n, sum(id) AS total, uniqExact(s) AS texts FROM planted`),
    ).toEqual([{ n: 5_000, total: 12_497_500, texts: 1 }]);
  });

  test('no file of rows or results outlives its request', () => {
    expect(readdirSync(join(own.dir, 'spool'))).toEqual([]);
    const shared = readdirSync('/dev/shm').filter((name) => name.startsWith('shuke-warehouse-'));
    expect(shared.flatMap((name) => readdirSync(join('/dev/shm', name)))).toEqual([]);
  });
});

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

describe('the interface', () => {
  test('answers nobody without the password, and nobody from outside this machine', async () => {
    const { origin, port } = new URL(own.engine.url);
    const refused = [
      {},
      { 'x-clickhouse-user': 'shuke', 'x-clickhouse-key': '' },
      { authorization: 'Basic c2h1a2U6eA==' },
    ];
    for (const headers of refused) {
      const reply = await fetch(`${origin}/?query=SELECT+1`, { headers: headers as Record<string, string> });
      expect([reply.status, reply.headers.get('x-clickhouse-exception-code')]).toEqual([403, '516']);
    }
    const listening = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const hex = Number(port).toString(16).toUpperCase().padStart(4, '0');
    expect(
      listening
        .filter(([, local = '', , state]) => local.endsWith(`:${hex}`) && state === '0A')
        .map(([, local]) => local),
    ).toEqual([`0100007F:${hex}`]);
  });

  test('takes the key in headers or in the address, as ClickHouse does', async () => {
    const { origin, username, password } = new URL(own.engine.url);
    const byHeader = await fetch(`${origin}/?query=SELECT+1`, {
      headers: { 'x-clickhouse-user': username, 'x-clickhouse-key': password },
    });
    const byAddress = await fetch(`${origin}/?query=SELECT+1&user=${username}&password=${password}`);
    expect([await byHeader.text(), await byAddress.text()]).toEqual(['1\n', '1\n']);
  });

  test.each([
    ['SELECT nope FROM system.one', 47, 404],
    ['SELEC 1', 62, 400],
    ['SELECT * FROM missing', 60, 404],
    ['SELECT throwIf(1)', 395, 400],
    ['SELECT {unset:String}', 456, 400],
    ['SELECT 1; SELECT 2', 62, 400],
    [`SELECT * FROM file('/etc/passwd')`, 497, 403],
  ])('reports errors by number and status: %s', async (body, code, status) => {
    const reply = await own.send({}, { body });
    expect([reply.status, reply.headers.get('x-clickhouse-exception-code')]).toEqual([status, String(code)]);
    expect(await reply.text()).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: [\\s\\S]+\\([A-Z_]+\\)`));
  });

  test('compresses both ways', async () => {
    await own.warehouse.command('CREATE OR REPLACE TABLE packed (id UInt32) ENGINE = MergeTree ORDER BY id');
    const body = new Uint8Array(gzipSync(Array.from({ length: 5_000 }, (_, id) => `${id}\n`).join('')));
    await own.send({ query: 'INSERT INTO packed FORMAT TSV' }, { body, headers: { 'content-encoding': 'gzip' } });
    const reply = await own.send(
      { query: 'SELECT id FROM packed ORDER BY id', enable_http_compression: '1' },
      { headers: { 'accept-encoding': 'gzip' } },
    );
    expect(reply.headers.get('content-encoding')).toBe('gzip');
    expect((await reply.text()).split('\n').length).toBe(5_001);
    const broken = await own.send(
      { query: 'INSERT INTO packed FORMAT TSV' },
      { body: body.slice(0, 500), headers: { 'content-encoding': 'gzip' } },
    );
    expect(broken.status).toBe(500);
    expect(await count('SELECT count() AS n FROM packed')).toBe(5_000);
  });

  test('sends formats of every kind exactly, whole documents included', async () => {
    const csv = await own.send({}, { body: 'SELECT number AS n FROM numbers(300000) FORMAT CSVWithNames' });
    const lines = (await csv.text()).split('\n');
    expect([lines.length, lines[0], lines[300_000], lines.filter((line) => line === '"n"').length]).toEqual([
      300_002,
      '"n"',
      '299999',
      1,
    ]);
    const json = await own.send({}, { body: 'SELECT number AS n FROM numbers(200000) FORMAT JSON' });
    expect(((await json.json()) as { rows: number }).rows).toBe(200_000);
    const parquet = await own.send({ default_format: 'Parquet' }, { body: 'SELECT 1 AS n' });
    expect(
      Buffer.from(await parquet.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('PAR1');
    const nothing = await own.send({}, { body: 'SELECT 1 FORMAT Null' });
    expect([nothing.status, await nothing.text()]).toEqual([200, '']);
  });

  test('serves the official client unchanged: streams, exec, large parameters, another database', async () => {
    const client = createClient({
      url: own.engine.url,
      compression: { request: true, response: true },
      use_multipart_params_auto: true,
    });
    await client.command({ query: 'CREATE DATABASE IF NOT EXISTS official' });
    await client.command({
      query: 'CREATE OR REPLACE TABLE official.e (id UInt64, s LowCardinality(String)) ENGINE = MergeTree ORDER BY id',
    });
    const rows = Readable.from(
      (function* () {
        for (let id = 0; id < 50_000; id += 1) yield { id, s: `值\n${id % 7}` };
      })(),
    );
    await client.insert({ table: 'official.e', values: rows, format: 'JSONEachRow' });
    const ids = Array.from({ length: 30_000 }, (_, at) => at * 2);
    const result = await client.query({
      query:
        'SELECT count() AS n, uniq(s) AS texts FROM {db:Identifier}.e WHERE id IN {ids:Array(UInt64)} LIMIT {limit:UInt8}',
      query_params: { db: 'official', ids, limit: 5 },
      format: 'JSONEachRow',
    });
    expect(await result.json()).toEqual([{ n: 25_000, texts: 7 }]);
    await client.close();
    const there = createClient({ url: own.engine.url, database: 'official' });
    expect(await (await there.query({ query: 'SELECT max(id) AS last FROM e', format: 'JSONEachRow' })).json()).toEqual(
      [{ last: 49_999 }],
    );
    await there.close();
  });
});

describe('life and death', () => {
  test('killed during inserts, it loses nothing it acknowledged, and a repeated token doubles nothing', async () => {
    const mortal = await startTestWarehouse();
    const { warehouse, engine } = mortal;
    await warehouse.command(
      'CREATE TABLE facts (id UInt32) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000',
    );
    let acknowledged = 0;
    let repeated = 0;
    async function insertUntilAcknowledged(batch: number): Promise<void> {
      const rows = Array.from({ length: 20 }, (_, at) => ({ id: batch * 20 + at }));
      for (;;) {
        try {
          await warehouse.insert('facts', rows, { token: `batch-${batch}` });
          acknowledged += 1;
          return;
        } catch (error) {
          expect(error).toBeInstanceOf(WarehouseUnavailable);
          repeated += 1;
          await sleep(50);
        }
      }
    }
    let batch = 0;
    const writers = [1, 2, 3].map(async () => {
      while (batch < 80) await insertUntilAcknowledged((batch += 1));
    });
    for (const acks of [15, 40]) {
      await expect.poll(() => acknowledged, { timeout: 10_000, interval: 5 }).toBeGreaterThan(acks);
      const ready = mortal.nextReady();
      process.kill(engine.pid ?? 0, 'SIGKILL');
      await ready;
    }
    await Promise.all(writers);
    // Every batch once more: nothing may be stored twice.
    await Promise.all([5, 35, 75].map((again) => insertUntilAcknowledged(again)));
    const [stored] = await warehouse.query<{ n: number; ids: number }>(
      'SELECT count() AS n, uniqExact(id) AS ids FROM facts',
    );
    await mortal.stop();
    expect(repeated).toBeGreaterThan(0);
    expect(stored).toEqual({ n: batch * 20, ids: batch * 20 });
  });

  test('a second engine on the same folder is told who has it', async () => {
    await expect(startWarehouse({ dir: own.dir, memoryMb: 512, log: silent })).rejects.toThrow(
      new RegExp(`could not start: Another Shuke \\(process ${own.engine.pid}\\) is using ${own.dir}`),
    );
    expect(await own.warehouse.ping()).toBe(true);
  });

  test('stops in time although a statement would never end, and its folder is free at once', async () => {
    const stuck = await startTestWarehouse();
    const statement = stuck.warehouse.query(endless).catch((error: unknown) => error);
    await sleep(300);
    const begun = performance.now();
    await stuck.engine.restart();
    expect(performance.now() - begun).toBeLessThan(9_000);
    expect(await statement).toBeInstanceOf(WarehouseUnavailable);
    expect(await stuck.warehouse.ping()).toBe(true);
    await stuck.stop();
  });

  test('lets a running statement finish before it stops', async () => {
    const polite = await startTestWarehouse();
    const statement = polite.warehouse.query('SELECT sleep(1) AS slept');
    await sleep(300);
    await polite.engine.stop();
    expect(await statement).toEqual([{ slept: 0 }]);
    await expect(polite.warehouse.query('SELECT 1')).rejects.toBeInstanceOf(WarehouseUnavailable);
    await polite.stop();
  });

  test('ends with its parent, even in the middle of a statement', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'shuke-orphan-'));
    const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), `--dir=${dir}`, '--memory-mb=512'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { port, password } = JSON.parse(line.toString()) as { port: number; password: string };
    const address = `http://127.0.0.1:${port}/?user=shuke&password=${password}&query=${encodeURIComponent(endless)}`;
    const statement = fetch(address).catch((error: unknown) => error);
    await sleep(300);
    child.stdin.destroy();
    const begun = performance.now();
    await once(child, 'exit');
    expect(performance.now() - begun).toBeLessThan(3_000);
    await statement;
    await rm(dir, { recursive: true, force: true });
  });
});

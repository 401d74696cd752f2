import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { createClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTestWarehouse, type TestWarehouse } from './test-warehouse.ts';

let own: TestWarehouse;
beforeAll(async () => {
  own = await startTestWarehouse();
});
afterAll(() => own.stop());

async function count(sql: string): Promise<number> {
  const [row] = await own.warehouse.query<{ n: number }>(sql);
  return row?.n ?? Number.NaN;
}
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
  expect(await (await there.query({ query: 'SELECT max(id) AS last FROM e', format: 'JSONEachRow' })).json()).toEqual([
    { last: 49_999 },
  ]);
  await there.close();
});

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

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

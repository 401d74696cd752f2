import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { importOrders } from './import-orders.ts';
import type { Import } from './import-store.ts';

const file = resolve(import.meta.dirname, '../../../../shared/data/online-retail/online_retail_2010-12_2011-06.csv');
const oracle = resolve(import.meta.dirname, 'testing/online_retail_oracle.py');

interface Figures {
  readonly lines: number;
  readonly rfm: Readonly<Record<string, [number | null, number, number]>>;
  readonly referenceOn: string;
  readonly [figure: string]: unknown;
}

const hasPython = () => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const missing = !existsSync(file)
  ? `the public data set is not at ${file}`
  : hasPython()
    ? null
    : 'python3 is not installed';
if (missing !== null) process.stderr.write(`skipped: Online Retail import (${missing})\n`);

describe.skipIf(missing !== null)('the Online Retail file of 245,903 lines', () => {
  let db: TestDatabase;
  let expected: Figures;
  let imported: Import;
  beforeAll(async () => {
    db = await openTestDatabase();
    expected = JSON.parse(
      execFileSync('python3', [oracle, file], { encoding: 'utf8', maxBuffer: 64 << 20 }),
    ) as Figures;
    imported = await run();
  }, 180_000);
  afterAll(() => db.close());

  const run = () =>
    importOrders({ ...db, signal: new AbortController().signal }, { tenantId: db.tenantId, path: file });
  const query = <Row>(sql: string, ...values: unknown[]) => db.asSystem((ctx) => ctx.tx.query<Row>(sql, values));

  test('arrives whole: every line, no reject', () => {
    expect(imported).toMatchObject({
      state: 'done',
      rowsTotal: expected.lines,
      rowsDone: expected.lines,
      rowsRejected: 0,
      ordersCreated: expected['invoices'],
    });
  });

  test('gives the figures another program gives', async () => {
    const [orders] = await query<Record<string, number>>(
      `select count(*) filter (where kind = 'sale')::int as sales, count(*) filter (where kind = 'return')::int as cancelled,
              count(*) filter (where kind = 'adjustment')::int as adjustments,
              count(*) filter (where flags @> '{zero_price}')::int as "freeOrders",
              count(distinct customer_id)::int as customers,
              sum(counted_minor) filter (where kind = 'sale')::int as "salesPence",
              sum(counted_minor) filter (where kind = 'return')::int as "returnsPence" from orders.orders`,
    );
    const [lines] = await query<Record<string, number>>(
      `select count(*)::int as lines, count(*) filter (where l.flags @> '{duplicate_line}')::int as "duplicateLines",
              count(*) filter (where l.flags @> '{non_goods}')::int as "notGoodsLines",
              count(*) filter (where l.flags @> '{zero_price}')::int as "zeroPriceLines",
              count(*) filter (where o.customer_id is null)::int as "linesWithoutCustomer"
         from orders.order_lines l join orders.orders o using (tenant_id, order_id)`,
    );
    const { rfm: _, referenceOn: _on, invoices: _i, ...figures } = expected;
    expect({ ...orders, ...lines }).toEqual(figures);
  });

  test("gives each customer's recency, frequency and money", async () => {
    const rows = await query<{ r: number | null; f: number; m: number }>(
      `select $1::date - max(bought_on) filter (where kind = 'sale' and amount_minor > 0) as r,
              count(*) filter (where kind = 'sale' and amount_minor > 0)::int as f, sum(amount_minor)::int as m
         from orders.purchases group by customer_id`,
      expected.referenceOn,
    );
    expect(rows.map(({ r, f, m }) => JSON.stringify([r, f, m])).toSorted()).toEqual(
      Object.values(expected.rfm)
        .map((figures) => JSON.stringify(figures))
        .toSorted(),
    );
  });

  const state = () =>
    query(
      `select count(*), sum(hashtextextended(o::text, 0)) as orders,
              (select sum(hashtextextended(l::text, 0)) from orders.order_lines l) as lines,
              (select count(*) from log.outbox) as announced from orders.orders o`,
    );

  test('imported again it changes nothing and announces nothing', async () => {
    const before = await state();
    const again = await run();
    expect(again).toMatchObject({
      state: 'done',
      ordersCreated: 0,
      ordersUpdated: 0,
      ordersUnchanged: expected['invoices'],
    });
    expect(await state()).toEqual(before);
  }, 60_000);
});

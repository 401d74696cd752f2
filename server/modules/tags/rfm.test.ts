import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { recordOrders } from '#orders';
import type { NewOrder } from '#orders';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { explainRfm, listRfmCustomers, readRfm } from './read-rfm.ts';
import { computeRfmRun, requestRfmRun } from './recompute-rfm.ts';
import { rfmGroupOf, rfmGroups } from './rfm-model.ts';

const shared = resolve(import.meta.dirname, '../../../../shared/data');

/** A paid order of one goods line. */
function purchase(buyer: string, on: string, amountMinor: number, no: number): NewOrder {
  const at = new Date(`${on}T04:00:00Z`);
  return {
    sourceId: 9,
    sourceOrderNo: `${buyer}-${no}`,
    sourceUpdatedAt: at,
    channel: 'pos',
    buyer: [{ kind: 'member_no', scope: 'test', value: buyer }],
    head: { status: 'paid', placedAt: at, paidAt: at, payableMinor: amountMinor, paidMinor: amountMinor },
    lines: [{ skuCode: 'A', title: '杯子', quantity: 1, unitPriceMinor: amountMinor, amountMinor }],
  };
}

let db: TestDatabase;
const run = async () => {
  const runId = await db.asStaff(requestRfmRun);
  await computeRfmRun(db, db.tenantId, runId);
  return runId;
};
const scoresByBuyer = async () => {
  const rows = await db.asSystem((ctx) =>
    ctx.tx.query<{
      buyer: string;
      r: number;
      f: number;
      m: number;
      days: number;
      orders: number;
      money: number;
      group: string;
    }>(
      `select split_part(o.source_order_no, '-', 1) as buyer, s.r, s.f, s.m, s.recency_days as days, s.frequency as orders,
              s.monetary_minor as money, s.group_code as "group"
         from tags.rfm_scores s join lateral (select source_order_no from orders.orders o where o.customer_id = s.customer_id limit 1) o on true`,
    ),
  );
  return new Map(rows.map((row) => [row.buyer, row]));
};

describe('RFM over recorded orders', () => {
  beforeEach(async () => {
    db = await openTestDatabase();
  });

  test('scores quintiles with equal values always equal, and recency reversed', async () => {
    const orders = Array.from({ length: 10 }, (_, i) =>
      purchase(`B${i}`, `2026-10-${String(i + 1).padStart(2, '0')}`, (i + 1) * 1_000, 1),
    );
    await db.asSystem((ctx) => recordOrders(ctx, orders));
    await run();
    const scores = await scoresByBuyer();
    expect([...Array(10).keys()].map((i) => scores.get(`B${i}`)?.m)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect([...Array(10).keys()].map((i) => scores.get(`B${i}`)?.r)).toEqual([1, 2, 2, 3, 3, 4, 4, 5, 5, 5]);
    expect(new Set([...scores.values()].map(({ f }) => f)).size).toBe(1);
    expect(scores.get('B9')).toMatchObject({ days: 1, orders: 1, money: 10_000 });
  });

  test('running again replaces scores and tags, doubles nothing, and explains each score by its cut', async () => {
    await db.asSystem((ctx) =>
      recordOrders(ctx, [purchase('A', '2026-10-01', 500, 1), purchase('B', '2026-10-05', 900, 1)]),
    );
    await run();
    await db.asSystem((ctx) => recordOrders(ctx, [purchase('A', '2026-10-09', 5_000, 2)]));
    await run();
    const board = await db.asStaff(readRfm);
    expect(board.groups.reduce((sum, group) => sum + group.customers, 0)).toBe(2);
    const tagged = await db.asSystem((ctx) => ctx.tx.query(`select customer_id from tags.customer_tags`));
    expect(tagged).toHaveLength(2);
    const { items } = await db.asStaff((ctx) => listRfmCustomers(ctx, { limit: 10, offset: 0 }));
    expect(items[0]).toMatchObject({ recencyDays: 1, frequency: 2, monetaryMinor: 5_500 });
    const reasons = await db.asStaff((ctx) => explainRfm(ctx, items[0]?.customerId ?? 0));
    expect(reasons.reasons.map(({ code }) => code)).toEqual(['recency', 'frequency', 'monetary', 'group']);
  });

  test('counts no test, unpaid or anonymous order, and shows nothing to another tenant', async () => {
    const anonymous = { ...purchase('X', '2026-10-01', 500, 1), buyer: [] };
    const unpaid = purchase('Y', '2026-10-02', 500, 1);
    await db.asSystem((ctx) =>
      recordOrders(ctx, [
        anonymous,
        { ...unpaid, head: { status: 'placed', placedAt: unpaid.sourceUpdatedAt, payableMinor: 500 } },
      ] as NewOrder[]),
    );
    await run();
    expect((await db.asStaff(readRfm)).groups).toEqual([]);
    expect((await db.asStaff(readRfm, { tenantId: db.otherTenantId })).run).toBeNull();
  });
});

test('the eight groups are the octants of high and low', () => {
  const model = { highFrom: { r: 4, f: 4, m: 4 } };
  expect(rfmGroupOf({ r: 5, f: 4, m: 4 }, model)).toBe('champions');
  expect(rfmGroupOf({ r: 3, f: 3, m: 5 }, model)).toBe('must_win_back');
  expect(rfmGroupOf({ r: 1, f: 1, m: 1 }, model)).toBe('lapsed');
  expect(new Set(rfmGroups.map(({ highR, highF, highM }) => `${highR}${highF}${highM}`)).size).toBe(8);
});

const sample = resolve(shared, 'rfm/rfm_data_orders_first200.csv');
if (!existsSync(sample))
  process.stderr.write(`skipped: RFM reference rows (the public data set is not at ${sample})\n`);

describe.skipIf(!existsSync(sample))('the reference orders', () => {
  afterAll(() => db.close());
  beforeAll(async () => {
    db = await openTestDatabase();
    const rows = readFileSync(sample, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.replaceAll('"', '').split(','));
    await db.asSystem((ctx) =>
      recordOrders(
        ctx,
        rows.map(([name = '', on = '', revenue = ''], i) =>
          purchase(name.replaceAll('-', ' '), on, Number(revenue) * 100, i),
        ),
      ),
    );
    await run();
  });

  test("get each customer's values and the scores an independent program computes", async () => {
    const script = `
import csv, json, sys, math
from datetime import date, timedelta
rows = list(csv.reader(open(sys.argv[1])))[1:]
people = {}
for name, on, money in rows:
    p = people.setdefault(name.replace('-', ' '), {'last': date.min, 'f': 0, 'm': 0})
    p['last'] = max(p['last'], date.fromisoformat(on)); p['f'] += 1; p['m'] += int(money)
as_of = max(p['last'] for p in people.values()) + timedelta(days=1)
for p in people.values(): p['r'] = (as_of - p['last']).days
def cuts(values):
    v = sorted(values)
    def q(x):
        h = (len(v) - 1) * x; lo = math.floor(h); hi = min(lo + 1, len(v) - 1)
        return v[lo] + (h - lo) * (v[hi] - v[lo])
    return [q(x) + 1 for x in (.2, .4, .6, .8)]
cr, cf, cm = (cuts([p[k] for p in people.values()]) for k in 'rfm')
print(json.dumps({n: [p['r'], p['f'], p['m'] * 100, 5 - sum(p['r'] >= c - 1e-9 for c in cr), 1 + sum(p['f'] >= c - 1e-9 for c in cf), 1 + sum(p['m'] >= c - 1e-9 for c in cm)] for n, p in people.items()}))
`;
    const expected = JSON.parse(execFileSync('python3', ['-c', script, sample], { encoding: 'utf8' })) as Record<
      string,
      number[]
    >;
    const actual = Object.fromEntries(
      [...(await scoresByBuyer())].map(([name, s]) => [name, [s.days, s.orders, s.money, s.r, s.f, s.m]]),
    );
    expect(actual).toEqual(expected);
  });
});

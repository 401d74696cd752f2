import { afterAll, beforeAll, expect, test } from 'vitest';

import { recordOrders } from '#orders';
import type { NewOrder } from '#orders';
import { InvalidInput } from '#platform/errors';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { listCockpitPeople, periodBefore, readCockpit } from './cockpit.ts';

let db: TestDatabase;
const purchase = (
  buyer: string,
  on: string,
  amountMinor: number,
  channel = 'tmall',
  kind: 'sale' | 'return' = 'sale',
): NewOrder => {
  const at = new Date(`${on}T04:00:00Z`);
  return {
    sourceId: 4,
    sourceOrderNo: `${buyer}-${on}-${kind}`,
    sourceUpdatedAt: at,
    channel,
    buyer: [{ kind: 'member_no', scope: 'test', value: buyer }],
    head: { kind, status: 'paid', placedAt: at, paidAt: at, payableMinor: amountMinor, paidMinor: amountMinor },
    lines: [{ skuCode: 'A1', title: '婴儿面霜', quantity: 1, unitPriceMinor: amountMinor, amountMinor }],
  };
};

beforeAll(async () => {
  db = await openTestDatabase();
  await db.asSystem((ctx) =>
    recordOrders(ctx, [
      purchase('old', '2026-09-20', 5_000),
      purchase('old', '2026-10-05', 10_000),
      purchase('new', '2026-10-06', 20_000, 'douyin'),
      purchase('new', '2026-10-08', 30_000, 'douyin'),
      purchase('once', '2026-10-31', 40_000),
      purchase('later', '2026-11-01', 99_000),
    ]),
  );
});
afterAll(() => db.close());

const october = { fromOn: '2026-10-01', untilOn: '2026-10-31' };

test('counts sales, new and returning buyers of the period and of the period before', async () => {
  const { figures, currency } = await db.asStaff((ctx) => readCockpit(ctx, october));
  expect(currency).toBe('CNY');
  expect(figures).toMatchObject({
    gmv: { value: 100_000, before: 5_000 },
    orders: { value: 4, before: 1 },
    buyers: { value: 3, before: 1 },
    new_buyers: { value: 2, before: 1 },
    returning_buyers: { value: 1, before: 0 },
    average_order: { value: 25_000, before: 5_000 },
  });
  expect(figures['repurchase_rate']?.value).toBeCloseTo((2 / 3) * 100);
});

test('days and channels add up to the whole', async () => {
  const { daily, channels, products } = await db.asStaff((ctx) => readCockpit(ctx, october));
  expect(daily).toHaveLength(31);
  expect(daily.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(100_000);
  expect(daily.reduce((sum, { newBuyers }) => sum + newBuyers, 0)).toBe(2);
  expect(channels).toEqual([
    { channel: 'douyin', amountMinor: 50_000, orders: 2, buyers: 1 },
    { channel: 'tmall', amountMinor: 50_000, orders: 2, buyers: 2 },
  ]);
  expect(products).toMatchObject([{ skuCode: 'A1', quantity: 4, amountMinor: 100_000 }]);
});

test('every figure leads to the people behind it', async () => {
  const people = (figure: 'gmv' | 'new_buyers' | 'returning_buyers' | 'repurchase_rate') =>
    db.asStaff((ctx) => listCockpitPeople(ctx, { ...october, figure, limit: 10 }));
  expect((await people('gmv')).map(({ amountMinor }) => amountMinor)).toEqual([50_000, 40_000, 10_000]);
  expect(await people('new_buyers')).toHaveLength(2);
  expect((await people('returning_buyers')).map(({ amountMinor }) => amountMinor)).toEqual([10_000]);
  // Who bought twice in the period repeats as well as who had bought before.
  expect((await people('repurchase_rate')).map(({ amountMinor }) => amountMinor)).toEqual([50_000, 10_000]);
});

test('nobody becomes new by paying in another currency', async () => {
  const abroad = { ...purchase('abroad', '2025-03-01', 7_000), currency: 'GBP' };
  const { currency, ...order } = abroad;
  await db.asSystem((ctx) =>
    recordOrders(ctx, [
      { ...order, head: { ...order.head, currency } } as NewOrder,
      purchase('abroad', '2026-12-24', 800),
    ]),
  );
  const christmas = { fromOn: '2026-12-24', untilOn: '2026-12-24' };
  const { figures, daily } = await db.asStaff((ctx) => readCockpit(ctx, { ...christmas, currency: 'CNY' }));
  expect(figures).toMatchObject({ buyers: { value: 1 }, new_buyers: { value: 0 }, returning_buyers: { value: 1 } });
  expect(daily).toMatchObject([{ newBuyers: 0 }]);
});

test('refunds are what was given back in the period, for orders of any day, with the people who got it', async () => {
  const refundOf = (
    refundNo: string,
    amountMinor: number,
    refundedAt: string,
    status: 'done' | 'requested' = 'done',
  ) => ({
    refundNo,
    status,
    amountMinor,
    ...(status === 'done' ? { refundedAt: new Date(refundedAt) } : {}),
  });
  const bought = purchase('early', '2027-01-30', 60_000, 'mall');
  await db.asSystem((ctx) =>
    recordOrders(ctx, [
      {
        ...bought,
        refunds: [
          refundOf('same month', 5_000, '2027-01-31T04:00:00Z'),
          // The last hour of January in Shanghai is over: this one is February's.
          refundOf('next month', 7_000, '2027-01-31T16:30:00Z'),
          refundOf('not yet', 9_000, '', 'requested'),
        ],
      },
      purchase('early', '2027-02-10', -1_500, 'tmall', 'return'),
      { ...purchase('other', '2027-02-11', 8_000, 'mall'), refunds: [refundOf('all', 8_000, '2027-02-12T04:00:00Z')] },
    ]),
  );
  const february = { fromOn: '2027-02-01', untilOn: '2027-02-28' };
  const { figures } = await db.asStaff((ctx) => readCockpit(ctx, february));
  expect(figures['refunds']).toEqual({ value: 7_000 + 1_500 + 8_000, before: 5_000 });
  const people = await db.asStaff((ctx) => listCockpitPeople(ctx, { ...february, figure: 'refunds', limit: 10 }));
  expect(people.map(({ count, amountMinor }) => [count, amountMinor])).toEqual([
    [2, 8_500],
    [1, 8_000],
  ]);
});

test('compares with the equally long period before, and refuses one that ends before it begins', () => {
  expect(periodBefore({ fromOn: '2026-10-01', untilOn: '2026-10-07' })).toEqual({
    fromOn: '2026-09-24',
    untilOn: '2026-09-30',
  });
  expect(() => periodBefore({ fromOn: '2026-10-02', untilOn: '2026-10-01' })).toThrow(InvalidInput);
});

test('another tenant has figures of its own: none', async () => {
  const { figures } = await db.asStaff((ctx) => readCockpit(ctx, october), { tenantId: db.otherTenantId });
  expect(figures['gmv']).toEqual({ value: 0, before: 0 });
});

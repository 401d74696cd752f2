import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { listOrders, orderLines } from './order-views.ts';
import type { OrderFilter } from './order-views.ts';
import { recordOrders } from './record-orders.ts';
import { anOrder } from './testing/order-factory.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
  const orders = Array.from({ length: 6_000 }, (_, index) =>
    anOrder(`N${index}`, {
      status: 'paid',
      storeId: index % 50,
      placedAt: new Date(Date.UTC(2026, 0, 1) + index * 60_000),
      ...(index % 500 === 0 ? { remark: '测试订单' } : {}),
    }),
  );
  await db.asSystem((ctx) => recordOrders(ctx, orders));
  const admin = await db.admin();
  await admin.query('analyze orders.orders, orders.order_lines');
  await admin.end();
}, 60_000);
afterAll(() => db.close());

/** Plans of every statement a list runs under the web role. */
async function plansOf(filter: OrderFilter, storeIds: readonly number[] | null): Promise<string> {
  const scope = storeIds === null ? ({ all: true } as const) : ({ all: false, storeIds } as const);
  return db.asStaff(
    async (ctx) => {
      const plans: string[] = [];
      const tx = {
        ...ctx.tx,
        query: async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
          if (/from orders\./.test(text)) {
            const rows = await ctx.tx.query<Record<string, string>>(`explain ${text}`, values);
            plans.push(...rows.map((row) => row['QUERY PLAN'] ?? ''));
          }
          return ctx.tx.query<Row>(text, values);
        },
      };
      await listOrders({ ...ctx, tx }, filter, { limit: 50 });
      await orderLines({ ...ctx, tx }, ['0198c0de-0000-7000-8000-000000000001']);
      return plans.join('\n');
    },
    { scope },
  );
}

test.each([
  ['all orders', {}, null],
  ['an order number', { search: 'N77' }, null],
  ['a phone number', { phone: '+8613800001234' }, null],
  ['a customer', { customerId: 42 }, null],
  ['a flag', { flag: 'test' }, null],
  ['some days', { placedFrom: new Date(Date.UTC(2026, 0, 2)), placedTo: new Date(Date.UTC(2026, 0, 3)) }, null],
  ['one import', { importId: '0198c0de-0000-7000-8000-000000000001' }, null],
  ['the stores of a manager', {}, [3]],
])('a list of %s never reads the whole table', async (_, filter, storeIds) => {
  const plans = await plansOf(filter, storeIds);
  expect(plans).toMatch(/Index|Bitmap/);
  expect(plans).not.toMatch(/Seq Scan on orders/);
});

test('an order names whose it is, by number where no name is known', async () => {
  await db.asSystem((ctx) =>
    recordOrders(ctx, [
      anOrder('known-1', { buyer: [{ kind: 'buyer_id', scope: 'shop', value: '17850' }] }),
      anOrder('unknown-1'),
    ]),
  );
  const nameOf = async (search: string) =>
    (await db.asStaff((ctx) => listOrders(ctx, { search }, { limit: 1 }))).items[0]?.customerName;
  expect(await nameOf('known-1')).toMatch(/^#\d+$/);
  expect(await nameOf('unknown-1')).toBeNull();
});

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { newId } from '#platform/ids';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import type { NewOrder } from './new-order.ts';
import { recordOrders } from './record-orders.ts';
import { anOrder } from './testing/order-factory.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const record = (...orders: NewOrder[]) => db.asSystem((ctx) => recordOrders(ctx, orders));

async function announced(orderNo: string): Promise<string[]> {
  const facts = await db.asSystem((ctx) =>
    ctx.tx.query<{ name: string; amount: number | null }>(
      `select b->>'name' as name, (b->'properties'->>'amount_minor')::int as amount
         from (select id, convert_from(body, 'utf8')::jsonb as b from log.outbox) o
        where b->'properties'->>'order_no' = $1 order by id`,
      [orderNo],
    ),
  );
  return facts.map(({ name, amount }) => `${name} ${amount}`);
}

async function stored(orderNo: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await db.asSystem((ctx) =>
    ctx.tx.query<Record<string, unknown>>(
      `select o.*, (select jsonb_agg(jsonb_build_object('no', line_no, 'sku', sku_code, 'quantity', quantity, 'amount', amount_minor,
                                                         'flags', flags) order by line_no)
                      from orders.order_lines l where l.tenant_id = o.tenant_id and l.order_id = o.order_id) as lines,
              (select jsonb_agg(to_jsonb(r) - 'order_id' order by refund_no) from orders.refunds r
                where r.tenant_id = o.tenant_id and r.order_id = o.order_id) as refunds
         from orders.orders o where tenant_id = $1 and source_order_no = $2`,
      [ctx.tenantId, orderNo],
    ),
  );
  return row;
}

// Ciphertexts differ each time; the blind index beside them tells whether they say the same.
const unequal = new Set(['announced_minor', 'receiver_phone']);

async function comparable(no: string): Promise<string> {
  const {
    order_id: _,
    recorded_at: _r,
    changed_at: _c,
    announced: _a,
    source_order_no: _n,
    ...rest
  } = (await stored(no)) ?? {};
  return JSON.stringify(rest, (key, value: unknown) => (unequal.has(key) ? undefined : value));
}

let orderNo = '';
beforeEach(() => {
  orderNo = newId();
});

describe('what sources say, in any order', () => {
  test('a new order is kept whole and announced with its buyer', async () => {
    const [recorded] = await record(
      anOrder(orderNo, { status: 'paid', buyer: [{ kind: 'buyer_id', scope: 's1', value: orderNo }] }),
    );

    expect(recorded).toMatchObject({ outcome: 'created', customerId: expect.any(Number) });
    expect(await stored(orderNo)).toMatchObject({
      status: 'paid',
      payable_minor: 3_000,
      counted_minor: 3_000,
      flags: [],
    });
    expect(await announced(orderNo)).toEqual(['Order Placed 3000', 'Order Paid 3000']);
  });

  test('the same update again changes nothing and announces nothing', async () => {
    const order = anOrder(orderNo, { status: 'paid' });
    await record(order);
    const before = await stored(orderNo);
    expect(await record(order, order)).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'unchanged' }]);
    expect(await stored(orderNo)).toEqual(before);
    expect(await announced(orderNo)).toHaveLength(2);
  });

  test('an older update that arrives late changes nothing', async () => {
    await record(anOrder(orderNo, { status: 'shipped', minute: 30 }));
    const [late] = await record(anOrder(orderNo, { status: 'paid', minute: 10 }));
    expect(late).toMatchObject({ outcome: 'older' });
    expect(await stored(orderNo)).toMatchObject({ status: 'shipped' });
  });

  test('skipped stages are announced too, each once', async () => {
    await record(anOrder(orderNo, { status: 'received', minute: 30 }));
    await record(anOrder(orderNo, { status: 'received', minute: 31, payableMinor: 2_900 }));
    expect(await announced(orderNo)).toEqual([
      'Order Placed 3000',
      'Order Paid 3000',
      'Order Shipped 3000',
      'Order Received 3000',
    ]);
  });

  test('two updates of one order in one batch both count, the later one stands', async () => {
    const results = await record(
      anOrder(orderNo, { status: 'shipped', minute: 9 }),
      anOrder(orderNo, { status: 'placed', minute: 1 }),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['created', 'older']);
    expect(await stored(orderNo)).toMatchObject({ status: 'shipped' });
  });

  test('any permutation and repetition of an order’s updates ends in the same state', async () => {
    const update = fc.record({
      minute: fc.integer({ min: 0, max: 4 }),
      status: fc.constantFrom('placed', 'paid', 'shipped', 'received', 'cancelled'),
      payableMinor: fc.integer({ min: 0, max: 3 }).map((n) => n * 100),
      lines: fc.option(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), { nil: undefined }),
      refundMinor: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
      receiver: fc.option(fc.constantFrom({ province: '浙江省' }, { phone: '+8613800001234', province: '江苏省' }), {
        nil: undefined,
      }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(update, { minLength: 2, maxLength: 5 })
          .chain((updates) =>
            fc.tuple(
              fc.constant(updates),
              fc.shuffledSubarray([...updates, ...updates], { minLength: updates.length * 2 }),
            ),
          ),
        async ([updates, shuffled]) => {
          const [a, b] = [newId(), newId()];
          const build = (no: string, { lines, refundMinor, ...rest }: (typeof updates)[number]) =>
            anOrder(no, {
              ...rest,
              lines: lines?.map((quantity) => ({
                skuCode: 'A',
                quantity,
                unitPriceMinor: 100,
                amountMinor: quantity * 100,
              })),
              refunds:
                refundMinor === undefined ? undefined : [{ refundNo: 'r', status: 'done', amountMinor: refundMinor }],
            });
          for (const one of updates) await record(build(a, one));
          await record(...shuffled.map((one) => build(b, one)));
          expect(await comparable(b)).toBe(await comparable(a));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('importers that meet at the same orders record each once', async () => {
    const orders = Array.from({ length: 50 }, (_, index) => anOrder(`${orderNo}-${index}`, { status: 'paid' }));
    const results = await Promise.all([record(...orders), record(...orders.toReversed()), record(...orders)]);
    expect(results.flat().filter(({ outcome }) => outcome === 'created')).toHaveLength(50);
    expect(new Set(results.flat().map(({ orderId }) => orderId)).size).toBe(50);
    expect(await announced(`${orderNo}-7`)).toEqual(['Order Placed 3000', 'Order Paid 3000']);
  });
});

const refunded = (amountMinor: number, minute: number) =>
  anOrder(orderNo, { status: 'received', minute, refunds: [{ refundNo: 'r1', status: 'done', amountMinor }] });

describe('refunds', () => {
  test('announce what is new, also when a refund grows', async () => {
    await record(refunded(500, 1));
    await record(refunded(800, 2));
    await record(refunded(800, 3));
    expect((await announced(orderNo)).filter((fact) => fact.startsWith('Order Refunded'))).toEqual([
      'Order Refunded 500',
      'Order Refunded 300',
    ]);
    expect(await stored(orderNo)).toMatchObject({ refunded_minor: 800 });
  });

  test('a requested refund is kept but takes nothing', async () => {
    await record(
      anOrder(orderNo, { status: 'paid', refunds: [{ refundNo: 'r1', status: 'requested', amountMinor: 500 }] }),
    );
    expect(await stored(orderNo)).toMatchObject({ refunded_minor: 0 });
    expect(await announced(orderNo)).toHaveLength(2);
  });

  test('a return document of its own is announced as a refund of its amount', async () => {
    await record(
      anOrder(orderNo, {
        kind: 'return',
        status: 'refunded',
        payableMinor: -1_000,
        lines: [{ skuCode: 'A', quantity: -1, unitPriceMinor: 1_000, amountMinor: -1_000 }],
      }),
    );
    expect(await announced(orderNo)).toEqual(['Order Refunded 1000']);
    expect(await stored(orderNo)).toMatchObject({ counted_minor: -1_000 });
  });
});

describe('buyers', () => {
  test('an order without any trace of its buyer stays anonymous until one is known', async () => {
    const order = anOrder(orderNo, { status: 'paid' });
    expect(await record(order)).toMatchObject([{ customerId: null }]);
    const buyer = [{ kind: 'member_no', scope: 'b1', value: orderNo }];
    const [linked] = await record({ ...order, buyer });
    expect(linked).toMatchObject({ outcome: 'updated', customerId: expect.any(Number) });
    expect(await announced(orderNo)).toContain('Order Linked 3000');
    expect(await stored(orderNo)).toMatchObject({
      customer_id: linked?.customerId,
      origin_customer_id: linked?.customerId,
    });
  });

  test('two orders of one buyer are of one customer', async () => {
    const buyer = [{ kind: 'member_no', scope: 'b1', value: orderNo }];
    const results = await record(anOrder(`${orderNo}-1`, { buyer }), anOrder(`${orderNo}-2`, { buyer }));
    expect(new Set(results.map(({ customerId }) => customerId)).size).toBe(1);
  });

  test('names, phones and addresses are stored encrypted and kept when the channel masks them later', async () => {
    const receiver = { name: '王小明', phone: '+8613800001234', address: '文三路 1 号', province: '浙江省' };
    await record(anOrder(orderNo, { minute: 1, receiver }));
    await record(anOrder(orderNo, { minute: 2, status: 'paid' }));
    const row = await stored(orderNo);
    expect(JSON.stringify(row)).not.toContain('王小明');
    const vault = await db.asSystem((ctx) => ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId));
    const place = { table: 'orders.orders', column: 'receiver_name', rowId: String(row?.['order_id']) };
    expect(vault.decrypt(place, row?.['receiver_name'] as Buffer)).toBe('王小明');
    expect(row?.['receiver_phone_index']).toEqual(vault.blindIndex('phone', '+8613800001234'));
  });
});

test("another tenant's orders are not touched by the same numbers", async () => {
  await record(anOrder(orderNo, { status: 'paid' }));
  const [other] = await db.asSystem((ctx) => recordOrders(ctx, [anOrder(orderNo, { status: 'placed', minute: 50 })]), {
    tenantId: db.otherTenantId,
  });
  expect(other).toMatchObject({ outcome: 'created' });
  expect(await stored(orderNo)).toMatchObject({ status: 'paid' });
});

test.each([
  ['a negative sale', { payableMinor: -1 }],
  ['half a fen', { payableMinor: 0.5 }],
  ['no time', { placedAt: new Date(Number.NaN) }],
])('refuses %s', async (_, change) => {
  await expect(record(anOrder(orderNo, change))).rejects.toMatchObject({ code: 'order_invalid' });
});

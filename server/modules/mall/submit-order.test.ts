import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createTemplate, issueCoupons, publishTemplate } from '#coupons';
import { CouponTerms } from '#coupons';

import { openMallApp } from './testing/mall-app.ts';
import type { Answer, MallApp, Shopper } from './testing/mall-app.ts';

let mall: MallApp;
let phones = 0;

beforeAll(async () => {
  mall = await openMallApp();
});
afterAll(() => mall.close());

const nextPhone = () => `1990001${String((phones += 1)).padStart(4, '0')}`;

async function member(): Promise<{ shopper: Shopper; customerId: number; addressId: string }> {
  const shopper = mall.shopper();
  const customerId = await shopper.signIn(nextPhone());
  return { shopper, customerId, addressId: await shopper.addAddress() };
}

/** A coupon of 10 yuan off from 50 yuan in the customer's hand. */
async function giveCoupon(customerId: number): Promise<string> {
  return mall.db.asStaff(
    async (ctx) => {
      const terms = CouponTerms.parse({
        kind: 'amount_off',
        rule: { steps: [{ thresholdFen: 5_000, offFen: 1_000 }] },
        name: '满50减10',
        validity: { days: 30 },
      });
      const { templateId } = await createTemplate(ctx, terms);
      await publishTemplate(ctx, templateId);
      const [issued] = await issueCoupons(ctx, {
        templateId,
        customerIds: [customerId],
        issueKey: randomUUID(),
        source: 'test',
      });
      if (!issued?.couponId) throw new Error('no coupon was issued');
      return issued.couponId;
    },
    { tenantId: mall.tenantId },
  );
}

/** Everything a refused order must leave as it was. */
async function footprint(): Promise<unknown> {
  return mall.db.asSystem(
    (ctx) =>
      ctx.tx.query(
        `select (select count(*) from mall.orders) as orders, (select count(*) from orders.orders) as pooled,
                (select count(*) from catalog.reservations) as reservations, (select sum(reserved) from catalog.stock) as reserved,
                (select count(*) from coupons.coupons where status <> 'issued') as coupons, (select count(*) from log.outbox) as facts`,
      ),
    { tenantId: mall.tenantId },
  );
}

async function submission(shopper: Shopper, addressId: string, lines: object[], choice: object = {}) {
  const quote = await shopper.ask('POST', '/api/mall/checkout/quotes', { addressId, lines, ...choice });
  return {
    lines,
    ...choice,
    addressId,
    submitKey: randomUUID(),
    quoteHash: quote.quoteHash,
    payableFen: quote.totals['payableFen'],
  };
}

const errorOf = (body: Answer) => body.error.code;

describe('an order is refused by name and leaves nothing behind', () => {
  test.each<[string, string, (sent: Record<string, unknown>, skuId: string) => object]>([
    ['a price made up', 'quote_changed', (sent) => ({ ...sent, payableFen: 1 })],
    ['another quantity than quoted', 'quote_changed', (sent, skuId) => ({ ...sent, lines: [{ skuId, quantity: 2 }] })],
    ['a coupon that is nobody’s', 'coupon_not_found', (sent) => ({ ...sent, coupons: [randomUUID()] })],
    ['an address of somebody else', 'not_found', (sent) => ({ ...sent, addressId: randomUUID() })],
    ['a negative quantity', 'invalid_input', (sent, skuId) => ({ ...sent, lines: [{ skuId, quantity: -1 }] })],
    ['more than there is', 'out_of_stock', (sent, skuId) => ({ ...sent, lines: [{ skuId, quantity: 9 }] })],
    ['goods that do not exist', 'not_for_sale', (sent) => ({ ...sent, lines: [{ skuId: randomUUID(), quantity: 1 }] })],
  ])('%s', async (_what, code, tamper) => {
    const { shopper, addressId } = await member();
    const skuId = await mall.addSku(5, 12_000);
    const sent = await submission(shopper, addressId, [{ skuId, quantity: 1 }]);
    const before = await footprint();
    const { body } = await shopper.call('POST', '/api/mall/orders', tamper(sent, skuId));
    expect(errorOf(body)).toBe(code);
    expect(await footprint()).toEqual(before);
  });

  test('a price that rose since the quote, named', async () => {
    const { shopper, addressId } = await member();
    const skuId = await mall.addSku(5, 12_000);
    const sent = await submission(shopper, addressId, [{ skuId, quantity: 1 }]);
    await mall.db.asSystem(
      (ctx) => ctx.tx.execute(`update catalog.skus set sale_price_fen = 13000 where sku_id = $1`, [skuId]),
      { tenantId: mall.tenantId },
    );
    const { status, body } = await shopper.call('POST', '/api/mall/orders', sent);
    expect(status).toBe(409);
    expect(body.error).toMatchObject({
      code: 'quote_changed',
      details: { changes: ['prices'], payableFen: 13_000 },
    });
  });

  test('sold-out goods are told by the quote and refused by the order', async () => {
    const { shopper, addressId } = await member();
    const skuId = await mall.addSku(0);
    const quote = await shopper.ask('POST', '/api/mall/checkout/quotes', {
      addressId,
      lines: [{ skuId, quantity: 1 }],
    });
    expect(quote).toMatchObject({ problems: [{ skuId, problem: 'sold_out', available: 0 }] });
    const sent = await submission(shopper, addressId, [{ skuId, quantity: 1 }]);
    expect(errorOf((await shopper.call('POST', '/api/mall/orders', sent)).body)).toBe('out_of_stock');
  });
});

describe('the same order', () => {
  test('submitted again, also at the same time, is one order; with other content it is refused', async () => {
    const { shopper, addressId } = await member();
    const skuId = await mall.addSku(5);
    const sent = await submission(shopper, addressId, [{ skuId, quantity: 1 }]);
    const replies = await Promise.all([1, 2, 3, 4].map(() => shopper.call('POST', '/api/mall/orders', sent)));
    expect(new Set(replies.map(({ body }) => body.orderId)).size).toBe(1);
    expect(await mall.onHand(skuId)).toEqual({ onHand: 5, reserved: 1 });
    const other = await shopper.call('POST', '/api/mall/orders', { ...sent, remark: '快点' });
    expect(errorOf(other.body)).toBe('submit_key_used');
  });
});

describe('many buyers', () => {
  test.each([2, 8])('%d at a time after the last 5 pieces: exactly 5 are sold', async (buyers) => {
    const skuId = await mall.addSku(5, 20_000);
    const shoppers = await Promise.all(Array.from({ length: buyers }, () => member()));
    const outcomes: string[] = [];
    for (let round = 0; outcomes.length < 16; round += 1) {
      const replies = await Promise.all(
        shoppers.map(async ({ shopper, addressId }) => {
          const sent = await submission(shopper, addressId, [{ skuId, quantity: 1 }]);
          const reply = await shopper.call('POST', '/api/mall/orders', sent);
          return reply.status === 200 ? 'sold' : errorOf(reply.body);
        }),
      );
      outcomes.push(...replies);
    }
    expect(outcomes.filter((outcome) => outcome === 'sold')).toHaveLength(5);
    expect(new Set(outcomes)).toEqual(new Set(['sold', 'out_of_stock']));
    expect(await mall.onHand(skuId)).toEqual({ onHand: 5, reserved: 5 });
  });

  test('one coupon in ten orders at once is taken by one', async () => {
    const { shopper, customerId, addressId } = await member();
    const couponId = await giveCoupon(customerId);
    const skuId = await mall.addSku(50, 20_000);
    const sent = await submission(shopper, addressId, [{ skuId, quantity: 1 }], { coupons: [couponId] });
    expect(sent.payableFen).toBe(19_000);
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => shopper.call('POST', '/api/mall/orders', { ...sent, submitKey: randomUUID() })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    const codes = new Set(replies.filter(({ status }) => status !== 200).map(({ body }) => errorOf(body)));
    expect([...codes].every((code) => ['coupon_locked', 'coupon_not_found'].includes(code))).toBe(true);
    expect(await mall.onHand(skuId)).toEqual({ onHand: 50, reserved: 1 });
  });
});

describe('a coupon', () => {
  test('is proposed when it helps, with the reason when it does not, used with the payment and back with a cancellation', async () => {
    const { shopper, customerId, addressId } = await member();
    const couponId = await giveCoupon(customerId);
    const [cheap, dear] = [await mall.addSku(5, 4_000), await mall.addSku(5, 20_000)];
    const small = await shopper.ask('POST', '/api/mall/checkout/quotes', {
      addressId,
      lines: [{ skuId: cheap, quantity: 1 }],
    });
    expect(small).toMatchObject({
      coupons: { usable: [], skipped: [{ couponId, name: '满50减10', reason: 'below_threshold', missingFen: 1_000 }] },
    });
    const order = await shopper.order([{ skuId: dear, quantity: 1 }]);
    expect(order).toMatchObject({
      payableFen: 19_000,
      steps: [{ step: 'coupon', name: '满50减10', amountFen: -1_000 }],
    });
    const state = () =>
      mall.db.asSystem(
        (ctx) => ctx.tx.query(`select status, order_id from coupons.coupons where coupon_id = $1`, [couponId]),
        { tenantId: mall.tenantId },
      );
    expect(await state()).toEqual([{ status: 'locked', order_id: order.orderId }]);
    await shopper.ask('POST', `/api/mall/orders/${order.orderId}/cancellation`, {});
    expect(await state()).toEqual([{ status: 'issued', order_id: null }]);
    expect(await mall.onHand(dear)).toEqual({ onHand: 5, reserved: 0 });
    const again = await shopper.order([{ skuId: dear, quantity: 1 }]);
    await shopper.pay(again.orderId);
    expect(await state()).toEqual([{ status: 'used', order_id: again.orderId }]);
    expect(errorOf((await shopper.call('POST', `/api/mall/orders/${again.orderId}/cancellation`, {})).body)).toBe(
      'order_state_refuses',
    );
  });
});

describe('the cart', () => {
  test('of a visitor becomes the customer’s at sign-in; the same SKU adds up, the address book comes along', async () => {
    const [one, two] = [await mall.addSku(9), await mall.addSku(9)];
    const phone = nextPhone();
    const first = mall.shopper();
    await first.signIn(phone);
    await first.ask('POST', '/api/mall/cart/lines', { skuId: one, quantity: 2 });
    const second = mall.shopper();
    await second.ask('POST', '/api/mall/cart/lines', { skuId: one, quantity: 1 });
    await second.ask('POST', '/api/mall/cart/lines', { skuId: two, quantity: 1 });
    await second.addAddress();
    await second.signIn(phone);
    const cart = await first.ask<{ lines: { skuId: string; quantity: number }[] }>('GET', '/api/mall/cart');
    expect(new Map(cart.lines.map(({ skuId, quantity }) => [skuId, quantity]))).toEqual(
      new Map([
        [one, 3],
        [two, 1],
      ]),
    );
    expect(await first.ask('GET', '/api/mall/addresses')).toMatchObject({
      items: [{ name: '林小满', isDefault: true }],
    });
  });

  test('keeps what can no longer be bought in sight, but does not sell it', async () => {
    const shopper = mall.shopper();
    const skuId = await mall.addSku(1);
    await shopper.ask('POST', '/api/mall/cart/lines', { skuId, quantity: 3 });
    expect(await shopper.ask('GET', '/api/mall/cart')).toMatchObject({
      lines: [{ problem: 'not_enough', available: 1 }],
    });
    await mall.db.asSystem(
      (ctx) => ctx.tx.execute(`update catalog.skus set is_enabled = false where sku_id = $1`, [skuId]),
      {
        tenantId: mall.tenantId,
      },
    );
    expect(await shopper.ask('GET', '/api/mall/cart')).toMatchObject({
      lines: [{ problem: 'off_sale' }],
      selected: { totalFen: 0 },
    });
    expect(errorOf((await shopper.call('POST', '/api/mall/cart/lines', { skuId, quantity: 1 })).body)).toBe(
      'not_for_sale',
    );
  });
});

test('nobody sees or changes another buyer’s order, payment, address or cart', async () => {
  const owner = await member();
  const skuId = await mall.addSku(5);
  const { orderId } = await owner.shopper.order([{ skuId, quantity: 1 }]);
  const { paymentId } = await owner.shopper.ask('POST', `/api/mall/orders/${orderId}/payments`, {});
  const stranger = (await member()).shopper;
  const attempts = [
    ['GET', `/api/mall/orders/${orderId}`],
    ['POST', `/api/mall/orders/${orderId}/cancellation`],
    ['POST', `/api/mall/orders/${orderId}/receipt`],
    ['POST', `/api/mall/orders/${orderId}/payments`],
    ['GET', `/api/mall/payments/${paymentId}`],
    ['POST', `/api/mall/payments/${paymentId}/sandbox`, { outcome: 'pay' }],
    [
      'PUT',
      `/api/mall/addresses/${owner.addressId}`,
      { name: 'x', phone: '19900001234', province: 'a', city: 'b', street: 'c' },
    ],
    ['DELETE', `/api/mall/addresses/${owner.addressId}`],
  ] as const;
  for (const [method, url, body = {}] of attempts) {
    const { status } = await stranger.call(method, url, method === 'GET' ? undefined : body);
    expect({ url, status }).toEqual({ url, status: 404 });
  }
  expect(await owner.shopper.ask('GET', '/api/mall/addresses')).toMatchObject({
    items: [{ addressId: owner.addressId }],
  });
  expect(await stranger.ask('GET', '/api/mall/orders')).toMatchObject({ items: [] });
});

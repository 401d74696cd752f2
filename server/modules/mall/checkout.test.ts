import { afterAll, beforeAll, expect, test } from 'vitest';

import { openMallApp } from './testing/mall-app.ts';
import type { MallApp } from './testing/mall-app.ts';

let mall: MallApp;

beforeAll(async () => {
  mall = await openMallApp();
});
afterAll(() => mall.close());

test('a guest buys: cart, address, quote, submit, pay', async () => {
  const skuId = await mall.addSku(5, 8_000);
  const guest = mall.shopper();
  await guest.ask('POST', '/api/mall/cart/lines', { skuId, quantity: 1 });
  const cart = await guest.ask('POST', '/api/mall/cart/lines', { skuId, quantity: 1 });
  expect(cart).toMatchObject({ quantity: 2, lines: [{ quantity: 2 }], selected: { totalFen: 16_000 } });
  await guest.ask('PUT', '/api/mall/buyer', { name: '林小满', phone: '19900001234' });
  const addressId = await guest.addAddress();
  const quote = await guest.ask('POST', '/api/mall/checkout/quotes', { addressId });
  expect(quote).toMatchObject({
    totals: { goodsFen: 16_000, freightFen: 0, payableFen: 16_000 },
    problems: [],
    missing: [],
  });
  const order = await guest.ask('POST', '/api/mall/orders', {
    addressId,
    submitKey: '0198c0de-0000-7000-8000-0000000000aa',
    quoteHash: quote.quoteHash,
    payableFen: 16_000,
    traceCode: 'abc',
  });
  expect(order).toMatchObject({ state: 'unpaid', payableFen: 16_000, can: { pay: true } });
  expect(await mall.onHand(skuId)).toEqual({ onHand: 5, reserved: 2 });
  expect(await guest.ask('GET', '/api/mall/cart')).toMatchObject({ quantity: 0 });
  expect(await guest.pay(order.orderId)).toMatchObject({ state: 'paid', orderState: 'paid' });
  expect(await mall.onHand(skuId)).toEqual({ onHand: 3, reserved: 0 });
  const [pooled] = await mall.db.asSystem(
    (ctx) =>
      ctx.tx.query(
        `select status, payable_minor, paid_minor, attribution, customer_id is not null as known from orders.orders where order_id = $1`,
        [order.orderId],
      ),
    { tenantId: mall.tenantId },
  );
  expect(pooled).toEqual({
    status: 'paid',
    payable_minor: 16_000,
    paid_minor: 16_000,
    attribution: { trace_code: 'abc' },
    known: true,
  });
  expect(await guest.ask('GET', '/api/mall/orders?tab=to_ship')).toMatchObject({ items: [{ orderId: order.orderId }] });
  expect((await mall.shopper().call('GET', `/api/mall/orders/${order.orderId}`)).status).toBe(404);
});

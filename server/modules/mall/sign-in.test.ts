import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openMallApp } from './testing/mall-app.ts';
import type { MallApp, Shopper } from './testing/mall-app.ts';

let mall: MallApp;

beforeAll(async () => {
  mall = await openMallApp();
});
afterAll(() => mall.close());

const codeFor = async (shopper: Shopper, phone: string) =>
  (await shopper.ask<{ sandboxCode: string }>('POST', '/api/mall/sign-in/codes', { phone })).sandboxCode;
const tryCode = async (shopper: Shopper, phone: string, code: string) =>
  (await shopper.call('POST', '/api/mall/sign-in', { phone, code })).status;
const wrong = (code: string) => (code === '000000' ? '000001' : '000000');

describe('a sign-in code', () => {
  test('signs in once, as the same customer each time, and a signed-out browser is nobody', async () => {
    const shopper = mall.shopper();
    const first = await shopper.signIn('19900002001');
    expect(await shopper.ask('GET', '/api/mall/me')).toMatchObject({
      member: { customerId: first, maskedPhone: '199****2001', orderCounts: { unpaid: 0 } },
    });
    const second = mall.shopper();
    expect(await second.signIn('+86 199 0000 2001')).toBe(first);
    await shopper.ask('DELETE', '/api/mall/sign-in');
    expect(await shopper.ask('GET', '/api/mall/me')).toEqual({ member: null });
    expect(await second.ask('GET', '/api/mall/me')).toMatchObject({ member: { customerId: first } });
  });

  test('cannot be used twice', async () => {
    const code = await codeFor(mall.shopper(), '19900002002');
    expect(await tryCode(mall.shopper(), '19900002002', code)).toBe(200);
    expect(await tryCode(mall.shopper(), '19900002002', code)).toBe(401);
  });

  test('is good for five guesses, also when they come at once', async () => {
    const code = await codeFor(mall.shopper(), '19900002003');
    const guesses = await Promise.all(
      Array.from({ length: 12 }, () => tryCode(mall.shopper(), '19900002003', wrong(code))),
    );
    expect(guesses.every((status) => status === 401)).toBe(true);
    expect(await tryCode(mall.shopper(), '19900002003', code)).toBe(401);
  });

  test('is worth nothing for another phone, nor after five minutes', async () => {
    const code = await codeFor(mall.shopper(), '19900002004');
    expect(await tryCode(mall.shopper(), '19900002005', code)).toBe(401);
    await mall.db.asSystem((ctx) => ctx.tx.execute(`update mall.sign_in_codes set expires_at = now()`), {
      tenantId: mall.tenantId,
    });
    expect(await tryCode(mall.shopper(), '19900002004', code)).toBe(401);
  });

  test('is never stored as it is, and the phone neither', async () => {
    const code = await codeFor(mall.shopper(), '19900002006');
    const rows = await mall.db.asSystem((ctx) => ctx.tx.query(`select * from mall.sign_in_codes`), {
      tenantId: mall.tenantId,
    });
    const text = JSON.stringify(rows);
    expect(text).not.toContain(code);
    expect(text).not.toContain(Buffer.from(code).toString('hex'));
    expect(text).not.toContain('19900002006');
  });

  test('is sent to a phone once a minute, and to six phones from one place without end it is not', async () => {
    const shopper = mall.shopper();
    await codeFor(shopper, '19900002007');
    const again = await mall.shopper().call('POST', '/api/mall/sign-in/codes', { phone: '19900002007' });
    expect(again.status).toBe(429);
    expect(again.body.error.details['retryAfterS']).toBeGreaterThan(50);
    const statuses = [];
    for (let n = 0; n < 70; n += 1) {
      const phone = `199000${String(30_000 + n)}`;
      statuses.push((await shopper.call('POST', '/api/mall/sign-in/codes', { phone })).status);
    }
    expect(statuses.slice(0, 50).every((status) => status === 200)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
  });

  test('is refused for what is no phone', async () => {
    expect((await mall.shopper().call('POST', '/api/mall/sign-in/codes', { phone: '12345' })).status).toBe(422);
  });
});

test('outside sandbox mode no code is shown, and without a sender nobody gets one', async () => {
  const config = mall.db.services.config as { isSandbox: boolean };
  config.isSandbox = false;
  try {
    const refused = await mall.shopper().call('POST', '/api/mall/sign-in/codes', { phone: '19900002100' });
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'text_messages_not_set' } } });
    expect(await mall.shopper().ask('GET', '/api/mall/shop')).toMatchObject({ isSandbox: false, payments: [] });
  } finally {
    config.isSandbox = true;
  }
});

test('a guest who names somebody else’s phone sees nothing of theirs and spends nothing of theirs', async () => {
  const owner = mall.shopper();
  await owner.signIn('19900002200');
  await owner.addAddress();
  const skuId = await mall.addSku(5);
  const { orderId } = await owner.order([{ skuId, quantity: 1 }]);
  const guest = mall.shopper();
  await guest.ask('POST', '/api/mall/cart/lines', { skuId, quantity: 1 });
  await guest.ask('PUT', '/api/mall/buyer', { name: '某人', phone: '19900002200' });
  expect(await guest.ask('GET', '/api/mall/me')).toEqual({ member: null });
  expect(await guest.ask('GET', '/api/mall/orders')).toMatchObject({ items: [] });
  expect(await guest.ask('GET', '/api/mall/addresses')).toEqual({ items: [] });
  expect((await guest.call('GET', `/api/mall/orders/${orderId}`)).status).toBe(404);
  expect(await guest.ask('POST', '/api/mall/checkout/quotes', { points: 'max' })).toMatchObject({
    coupons: { usable: [], skipped: [] },
    points: { used: 0, reason: 'sign_in' },
  });
});

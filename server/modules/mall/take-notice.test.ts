import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { expireReservations } from '#catalog';

import { cancelOverdue } from './cancel-order.ts';
import { secretOf, signatureOf } from './sandbox-provider.ts';
import { openMallApp } from './testing/mall-app.ts';
import type { MallApp, Shopper } from './testing/mall-app.ts';

let mall: MallApp;
let secret: Buffer;

beforeAll(async () => {
  mall = await openMallApp();
  secret = await mall.db.asSystem((ctx) => secretOf(ctx), { tenantId: mall.tenantId });
});
afterAll(() => mall.close());

interface Sent {
  notice_no: string;
  merchant: number;
  payment_id: string;
  provider_no: string;
  state: 'paid' | 'declined';
  amount_fen: number;
  paid_at: string | null;
}

function noticeOf(paymentId: string, part: Partial<Sent> = {}): Sent {
  return {
    notice_no: randomUUID(),
    merchant: mall.tenantId,
    payment_id: paymentId,
    provider_no: randomUUID(),
    state: 'paid',
    amount_fen: 20_000,
    paid_at: new Date().toISOString(),
    ...part,
  };
}

async function notify(notice: object, { signature, ageS = 0 }: { signature?: string; ageS?: number } = {}) {
  const body = JSON.stringify(notice);
  const signedAtS = Math.floor(Date.now() / 1_000) - ageS;
  const reply = await mall.app.inject({
    method: 'POST',
    url: '/api/payments/sandbox/notifications',
    headers: {
      'content-type': 'application/json',
      'x-sandbox-signature': signature ?? signatureOf(secret, signedAtS, body),
    },
    payload: body,
  });
  return { status: reply.statusCode, ...reply.json<{ result?: string; error?: { code: string } }>() };
}

async function unpaid(stock = 5): Promise<{ shopper: Shopper; skuId: string; orderId: string; paymentId: string }> {
  const shopper = mall.shopper();
  const skuId = await mall.addSku(stock, 20_000);
  await shopper.addAddress();
  const { orderId } = await shopper.order([{ skuId, quantity: 1 }]);
  const { paymentId } = await shopper.ask('POST', `/api/mall/orders/${orderId}/payments`, {});
  return { shopper, skuId, orderId, paymentId };
}

const inLateHours = { hours: 2 };

/** Runs jobs as if so much time had passed. */
function later<T>(work: Parameters<MallApp['db']['asSystem']>[0], { hours } = inLateHours): Promise<T> {
  return mall.db.asSystem<T>(work as never, {
    tenantId: mall.tenantId,
    now: new Date(Date.now() + hours * 3_600_000),
  });
}

async function outcomes(orderId: string): Promise<string[]> {
  const rows = await mall.db.asSystem(
    (ctx) =>
      ctx.tx.query<{ outcome: string }>(
        `select outcome from mall.payment_notices where order_id = $1 order by received_at, notice_id`,
        [orderId],
      ),
    { tenantId: mall.tenantId },
  );
  return rows.map(({ outcome }) => outcome);
}

const audited = async (orderId: string) =>
  mall.db.asSystem(
    async (ctx) =>
      (
        await ctx.tx.query<{ outcome: string }>(
          `select details->>'outcome' as outcome from platform.audit_pending where action = 'mall.payment-notice' and object_id = $1`,
          [orderId],
        )
      ).map(({ outcome }) => outcome),
    { tenantId: mall.tenantId },
  );

describe('a notification', () => {
  test('is believed only with a fresh signature over exactly these bytes', async () => {
    const { paymentId, orderId, shopper } = await unpaid();
    const notice = noticeOf(paymentId);
    expect(await notify(notice, { signature: '' })).toMatchObject({ status: 401, error: { code: 'signature_wrong' } });
    expect(await notify(notice, { signature: `t=1,v1=${'0'.repeat(64)}` })).toMatchObject({ status: 401 });
    expect(await notify(notice, { ageS: 3_600 })).toMatchObject({ status: 401 });
    const signedElse = signatureOf(
      secret,
      Math.floor(Date.now() / 1_000),
      JSON.stringify({ ...notice, amount_fen: 1 }),
    );
    expect(await notify(notice, { signature: signedElse })).toMatchObject({ status: 401 });
    expect(await notify({ nonsense: true })).toMatchObject({ status: 400, error: { code: 'notice_malformed' } });
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({ state: 'unpaid' });
  });

  test('sent ten times at once pays once', async () => {
    const { paymentId, orderId, skuId } = await unpaid();
    const notice = noticeOf(paymentId);
    const replies = await Promise.all(Array.from({ length: 10 }, () => notify(notice)));
    expect(replies.filter(({ result }) => result === 'processed')).toHaveLength(1);
    expect(replies.filter(({ result }) => result === 'repeated')).toHaveLength(9);
    expect(await mall.onHand(skuId)).toEqual({ onHand: 4, reserved: 0 });
    expect(await outcomes(orderId)).toEqual(['settled']);
  });

  test('under another number for the same payment changes nothing more', async () => {
    const { paymentId, orderId, skuId } = await unpaid();
    await notify(noticeOf(paymentId));
    expect(await notify(noticeOf(paymentId))).toMatchObject({ result: 'repeated' });
    expect(await outcomes(orderId)).toEqual(['settled', 'repeated']);
    expect(await mall.onHand(skuId)).toEqual({ onHand: 4, reserved: 0 });
  });

  test('that contradicts an earlier one is kept out and audited', async () => {
    const { paymentId, orderId, shopper } = await unpaid();
    const notice = noticeOf(paymentId);
    await notify(notice);
    expect(await notify(noticeOf(paymentId, { state: 'declined', paid_at: null }))).toMatchObject({
      result: 'ignored',
    });
    expect(await notify({ ...notice, amount_fen: 1 })).toMatchObject({ result: 'ignored' });
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({ state: 'paid' });
    expect(await audited(orderId)).toEqual(['contradictory', 'contradictory']);
  });

  test('of another amount does not pay the order', async () => {
    const { paymentId, orderId, shopper } = await unpaid();
    expect(await notify(noticeOf(paymentId, { amount_fen: 19_999 }))).toMatchObject({ result: 'ignored' });
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({ state: 'unpaid' });
    expect(await audited(orderId)).toEqual(['wrong_amount']);
  });

  test('for a payment nobody knows, or of another shop, is kept and ignored', async () => {
    expect(await notify(noticeOf(randomUUID()))).toMatchObject({ result: 'ignored' });
    const { paymentId } = await unpaid();
    expect(await notify(noticeOf(paymentId, { merchant: mall.db.otherTenantId }))).toMatchObject({ status: 401 });
  });

  test('that money was declined leaves the order open for another attempt', async () => {
    const { paymentId, orderId, shopper } = await unpaid();
    await notify(noticeOf(paymentId, { state: 'declined', paid_at: null }));
    expect(await shopper.ask('GET', `/api/mall/payments/${paymentId}`)).toMatchObject({ state: 'declined' });
    expect(await shopper.pay(orderId)).toMatchObject({ state: 'paid', orderState: 'paid' });
    expect(await notify(noticeOf(paymentId))).toMatchObject({ result: 'processed' });
    expect(await shopper.ask('GET', `/api/mall/payments/${paymentId}`)).toMatchObject({ state: 'refunded' });
    expect(await outcomes(orderId)).toEqual(['declined', 'settled', 'refunded']);
  });
});

describe('money that comes late', () => {
  test('for an order cancelled by time takes it up again while the goods are there', async () => {
    const { paymentId, orderId, skuId, shopper } = await unpaid();
    await later((ctx) => cancelOverdue(ctx));
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({
      state: 'cancelled',
      cancelReason: 'timeout',
    });
    expect(await mall.onHand(skuId)).toEqual({ onHand: 5, reserved: 0 });
    expect(await notify(noticeOf(paymentId))).toMatchObject({ result: 'processed' });
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({ state: 'paid', cancelledAt: null });
    expect(await mall.onHand(skuId)).toEqual({ onHand: 4, reserved: 0 });
    expect(await audited(orderId)).toEqual(['revived']);
  });

  test('goes back when somebody else has the goods', async () => {
    const { paymentId, orderId, skuId, shopper } = await unpaid(1);
    await later((ctx) => cancelOverdue(ctx));
    const other = mall.shopper();
    await other.addAddress();
    const { orderId: theirs } = await other.order([{ skuId, quantity: 1 }]);
    await other.pay(theirs);
    expect(await notify(noticeOf(paymentId))).toMatchObject({ result: 'processed' });
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({
      state: 'cancelled',
      refunds: [{ kind: 'automatic', state: 'done', amountFen: 20_000 }],
    });
    expect(await shopper.ask('GET', `/api/mall/payments/${paymentId}`)).toMatchObject({ state: 'refunded' });
    expect(await mall.onHand(skuId)).toEqual({ onHand: 0, reserved: 0 });
  });

  test('after the promise of the goods ran out, before anybody cancelled: the goods are taken again, or the money goes back', async () => {
    const there = await unpaid(1);
    const gone = await unpaid(1);
    await later((ctx) => expireReservations(ctx));
    const other = mall.shopper();
    await other.addAddress();
    await other.order([{ skuId: gone.skuId, quantity: 1 }]);
    await notify(noticeOf(there.paymentId));
    await notify(noticeOf(gone.paymentId));
    expect(await there.shopper.ask('GET', `/api/mall/orders/${there.orderId}`)).toMatchObject({ state: 'paid' });
    expect(await gone.shopper.ask('GET', `/api/mall/orders/${gone.orderId}`)).toMatchObject({
      state: 'cancelled',
      cancelReason: 'out_of_stock',
      refunds: [{ kind: 'automatic', amountFen: 20_000 }],
    });
    expect(await mall.onHand(gone.skuId)).toEqual({ onHand: 1, reserved: 1 });
  });

  test('racing the job that cancels: either way goods, money and state agree', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { paymentId, orderId, skuId, shopper } = await unpaid(1);
      await Promise.all([later((ctx) => cancelOverdue(ctx)), notify(noticeOf(paymentId))]);
      expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({ state: 'paid' });
      expect(await mall.onHand(skuId)).toEqual({ onHand: 0, reserved: 0 });
      expect(['settled', 'revived']).toContain((await outcomes(orderId))[0]);
    }
  });
});

test('the pool of all channels’ orders follows every turn', async () => {
  const { paymentId, orderId } = await unpaid();
  await later((ctx) => cancelOverdue(ctx));
  await notify(noticeOf(paymentId));
  const [row] = await mall.db.asSystem(
    (ctx) =>
      ctx.tx.query(
        `select status, paid_minor, cancelled_at, (select count(*)::int from orders.payments p where p.order_id = o.order_id) as payments
           from orders.orders o where order_id = $1`,
        [orderId],
      ),
    { tenantId: mall.tenantId },
  );
  expect(row).toEqual({ status: 'paid', paid_minor: 20_000, cancelled_at: null, payments: 1 });
});

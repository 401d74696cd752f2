import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { receiveOverdue, shipOrder } from './deliver-order.ts';
import { payRefund, refuseRefund } from './refunds.ts';
import { openMallApp } from './testing/mall-app.ts';
import type { MallApp, Shopper } from './testing/mall-app.ts';

let mall: MallApp;

beforeAll(async () => {
  mall = await openMallApp();
});
afterAll(() => mall.close());

const asStaff: MallApp['db']['asStaff'] = (work, as) => mall.db.asStaff(work, { tenantId: mall.tenantId, ...as });

/** An order of three pieces at 3.33 and one at 50.00 with 8.00 freight… of 10.00; paid. */
async function paidOrder(): Promise<{ shopper: Shopper; orderId: string; skuId: string }> {
  const shopper = mall.shopper();
  await shopper.addAddress();
  const skuId = await mall.addSku(10, 333);
  const other = await mall.addSku(10, 5_000);
  const { orderId } = await shopper.order([
    { skuId, quantity: 3 },
    { skuId: other, quantity: 1 },
  ]);
  await shopper.pay(orderId);
  return { shopper, orderId, skuId };
}

async function ask(shopper: Shopper, orderId: string, lines: object[]): Promise<string> {
  const order = await shopper.ask<{ refunds: { refundId: string }[] }>('POST', `/api/mall/orders/${orderId}/refunds`, {
    kind: 'refund_only',
    lines,
    reason: '不想要了',
    description: '我的电话是 19900001234',
  });
  return order.refunds.at(-1)?.refundId ?? '';
}

const pooled = async (orderId: string) =>
  mall.db.asSystem(
    async (ctx) =>
      (
        await ctx.tx.query<Record<string, unknown>>(
          `select status, paid_minor, refunded_minor,
                  (select coalesce(sum(amount_minor) filter (where status = 'done'), 0)::int from orders.refunds r where r.order_id = o.order_id) as done
             from orders.orders o where order_id = $1`,
          [orderId],
        )
      )[0],
    { tenantId: mall.tenantId },
  );

describe('a refund', () => {
  test('in parts gives back exactly what was paid, freight with the last piece of what was never sent', async () => {
    const { shopper, orderId, skuId } = await paidOrder();
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({ payableFen: 6_999 });
    const wanted = [{ lineNo: 1, quantity: 2 }];
    expect(await shopper.ask('POST', `/api/mall/orders/${orderId}/refund-quotes`, { lines: wanted })).toEqual({
      amountFen: 666,
      freightFen: 0,
      points: 0,
      couponReturned: false,
    });
    const first = await ask(shopper, orderId, wanted);
    await asStaff((ctx) => payRefund(ctx, first, { restock: false, reply: '' }));
    expect(await mall.onHand(skuId)).toEqual({ onHand: 9, reserved: 0 });
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({
      state: 'paid',
      refundedFen: 666,
      lines: [{ refundedQuantity: 2 }, { refundedQuantity: 0 }],
    });
    const last = await ask(shopper, orderId, [
      { lineNo: 1, quantity: 1 },
      { lineNo: 2, quantity: 1 },
    ]);
    await asStaff((ctx) => payRefund(ctx, last, { restock: false, reply: '' }));
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({
      state: 'refunded',
      refundedFen: 6_999,
      can: { refund: false },
    });
    expect(await pooled(orderId)).toEqual({
      status: 'refunded',
      paid_minor: 6_999,
      refunded_minor: 6_999,
      done: 6_999,
    });
    const [payment] = await mall.db.asSystem(
      (ctx) => ctx.tx.query(`select amount_fen, refunded_fen from mall.payments where order_id = $1`, [orderId]),
      { tenantId: mall.tenantId },
    );
    expect(payment).toEqual({ amount_fen: 6_999, refunded_fen: 6_999 });
  });

  test('asked for twice at once counts each piece once', async () => {
    const { shopper, orderId } = await paidOrder();
    const body = { kind: 'refund_only', lines: [{ lineNo: 2, quantity: 1 }], reason: '不想要了' };
    const replies = await Promise.all(
      [1, 2, 3].map(() => shopper.call('POST', `/api/mall/orders/${orderId}/refunds`, body)),
    );
    expect(replies.map(({ status }) => status).toSorted((x, y) => x - y)).toEqual([200, 409, 409]);
  });

  test('is decided once: paid twice, refused after, withdrawn after are all refused', async () => {
    const { shopper, orderId } = await paidOrder();
    const refundId = await ask(shopper, orderId, [{ lineNo: 2, quantity: 1 }]);
    const decisions = await Promise.allSettled([
      asStaff((ctx) => payRefund(ctx, refundId, { restock: false, reply: '' })),
      asStaff((ctx) => payRefund(ctx, refundId, { restock: false, reply: '' })),
    ]);
    expect(decisions.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(asStaff((ctx) => refuseRefund(ctx, refundId, '不行'))).rejects.toMatchObject({
      code: 'refund_state_refuses',
    });
    const late = await shopper.call('POST', `/api/mall/orders/${orderId}/refunds/${refundId}/withdrawal`, {});
    expect(late.body.error.code).toBe('refund_state_refuses');
    expect(await pooled(orderId)).toMatchObject({ refunded_minor: 5_000, done: 5_000 });
  });

  test('that is refused or withdrawn frees its pieces for another', async () => {
    const { shopper, orderId } = await paidOrder();
    const refused = await ask(shopper, orderId, [{ lineNo: 1, quantity: 3 }]);
    await asStaff((ctx) => refuseRefund(ctx, refused, '已使用'));
    const withdrawn = await ask(shopper, orderId, [{ lineNo: 1, quantity: 3 }]);
    await shopper.ask('POST', `/api/mall/orders/${orderId}/refunds/${withdrawn}/withdrawal`, {});
    const order = await shopper.ask('GET', `/api/mall/orders/${orderId}`);
    expect(order).toMatchObject({ refunds: [{ state: 'refused', reply: '已使用' }, { state: 'withdrawn' }] });
    await ask(shopper, orderId, [{ lineNo: 1, quantity: 3 }]);
  });

  test('of goods that were sent keeps them out of stock until they are found sound, and keeps the freight', async () => {
    const { shopper, orderId, skuId } = await paidOrder();
    await asStaff((ctx) => shipOrder(ctx, orderId, { carrier: '顺丰', trackingNo: 'SF1' }));
    const first = await ask(shopper, orderId, [{ lineNo: 1, quantity: 1 }]);
    await asStaff((ctx) => payRefund(ctx, first, { restock: false, reply: '' }));
    expect(await mall.onHand(skuId)).toMatchObject({ onHand: 7 });
    const rest = await ask(shopper, orderId, [
      { lineNo: 1, quantity: 2 },
      { lineNo: 2, quantity: 1 },
    ]);
    await asStaff((ctx) => payRefund(ctx, rest, { restock: true, reply: '' }));
    expect(await mall.onHand(skuId)).toMatchObject({ onHand: 9 });
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({
      refundedFen: 5_999,
      state: 'refunded',
    });
  });

  test('is over some days after receipt', async () => {
    const { shopper, orderId } = await paidOrder();
    await asStaff((ctx) => shipOrder(ctx, orderId, { carrier: '顺丰', trackingNo: 'SF2' }));
    await shopper.ask('POST', `/api/mall/orders/${orderId}/receipt`, {});
    await mall.db.asSystem(
      (ctx) =>
        ctx.tx.execute(`update mall.orders set received_at = now() - interval '16 days' where order_id = $1`, [
          orderId,
        ]),
      { tenantId: mall.tenantId },
    );
    const reply = await shopper.call('POST', `/api/mall/orders/${orderId}/refund-quotes`, {
      lines: [{ lineNo: 2, quantity: 1 }],
    });
    expect(reply.body.error.code).toBe('after_sales_over');
  });

  test('is not there for an order that was not paid, and its words are stored encrypted', async () => {
    const shopper = mall.shopper();
    await shopper.addAddress();
    const { orderId } = await shopper.order([{ skuId: await mall.addSku(5), quantity: 1 }]);
    const body = { kind: 'refund_only', lines: [{ lineNo: 1, quantity: 1 }], reason: 'x' };
    const reply = await shopper.call('POST', `/api/mall/orders/${orderId}/refunds`, body);
    expect(reply.body.error.code).toBe('order_state_refuses');
    const rows = await mall.db.asSystem(
      (ctx) =>
        ctx.tx.query<{ description: Buffer | null }>(
          `select description from mall.refunds where description is not null`,
        ),
      { tenantId: mall.tenantId },
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ description }) => description?.includes('19900001234'))).toBe(false);
  });
});

describe('a parcel', () => {
  test('makes the order shipped; the same one twice is one, a second is another', async () => {
    const { shopper, orderId } = await paidOrder();
    await asStaff((ctx) => shipOrder(ctx, orderId, { carrier: '顺丰', trackingNo: 'SF9' }));
    await asStaff((ctx) => shipOrder(ctx, orderId, { carrier: '顺丰', trackingNo: 'SF9' }));
    await asStaff((ctx) => shipOrder(ctx, orderId, { carrier: '中通', trackingNo: 'ZT1' }));
    const order = await shopper.ask<{ shipments: unknown[] }>('GET', `/api/mall/orders/${orderId}`);
    expect(order).toMatchObject({ state: 'shipped', can: { confirmReceipt: true } });
    expect(order.shipments).toHaveLength(2);
  });

  test('counts as received after some days', async () => {
    const { shopper, orderId } = await paidOrder();
    await asStaff((ctx) => shipOrder(ctx, orderId, { carrier: '顺丰', trackingNo: 'SF8' }));
    const soon = (days: number) => ({ tenantId: mall.tenantId, now: new Date(Date.now() + days * 86_400_000) });
    await mall.db.asSystem((ctx) => receiveOverdue(ctx, 10), soon(9));
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({ state: 'shipped' });
    await mall.db.asSystem((ctx) => receiveOverdue(ctx, 10), soon(11));
    expect(await shopper.ask('GET', `/api/mall/orders/${orderId}`)).toMatchObject({ state: 'received' });
    expect(await pooled(orderId)).toMatchObject({ status: 'received' });
  });
});

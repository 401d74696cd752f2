import { commitReservation, releaseReservation } from '#catalog';
import { lockCoupon, redeemCoupon, releaseCoupons } from '#coupons';

import { OrderStateRefuses } from './errors.ts';
import { couponDiscountFen, orderColumns } from './order.ts';
import type { OrderContext, OrderRow } from './order.ts';
import { mallChannel } from './quote-checkout.ts';
import { nextReportAt, reportOrder } from './report-order.ts';
import { reserveGoods } from './reserve-goods.ts';
import { postPoints, releasePoints } from './value-ports.ts';

/** Money that has arrived for an order. */
export interface SettledBy {
  readonly paymentId: string;
  readonly provider: string;
  readonly paidAt: Date;
}

/**
 * Makes a locked order paid: its goods are sold, its coupons used, its points spent. `null` when nothing was to be paid.
 * Throws `OutOfStock` when the promise of the goods had run out and they are gone.
 */
export async function settleOrder(ctx: OrderContext, order: OrderRow, by: SettledBy | null): Promise<OrderRow> {
  if (order.lines.some(({ isShipped }) => isShipped)) {
    await commitReservation(ctx, { reference: order.reservation_ref });
  }
  for (const couponId of order.coupon_ids) {
    const discountFen = couponDiscountFen(order, couponId);
    await redeemCoupon(ctx, { couponId, orderId: order.order_id, discountFen, channel: mallChannel });
  }
  if (order.points > 0) await postPoints(ctx, { orderId: order.order_id });
  const paid = await change(ctx, order, `state = 'paid', paid_at = $3, cancelled_at = null, cancel_reason = ''`, [
    by?.paidAt ?? ctx.now,
  ]);
  const payments = by
    ? [{ paymentNo: by.paymentId, method: by.provider, amountMinor: order.payable_fen, paidAt: by.paidAt }]
    : [];
  await reportOrder(ctx, paid, { payments });
  return paid;
}

/**
 * Takes up a cancelled order whose money came after all: goods and coupons as they were ordered, or a refusal (`OutOfStock`, a coupon's)
 * when any of them is gone. An order with points is refused: its points were given back.
 */
export async function reviveOrder(ctx: OrderContext, order: OrderRow, by: SettledBy): Promise<OrderRow> {
  const [, times = '1'] = order.reservation_ref.split('/');
  const reservationRef = `${order.order_id}/${Number(times) + 1}`;
  const revived = await change(ctx, order, `reservation_ref = $3`, [reservationRef]);
  await reserveGoods(ctx, revived);
  for (const couponId of order.coupon_ids.toSorted()) {
    await lockCoupon(ctx, { couponId, orderId: order.order_id, customerId: order.customer_id });
  }
  // The order's hold ended with it and cannot be opened again under the same key.
  if (order.points > 0) throw new OrderStateRefuses(order.state, 'pay with points');
  return settleOrder(ctx, revived, by);
}

/** Cancels a locked unpaid order: goods, coupons and points are free again. */
export async function cancelLocked(ctx: OrderContext, order: OrderRow, reason: string): Promise<OrderRow> {
  await releaseReservation(ctx, { reference: order.reservation_ref });
  if (order.coupon_ids.length > 0) await releaseCoupons(ctx, { orderId: order.order_id });
  if (order.points > 0) await releasePoints(ctx, { orderId: order.order_id });
  await ctx.tx.execute(
    `update mall.payments set state = 'closed' where tenant_id = $1 and order_id = $2 and state in ('open', 'declined')`,
    [ctx.tenantId, order.order_id],
  );
  const cancelled = await change(ctx, order, `state = 'cancelled', cancelled_at = $3, cancel_reason = $4`, [
    ctx.now,
    reason,
  ]);
  await reportOrder(ctx, cancelled);
  return cancelled;
}

/** Changes a locked order; every change is reported later than the one before. */
export async function change(
  ctx: OrderContext,
  order: OrderRow,
  set: string,
  values: readonly unknown[],
): Promise<OrderRow> {
  const [row] = await ctx.tx.query<OrderRow>(
    `update mall.orders set ${set}, reported_at = $${values.length + 3} where tenant_id = $1 and order_id = $2 returning ${orderColumns}`,
    [ctx.tenantId, order.order_id, ...values, nextReportAt(ctx, order)],
  );
  if (!row) throw new Error(`order ${order.order_id} vanished under its lock`);
  return row;
}

import { planLocations, reserveStock } from '#catalog';

import type { OrderContext, OrderRow } from './order.ts';

// The goods stay promised a little longer than the order may be paid, so that the cancelling job comes before the stock's own expiry.
const graceMs = 600_000;

/** Until when goods and points of an unpaid order stay held. */
export function heldUntil(order: Pick<OrderRow, 'pay_before'>): Date {
  return new Date(order.pay_before.getTime() + graceMs);
}

/** Promises the goods that have to be sent; a bundle's parts rather than the bundle. */
export async function reserveGoods(
  ctx: OrderContext,
  order: Pick<OrderRow, 'lines' | 'reservation_ref' | 'pay_before'>,
): Promise<void> {
  const wanted = order.lines.filter(({ isShipped }) => isShipped).map(({ skuId, quantity }) => ({ skuId, quantity }));
  if (wanted.length === 0) return;
  const lines = await planLocations(ctx, wanted);
  const until = heldUntil(order);
  const expiresAt = until > ctx.now ? until : new Date(ctx.now.getTime() + graceMs);
  await reserveStock(ctx, { reference: order.reservation_ref, lines, expiresAt });
}

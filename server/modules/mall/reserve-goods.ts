import { planFromLevels, planLocations, reserveStock } from '#catalog';
import type { Offer, StockLine } from '#catalog';

import type { Goods } from './goods.ts';
import type { OrderContext, OrderRow } from './order.ts';

// The goods stay promised a little longer than the order may be paid, so that the cancelling job comes before the stock's own expiry.
const graceMs = 600_000;

/** Until when goods and points of an unpaid order stay held. */
export function heldUntil(order: Pick<OrderRow, 'pay_before'>): Date {
  return new Date(order.pay_before.getTime() + graceMs);
}

/** Promises the goods that have to be sent; a bundle's parts rather than the bundle. `goods` saves reading their stock again. */
export async function reserveGoods(
  ctx: OrderContext,
  order: Pick<OrderRow, 'lines' | 'reservation_ref' | 'pay_before'>,
  goods?: ReadonlyMap<string, Goods>,
): Promise<void> {
  const wanted = order.lines.filter(({ isShipped }) => isShipped).map(({ skuId, quantity }) => ({ skuId, quantity }));
  if (wanted.length === 0) return;
  const lines = goods ? planFromGoods(wanted, goods) : await planLocations(ctx, wanted);
  const until = heldUntil(order);
  const expiresAt = until > ctx.now ? until : new Date(ctx.now.getTime() + graceMs);
  await reserveStock(ctx, { reference: order.reservation_ref, lines, expiresAt });
}

function planFromGoods(
  wanted: readonly { skuId: string; quantity: number }[],
  goods: ReadonlyMap<string, Goods>,
): StockLine[] {
  const pieces = new Map<string, number>();
  const levels = new Map<string, Offer['levels'][number]>();
  for (const { skuId, quantity } of wanted) {
    const sku = goods.get(skuId)?.sku;
    const parts = sku && sku.components.length > 0 ? sku.components : [{ skuId, quantity: 1 }];
    for (const part of parts) pieces.set(part.skuId, (pieces.get(part.skuId) ?? 0) + part.quantity * quantity);
    for (const level of sku?.levels ?? []) levels.set(`${level.skuId}@${level.locationId}`, level);
  }
  return planFromLevels(
    [...pieces].map(([skuId, quantity]) => ({ skuId, quantity })),
    [...levels.values()],
  );
}

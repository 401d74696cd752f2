import { recordOrders } from '#orders';
import type { NewOrder, NewPayment, NewRefund, NewShipment, OrderStatus } from '#orders';

import { orderPlace } from './order.ts';
import type { OrderContext, OrderRow, OrderState, Receiver } from './order.ts';
import { mallChannel } from './quote-checkout.ts';

/** The source number of our own mall in the pool of all channels' orders. */
const ownSource = 0;

const statuses: Record<OrderState, OrderStatus> = {
  unpaid: 'placed',
  paid: 'paid',
  shipped: 'shipped',
  received: 'received',
  cancelled: 'cancelled',
  refunded: 'refunded',
};

/** The time of an order's next report: now, but always after the one before. */
export function nextReportAt(ctx: { readonly now: Date }, order: Pick<OrderRow, 'reported_at'>): Date {
  return new Date(Math.max(ctx.now.getTime(), order.reported_at.getTime() + 1));
}

/** Tells the pool of all channels' orders (and by it everybody who listens) what became of an order; same transaction. */
export async function reportOrder(
  ctx: OrderContext,
  order: OrderRow,
  parts: {
    readonly isNew?: boolean;
    readonly payments?: readonly NewPayment[];
    readonly refunds?: readonly NewRefund[];
    readonly shipments?: readonly NewShipment[];
  } = {},
): Promise<void> {
  const { isNew = false, ...rest } = parts;
  await recordOrders(ctx, [
    {
      sourceId: ownSource,
      sourceOrderNo: order.order_no,
      sourceUpdatedAt: order.reported_at,
      orderId: order.order_id,
      channel: mallChannel,
      customerId: order.customer_id,
      head: await headOf(ctx, order, isNew),
      ...(isNew ? { lines: linesOf(order) } : {}),
      ...rest,
    },
  ]);
}

async function headOf(
  ctx: OrderContext,
  order: OrderRow,
  withReceiver: boolean,
): Promise<NonNullable<NewOrder['head']>> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const receiver = JSON.parse(vault.decrypt(orderPlace('receiver', order.order_id), order.receiver)) as Receiver;
  const { province, city, district, name, phone, street } = receiver;
  const remark = order.remark && vault.decrypt(orderPlace('remark', order.order_id), order.remark);
  return {
    status: statuses[order.state],
    currency: order.currency,
    placedAt: order.placed_at,
    paidAt: order.paid_at ?? undefined,
    shippedAt: order.shipped_at ?? undefined,
    receivedAt: order.received_at ?? undefined,
    cancelledAt: order.cancelled_at ?? undefined,
    goodsMinor: order.goods_fen,
    // Points are a way of paying less, so the pool of all channels counts them with the discounts.
    discountMinor: order.discount_fen + order.points_fen,
    freightMinor: order.freight_fen,
    payableMinor: order.payable_fen,
    paidMinor: order.paid_at === null ? 0 : order.payable_fen,
    receiver: {
      province,
      city,
      district,
      ...(withReceiver ? { name, phone, address: street } : {}),
    },
    ...(withReceiver && remark ? { remark } : {}),
    attribution: order.attribution,
  };
}

function linesOf(order: OrderRow): NonNullable<NewOrder['lines']> {
  return order.lines.map((line) => ({
    sourceLineNo: String(line.lineNo),
    skuId: line.skuId,
    productId: line.productId,
    skuCode: line.skuCode,
    title: line.title,
    spec: line.spec,
    quantity: line.quantity,
    unitPriceMinor: line.saleFen,
    discountMinor: line.saleFen * line.quantity - line.amountFen,
    amountMinor: line.amountFen,
  }));
}

import { changeStock, expandBundles, stockLevels } from '#catalog';
import { returnCoupons } from '#coupons';
import type { NewRefund } from '#orders';
import { audit } from '#platform/audit';
import { NotFound } from '#platform/errors';
import { newId } from '#platform/ids';

import type { Buyer } from './buyer.ts';
import { AfterSalesOver, OrderStateRefuses, RefundStateRefuses } from './errors.ts';
import { findOwnOrder, lockOrder } from './order.ts';
import type { OrderContext, OrderRow } from './order.ts';
import { paidPayment } from './payment.ts';
import { splitRefund } from './refund-split.ts';
import type { RefundLine, RefundSplit } from './refund-split.ts';
import { reportOrder } from './report-order.ts';
import { readSettings } from './settings.ts';
import { change } from './settle-order.ts';
import { returnPoints } from './value-ports.ts';

export type RefundState = 'requested' | 'done' | 'refused' | 'withdrawn';

export interface Refund {
  readonly refundId: string;
  readonly orderId: string;
  readonly kind: 'refund_only' | 'return' | 'automatic';
  readonly state: RefundState;
  readonly lines: readonly RefundLine[];
  readonly freightFen: number;
  readonly amountFen: number;
  readonly points: number;
  readonly reason: string;
  readonly reply: string;
  readonly requestedAt: Date;
  readonly doneAt: Date | null;
}

const columns = `refund_id as "refundId", order_id as "orderId", kind, state, lines, freight_fen as "freightFen", amount_fen as "amountFen",
  points, reason, reply, requested_at as "requestedAt", done_at as "doneAt"`;

type Wanted = readonly { readonly lineNo: number; readonly quantity: number }[];

/** Refunds of some orders, oldest first. */
export async function refundsOf(
  ctx: Pick<OrderContext, 'tx' | 'tenantId'>,
  orderIds: readonly string[],
): Promise<Refund[]> {
  return ctx.tx.query<Refund>(
    `select ${columns} from mall.refunds where tenant_id = $1 and order_id = any($2) order by refund_id`,
    [ctx.tenantId, orderIds],
  );
}

/** What would go back for these quantities; changes nothing. */
export async function quoteRefund(
  ctx: OrderContext,
  buyer: Buyer,
  orderId: string,
  wanted: Wanted,
): Promise<RefundSplit & { couponReturned: boolean }> {
  const order = await findOwnOrder(ctx, buyer, orderId);
  return split(ctx, order, wanted);
}

/** Asks for money back; the pieces count as being refunded until the shop refuses or the buyer withdraws. */
export async function requestRefund(
  ctx: OrderContext,
  buyer: Buyer,
  request: {
    readonly orderId: string;
    readonly kind: 'refund_only' | 'return';
    readonly lines: Wanted;
    readonly reason: string;
    readonly description: string;
  },
): Promise<void> {
  const order = await findOwnOrder(ctx, buyer, request.orderId, 'for update');
  const { lines, freightFen, amountFen, points } = await split(ctx, order, request.lines);
  const refundId = newId();
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const place = { table: 'mall.refunds', column: 'description', rowId: refundId };
  await ctx.tx.execute(
    `insert into mall.refunds (tenant_id, refund_id, order_id, customer_id, origin_customer_id, kind, state, lines, freight_fen, amount_fen,
            points, reason, description, requested_at)
     select tenant_id, $3, order_id, customer_id, origin_customer_id, $4, 'requested', $5, $6, $7, $8, $9, $10, $11
       from mall.orders where tenant_id = $1 and order_id = $2`,
    [
      ctx.tenantId,
      order.order_id,
      refundId,
      request.kind,
      JSON.stringify(lines),
      freightFen,
      amountFen,
      points,
      request.reason,
      request.description === '' ? null : vault.encrypt(place, request.description),
      ctx.now,
    ],
  );
  await report(ctx, order, '');
}

/** The buyer takes a request back before the shop has decided. */
export async function withdrawRefund(
  ctx: OrderContext,
  buyer: Buyer,
  { orderId, refundId }: { orderId: string; refundId: string },
): Promise<void> {
  const order = await findOwnOrder(ctx, buyer, orderId, 'for update');
  await decide(ctx, { order, refundId, state: 'withdrawn', reply: '' });
  await report(ctx, order, '');
}

/** The shop refuses a request. */
export async function refuseRefund(ctx: OrderContext, refundId: string, reply: string): Promise<void> {
  const order = await lockOrder(ctx, await orderOf(ctx, refundId));
  await decide(ctx, { order, refundId, state: 'refused', reply });
  await report(ctx, order, '');
  await audit(ctx, {
    action: 'mall.refuse-refund',
    objectType: 'order',
    objectId: order.order_id,
    details: { refundId },
  });
}

/** The shop pays a request out: money, points, with the whole order also its coupons; goods go back to stock when they are sound. */
export async function payRefund(
  ctx: OrderContext,
  refundId: string,
  { restock, reply }: { restock: boolean; reply: string },
): Promise<void> {
  const order = await lockOrder(ctx, await orderOf(ctx, refundId));
  const refund = await decide(ctx, { order, refundId, state: 'done', reply });
  await payBack(ctx, order, refund.amountFen);
  if (refund.points > 0) {
    await returnPoints(ctx, { orderId: order.order_id, points: refund.points, refundKey: refundId });
  }
  // Goods that were never sent are still there.
  if (restock || order.shipped_at === null) await putBack(ctx, order, refund);
  const done = (await refundsOf(ctx, [order.order_id])).filter(({ state }) => state === 'done');
  const isWhole = piecesOf(done.flatMap(({ lines }) => lines)) === piecesOf(order.lines);
  if (isWhole) await returnCoupons(ctx, { orderId: order.order_id });
  await report(
    ctx,
    { ...order, refunded_fen: order.refunded_fen + refund.amountFen },
    isWhole ? `state = 'refunded', ` : '',
  );
  await audit(ctx, {
    action: 'mall.pay-refund',
    objectType: 'order',
    objectId: order.order_id,
    details: { refundId, amount_fen: refund.amountFen, restock },
  });
}

async function split(
  ctx: OrderContext,
  order: OrderRow,
  wanted: Wanted,
): Promise<RefundSplit & { couponReturned: boolean }> {
  if (order.state !== 'paid' && order.state !== 'shipped' && order.state !== 'received') {
    throw new OrderStateRefuses(order.state, 'refund');
  }
  const { settings } = await readSettings(ctx);
  const endsMs = (order.received_at?.getTime() ?? Infinity) + settings.afterSalesDays * 86_400_000;
  if (ctx.now.getTime() > endsMs) throw new AfterSalesOver(settings.afterSalesDays);
  const earlier = (await refundsOf(ctx, [order.order_id])).filter(
    ({ state }) => state !== 'refused' && state !== 'withdrawn',
  );
  const paid = { lines: order.lines, freightFen: order.freight_fen, isShipped: order.shipped_at !== null };
  const result = splitRefund(
    paid,
    earlier.flatMap(({ lines }) => lines),
    wanted,
  );
  return { ...result, couponReturned: result.isWhole && order.coupon_ids.length > 0 };
}

async function orderOf(ctx: OrderContext, refundId: string): Promise<string> {
  const [row] = await ctx.tx.query<{ order_id: string }>(
    `select order_id from mall.refunds where tenant_id = $1 and refund_id = $2`,
    [ctx.tenantId, refundId],
  );
  if (!row) throw new NotFound('Refund');
  return row.order_id;
}

async function decide(
  ctx: OrderContext,
  decision: { order: OrderRow; refundId: string; state: RefundState; reply: string },
): Promise<Refund> {
  const { order, refundId, state, reply } = decision;
  const [refund] = await ctx.tx.query<Refund>(
    `update mall.refunds set state = $4, reply = $5, done_at = case when $4 = 'done' then $6::timestamptz end
      where tenant_id = $1 and order_id = $2 and refund_id = $3 and state = 'requested' returning ${columns}`,
    [ctx.tenantId, order.order_id, refundId, state, reply, ctx.now],
  );
  if (refund) return refund;
  const known = (await refundsOf(ctx, [order.order_id])).find((one) => one.refundId === refundId);
  if (!known) throw new NotFound('Refund');
  throw new RefundStateRefuses(known.state);
}

/** Sends money back the way it came; the payment's own check keeps it from sending more than came. */
async function payBack(ctx: OrderContext, order: OrderRow, amountFen: number): Promise<void> {
  if (amountFen === 0) return;
  const payment = await paidPayment(ctx, order.order_id);
  if (!payment) throw new NotFound('Payment');
  // The sandbox pays back at once.
  await ctx.tx.execute(
    `update mall.payments set refunded_fen = refunded_fen + $3 where tenant_id = $1 and payment_id = $2`,
    [ctx.tenantId, payment.paymentId, amountFen],
  );
}

async function putBack(ctx: OrderContext, order: OrderRow, { lines, refundId }: Refund): Promise<void> {
  const shipped = lines.flatMap(({ lineNo, quantity }) => {
    const line = order.lines.find((one) => one.lineNo === lineNo);
    return line?.isShipped ? [{ skuId: line.skuId, quantity }] : [];
  });
  const pieces = await expandBundles(ctx, shipped);
  const levels = await stockLevels(
    ctx,
    pieces.map(({ skuId }) => skuId),
  );
  // Levels come in the order in which locations are preferred.
  const changes = pieces.flatMap(({ skuId, quantity }) => {
    const location = levels.find((level) => level.skuId === skuId);
    return location
      ? [{ skuId, quantity, locationId: location.locationId, reason: 'returned' as const, reference: refundId }]
      : [];
  });
  if (changes.length > 0) await changeStock(ctx, changes);
}

async function report(ctx: OrderContext, order: OrderRow, set: string): Promise<void> {
  const changed = await change(ctx, order, `${set} refunded_fen = $3`, [order.refunded_fen]);
  const refunds = (await refundsOf(ctx, [order.order_id])).filter(({ state }) => state !== 'withdrawn');
  await reportOrder(ctx, changed, { refunds: refunds.flatMap(toNewRefunds) });
}

function toNewRefunds(refund: Refund): NewRefund[] {
  const status =
    refund.state === 'done'
      ? ('done' as const)
      : refund.state === 'refused'
        ? ('refused' as const)
        : ('requested' as const);
  const common = {
    status,
    reason: refund.reason,
    requestedAt: refund.requestedAt,
    ...(refund.doneAt === null ? {} : { refundedAt: refund.doneAt }),
  };
  const lines = refund.lines.map(({ lineNo, quantity, amountFen }) => ({
    ...common,
    refundNo: `${refund.refundId}:${lineNo}`,
    lineNo,
    quantity,
    amountMinor: amountFen,
  }));
  return refund.freightFen > 0
    ? [...lines, { ...common, refundNo: `${refund.refundId}:freight`, amountMinor: refund.freightFen }]
    : lines;
}

function piecesOf(lines: readonly { readonly quantity: number }[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

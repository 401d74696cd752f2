import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import type { Buyer } from './buyer.ts';
import type { PriceStep } from './price-cart.ts';

/** What order verbs need of a request, a job or a provider's notification. */
export type OrderContext = Pick<Context, 'tx' | 'tenantId' | 'now' | 'actor' | 'services' | 'client' | 'requestId'>;

export type OrderState = 'unpaid' | 'paid' | 'shipped' | 'received' | 'cancelled' | 'refunded';

/** A line as ordered: what it was, and how it is paid for. All amounts are for the whole line, in fen. */
export interface OrderLine {
  readonly lineNo: number;
  readonly skuId: string;
  readonly productId: string;
  readonly skuCode: string;
  readonly title: string;
  readonly spec: string;
  readonly pictureFileId: string | null;
  readonly isShipped: boolean;
  readonly quantity: number;
  readonly saleFen: number;
  readonly unitFen: number;
  readonly promotionFen: number;
  readonly couponFen: number;
  readonly pointsFen: number;
  readonly points: number;
  /** Paid in money. */
  readonly amountFen: number;
}

export interface Receiver {
  readonly name: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly street: string;
}

export interface OrderRow {
  readonly order_id: string;
  readonly order_no: string;
  readonly visitor_id: string | null;
  readonly customer_id: number;
  readonly state: OrderState;
  readonly submit_hash: Buffer;
  readonly reported_at: Date;
  readonly currency: string;
  readonly payable_fen: number;
  readonly goods_fen: number;
  readonly discount_fen: number;
  readonly points_fen: number;
  readonly freight_fen: number;
  readonly points: number;
  readonly refunded_fen: number;
  readonly lines: readonly OrderLine[];
  readonly steps: readonly PriceStep[];
  readonly coupon_ids: readonly string[];
  readonly attribution: Readonly<Record<string, string | number>>;
  readonly reservation_ref: string;
  readonly receiver: Buffer;
  readonly remark: Buffer | null;
  readonly placed_at: Date;
  readonly pay_before: Date;
  readonly paid_at: Date | null;
  readonly shipped_at: Date | null;
  readonly received_at: Date | null;
  readonly cancelled_at: Date | null;
  readonly cancel_reason: string;
}

export const orderColumns = `order_id, order_no, visitor_id, customer_id, state, submit_hash, reported_at, currency, payable_fen, goods_fen,
  discount_fen, points_fen, freight_fen, points, refunded_fen, lines, steps, coupon_ids, attribution, reservation_ref, receiver, remark,
  placed_at, pay_before, paid_at, shipped_at, received_at, cancelled_at, cancel_reason`;

/** Where an order keeps a protected value. */
export function orderPlace(column: 'receiver' | 'remark', orderId: string) {
  return { table: 'mall.orders', column, rowId: orderId };
}

/** Reads an order and locks it; whoever changes an order holds this lock first. */
export async function lockOrder(ctx: Pick<Context, 'tx' | 'tenantId'>, orderId: string): Promise<OrderRow> {
  const [row] = await ctx.tx.query<OrderRow>(
    `select ${orderColumns} from mall.orders where tenant_id = $1 and order_id = $2 for update`,
    [ctx.tenantId, orderId],
  );
  if (!row) throw new NotFound('Order');
  return row;
}

/** Locks the order a payment is for; nothing when the payment is unknown. */
export async function lockOrderOfPayment(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  paymentId: string,
): Promise<OrderRow | undefined> {
  const [row] = await ctx.tx.query<OrderRow>(
    `select ${orderColumns} from mall.orders
      where tenant_id = $1 and order_id = (select order_id from mall.payments where tenant_id = $1 and payment_id = $2) for update`,
    [ctx.tenantId, paymentId],
  );
  return row;
}

/** One of the buyer's own orders; anybody else's does not exist. */
export async function findOwnOrder(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  buyer: Buyer,
  orderId: string,
  lock: '' | 'for update' = '',
): Promise<OrderRow> {
  const [row] = await ctx.tx.query<OrderRow>(
    `select ${orderColumns} from mall.orders
      where tenant_id = $1 and order_id = $2 and (customer_id = $3 or visitor_id = $4) ${lock}`,
    [ctx.tenantId, orderId, buyer.customerId, buyer.visitorId],
  );
  if (!row) throw new NotFound('Order');
  return row;
}

/** What the goods cost after coupons, before points. */
export function payableBeforePoints(order: Pick<OrderRow, 'goods_fen' | 'discount_fen'>): number {
  return order.goods_fen - order.discount_fen;
}

/** Discount of one of the order's coupons, in fen. */
export function couponDiscountFen(order: Pick<OrderRow, 'steps'>, couponId: string): number {
  const step = order.steps.find((one) => one.step === 'coupon' && one.reference === couponId);
  return step ? -step.amountFen : 0;
}

import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { newId } from '#platform/ids';

import type { Buyer } from './buyer.ts';
import { OrderStateRefuses, PaymentTimeOver } from './errors.ts';
import { findOwnOrder } from './order.ts';
import type { OrderContext, OrderState } from './order.ts';

export type PaymentState = 'open' | 'paid' | 'declined' | 'closed' | 'refunding' | 'refunded';

export interface Payment {
  readonly paymentId: string;
  readonly orderId: string;
  readonly orderNo: string;
  readonly provider: 'sandbox';
  readonly amountFen: number;
  readonly refundedFen: number;
  readonly state: PaymentState;
  readonly orderState: OrderState;
  readonly payBefore: Date | null;
  readonly paidAt: Date | null;
}

const select = `select p.payment_id as "paymentId", p.order_id as "orderId", o.order_no as "orderNo", p.provider, p.amount_fen as "amountFen",
    p.refunded_fen as "refundedFen", p.state, o.state as "orderState", case when o.state = 'unpaid' then o.pay_before end as "payBefore",
    p.paid_at as "paidAt"
  from mall.payments p join mall.orders o using (tenant_id, order_id)`;

/** Starts paying an order, or answers with the attempt that is open. Refuses an order that is not waiting for money. */
export async function startPayment(
  ctx: OrderContext,
  buyer: Buyer,
  { orderId, provider }: { orderId: string; provider: 'sandbox' },
): Promise<Payment> {
  const order = await findOwnOrder(ctx, buyer, orderId, 'for update');
  if (order.state !== 'unpaid') throw new OrderStateRefuses(order.state, 'pay');
  if (order.pay_before <= ctx.now) throw new PaymentTimeOver();
  const paymentId = newId();
  const amountFen = order.payable_fen;
  const opened = await ctx.tx.execute(
    `insert into mall.payments (tenant_id, payment_id, order_id, provider, amount_fen, state, opened_at)
     values ($1, $2, $3, $4, $5, 'open', $6) on conflict (tenant_id, order_id) where state = 'open' do nothing`,
    [ctx.tenantId, paymentId, orderId, provider, amountFen, ctx.now],
  );
  if (opened === 1) {
    const { order_no: orderNo, state: orderState, pay_before: payBefore } = order;
    const fresh = { refundedFen: 0, state: 'open', paidAt: null } as const;
    return { paymentId, orderId, orderNo, provider, amountFen, orderState, payBefore, ...fresh };
  }
  const [payment] = await ctx.tx.query<Payment>(
    `${select} where p.tenant_id = $1 and p.order_id = $2 and p.state = 'open'`,
    [ctx.tenantId, orderId],
  );
  if (!payment) throw new NotFound('Payment');
  return payment;
}

/** One of the buyer's own payments. */
export async function findOwnPayment(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  buyer: Buyer,
  paymentId: string,
): Promise<Payment> {
  const [payment] = await ctx.tx.query<Payment>(
    `${select} where p.tenant_id = $1 and p.payment_id = $2 and (o.customer_id = $3 or o.visitor_id = $4)`,
    [ctx.tenantId, paymentId, buyer.customerId, buyer.visitorId],
  );
  if (!payment) throw new NotFound('Payment');
  return payment;
}

/** Any payment of the tenant, for what providers report; nothing when unknown. */
export async function readPayment(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  paymentId: string,
): Promise<Payment | undefined> {
  const [payment] = await ctx.tx.query<Payment>(`${select} where p.tenant_id = $1 and p.payment_id = $2`, [
    ctx.tenantId,
    paymentId,
  ]);
  return payment;
}

/** The payment an order was paid with. */
export async function paidPayment(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  orderId: string,
): Promise<Payment | undefined> {
  const [payment] = await ctx.tx.query<Payment>(
    `${select} where p.tenant_id = $1 and p.order_id = $2 and p.state = 'paid' order by p.paid_at limit 1`,
    [ctx.tenantId, orderId],
  );
  return payment;
}

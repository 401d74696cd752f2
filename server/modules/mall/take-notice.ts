import { createHash } from 'node:crypto';

import { audit } from '#platform/audit';
import { together } from '#platform/database';
import { DomainError } from '#platform/errors';
import { newId } from '#platform/ids';

import { lockOrderOfPayment } from './order.ts';
import type { OrderContext, OrderRow } from './order.ts';
import { readPayment } from './payment.ts';
import type { Payment } from './payment.ts';
import { cancelLocked, reviveOrder, settleOrder } from './settle-order.ts';
import type { SettledBy } from './settle-order.ts';

/** What a provider reports about a payment, its signature already checked. */
export interface Notice {
  readonly provider: 'sandbox';
  /** The provider's number of this report; sent again it is the same. */
  readonly noticeNo: string;
  readonly paymentId: string;
  /** The provider's number of the payment. */
  readonly providerNo: string;
  readonly state: 'paid' | 'declined';
  readonly amountFen: number;
  readonly paidAt: Date;
  readonly body: string;
}

/**
 * What was made of a report. `settled`: the order is paid; `revived`: it was cancelled and could be taken up again; `refunded`: the
 * money goes back because the goods are gone or the order was paid already.
 */
export type NoticeOutcome =
  | 'settled'
  | 'revived'
  | 'refunded'
  | 'declined'
  | 'repeated'
  | 'contradictory'
  | 'wrong_amount'
  | 'unknown_payment';

const worthAudit: ReadonlySet<NoticeOutcome> = new Set([
  'revived',
  'refunded',
  'contradictory',
  'wrong_amount',
  'unknown_payment',
]);

/** Acts on a provider's report exactly once, whatever is sent again, late, twice or in contradiction; keeps a record of each. */
export async function takeNotice(ctx: OrderContext, notice: Notice): Promise<NoticeOutcome> {
  const contentSha256 = createHash('sha256').update(notice.body).digest();
  // Orders are locked before anything else, so that repeats wait for each other here.
  const order = await lockOrderOfPayment(ctx, notice.paymentId);
  const [known, payment] = await together([
    repeatOf(ctx, notice, contentSha256),
    order && readPayment(ctx, notice.paymentId),
  ]);
  if (known) {
    if (known === 'contradictory') await record(ctx, notice, { outcome: known, order });
    return known;
  }
  const outcome = order && payment ? await act(ctx, notice, order, payment) : 'unknown_payment';
  await ctx.tx.execute(
    `insert into mall.payment_notices (tenant_id, notice_id, provider, notice_no, content_sha256, provider_no, payment_id, order_id, state,
            amount_fen, outcome, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing`,
    [
      ctx.tenantId,
      newId(),
      notice.provider,
      notice.noticeNo,
      contentSha256,
      notice.providerNo,
      payment?.paymentId ?? null,
      payment?.orderId ?? null,
      notice.state,
      notice.amountFen,
      outcome,
      ctx.now,
    ],
  );
  if (worthAudit.has(outcome)) await record(ctx, notice, { outcome, order });
  return outcome;
}

async function act(ctx: OrderContext, notice: Notice, order: OrderRow, payment: Payment): Promise<NoticeOutcome> {
  const hasMoney = payment.state === 'paid' || payment.state === 'refunding' || payment.state === 'refunded';
  if (notice.state === 'declined') {
    if (hasMoney) return 'contradictory';
    await ctx.tx.execute(
      `update mall.payments set state = 'declined' where tenant_id = $1 and payment_id = $2 and state = 'open'`,
      [ctx.tenantId, payment.paymentId],
    );
    return 'declined';
  }
  // Whatever was paid is not what was asked for: a person decides, nothing moves by itself.
  if (notice.amountFen !== payment.amountFen) return 'wrong_amount';
  if (hasMoney) return 'repeated';
  await ctx.tx.execute(
    `update mall.payments set state = 'paid', paid_at = $3, provider_no = $4 where tenant_id = $1 and payment_id = $2`,
    [ctx.tenantId, payment.paymentId, notice.paidAt, notice.providerNo],
  );
  const by = { paymentId: payment.paymentId, provider: payment.provider, paidAt: notice.paidAt };
  return order.state === 'unpaid' || order.state === 'cancelled'
    ? serveOrRefund(ctx, order, by)
    : refundPayment(ctx, order, by.paymentId);
}

/** Sells what was ordered if it can still be had as ordered; else the money goes back and the order is cancelled. */
async function serveOrRefund(ctx: OrderContext, order: OrderRow, by: SettledBy): Promise<NoticeOutcome> {
  const serve = async (): Promise<NoticeOutcome> => {
    await (order.state === 'unpaid' ? settleOrder(ctx, order, by) : reviveOrder(ctx, order, by));
    return order.state === 'unpaid' ? 'settled' : 'revived';
  };
  // With goods alone only the first step can refuse, before anything is written.
  const refusesFirst = order.state === 'unpaid' && order.coupon_ids.length === 0 && order.points === 0;
  try {
    return await (refusesFirst ? serve() : ctx.tx.savepoint(serve));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (order.state === 'unpaid') await cancelLocked(ctx, order, error.code);
    return refundPayment(ctx, order, by.paymentId);
  }
}

/** Sends a whole payment back; the order does not keep any of it. */
async function refundPayment(ctx: OrderContext, order: OrderRow, paymentId: string): Promise<'refunded'> {
  // The sandbox pays back at once.
  await ctx.tx.execute(
    `update mall.payments set state = 'refunded', refunded_fen = amount_fen where tenant_id = $1 and payment_id = $2`,
    [ctx.tenantId, paymentId],
  );
  await ctx.tx.execute(
    `insert into mall.refunds (tenant_id, refund_id, order_id, customer_id, origin_customer_id, kind, state, lines, freight_fen, amount_fen,
            points, reason, requested_at, done_at)
     select tenant_id, $3, order_id, customer_id, origin_customer_id, 'automatic', 'done', '[]', 0, $4, 0, 'late_payment', $5, $5
       from mall.orders where tenant_id = $1 and order_id = $2`,
    [ctx.tenantId, order.order_id, newId(), order.payable_fen, ctx.now],
  );
  return 'refunded';
}

/** Whether a report of this number came before: `repeated` with the same content, `contradictory` with another. */
async function repeatOf(
  ctx: OrderContext,
  notice: Notice,
  contentSha256: Buffer,
): Promise<'repeated' | 'contradictory' | null> {
  const [row] = await ctx.tx.query<{ content_sha256: Buffer }>(
    `update mall.payment_notices set repeats = repeats + 1
      where tenant_id = $1 and provider = $2 and notice_no = $3 returning content_sha256`,
    [ctx.tenantId, notice.provider, notice.noticeNo],
  );
  if (!row) return null;
  return row.content_sha256.equals(contentSha256) ? 'repeated' : 'contradictory';
}

async function record(
  ctx: OrderContext,
  notice: Notice,
  { outcome, order }: { outcome: NoticeOutcome; order: OrderRow | undefined },
): Promise<void> {
  await audit(ctx, {
    action: 'mall.payment-notice',
    objectType: order ? 'order' : 'payment',
    objectId: order?.order_id ?? notice.paymentId,
    result: outcome === 'revived' || outcome === 'refunded' ? 'ok' : 'denied',
    details: {
      outcome,
      provider: notice.provider,
      notice_no: notice.noticeNo,
      payment_id: notice.paymentId,
      state: notice.state,
      amount_fen: notice.amountFen,
      order_state: order?.state ?? null,
    },
  });
}

import { brandClock } from '#org';

import { addAddress, findAddress } from './addresses.ts';
import type { Buyer, BuyerContext } from './buyer.ts';
import { confirmReceipt, shipOrder } from './deliver-order.ts';
import type { OrderContext } from './order.ts';
import { startPayment } from './payment.ts';
import { quoteCheckout } from './quote-checkout.ts';
import { requestRefund } from './refunds.ts';
import { openNotice, writeNotice } from './sandbox-provider.ts';
import { submitOrder } from './submit-order.ts';
import { takeNotice } from './take-notice.ts';

/** How far an order of a trial goes. */
export type SandboxStage = 'unpaid' | 'paid' | 'shipped' | 'received' | 'refund_requested';

export interface SandboxPurchase {
  readonly customerId: number;
  readonly address: Parameters<typeof addAddress>[2];
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
  /** Makes a repeat give the same order. */
  readonly submitKey: string;
  readonly until: SandboxStage;
}

/**
 * Orders and pays in a customer's name with the sandbox cashier, by the very steps a buyer takes: for demos and trials of the shop. Answers
 * with the order's number.
 */
export async function buyInSandbox(
  ctx: OrderContext & BuyerContext,
  { customerId, address, lines, submitKey, until }: SandboxPurchase,
): Promise<string> {
  const buyer: Buyer = { customerId, originId: customerId, visitorId: null };
  const { addressId } = (await findAddress(ctx, buyer, undefined)) ?? (await addAddress(ctx, buyer, address));
  const choice = { lines: [...lines], addressId, coupons: 'best' as const, points: 'max' as const };
  const quote = await quoteCheckout(ctx, buyer, choice);
  const { currency, zone } = await brandClock(ctx);
  const { order, isNew } = await submitOrder(
    ctx,
    { buyer, currency, timeZone: zone, device: null },
    {
      ...choice,
      submitKey,
      quoteHash: quote.quoteHash,
      payableFen: quote.priced.payableFen,
      remark: '',
    },
  );
  if (!isNew || until === 'unpaid') return order.order_no;
  const orderId = order.order_id;
  if (order.state === 'unpaid') {
    const payment = await startPayment(ctx, buyer, { orderId, provider: 'sandbox' });
    await takeNotice(ctx, await openNotice(ctx, await writeNotice(ctx, payment, 'paid')));
  }
  if (until === 'paid') return order.order_no;
  await shipOrder(ctx, orderId, { carrier: '顺丰速运', trackingNo: `SF${order.order_no}` });
  if (until === 'shipped') return order.order_no;
  await confirmReceipt(ctx, buyer, orderId);
  if (until === 'refund_requested') {
    await requestRefund(ctx, buyer, {
      orderId,
      kind: 'return',
      lines: [{ lineNo: 1, quantity: 1 }],
      reason: '尺码不合适',
      description: '宝宝穿着偏小，想换大一码',
    });
  }
  return order.order_no;
}

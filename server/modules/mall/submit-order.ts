import { createHash, randomInt } from 'node:crypto';

import type * as z from 'zod';

import { OutOfStock } from '#catalog';
import { lockCoupon } from '#coupons';
import { together } from '#platform/database';
import { NotFound } from '#platform/errors';
import { newId } from '#platform/ids';
import { allocate } from '#platform/money';

import { guestOf, nameGuest } from './buyer.ts';
import type { Buyer, Person } from './buyer.ts';
import { removeFromCart } from './cart.ts';
import type * as contract from './contract.ts';
import { NotForSale, QuoteChanged, SubmitKeyUsed } from './errors.ts';
import { specText } from './goods.ts';
import { orderColumns, orderPlace } from './order.ts';
import { payableBeforePoints } from './order.ts';
import type { OrderContext, OrderLine, OrderRow, Receiver } from './order.ts';
import { changedParts, quoteCheckout } from './quote-checkout.ts';
import type { Checkout } from './quote-checkout.ts';
import { reportOrder } from './report-order.ts';
import { heldUntil, reserveGoods } from './reserve-goods.ts';
import { settleOrder } from './settle-order.ts';
import { holdPoints } from './value-ports.ts';

type Submission = z.output<typeof contract.submitOrder.body>;

/** Who orders, in which currency and from which device. */
export interface Orderer {
  readonly buyer: Buyer;
  readonly currency: string;
  readonly timeZone: string;
  readonly device: string | null;
}

/**
 * Places an order: price checked again, goods promised, coupons and points held, the order written and reported, all in the caller's
 * transaction. The same submit key answers with the same order. Throws `QuoteChanged`, `NotForSale`, `OutOfStock` or a coupon's refusal.
 */
export async function submitOrder(
  ctx: OrderContext,
  { buyer, currency, timeZone, device }: Orderer,
  submission: Submission,
): Promise<{ order: OrderRow; isNew: boolean }> {
  const by = buyer.customerId === null ? `visitor:${buyer.visitorId ?? ''}` : `customer:${buyer.customerId}`;
  const hash = createHash('sha256').update(JSON.stringify(submission)).digest();
  // Both only read, so they travel together. A repeat finds its cart empty, which refuses the quote but not the repeat.
  const [repeated, quoted] = await together([
    findSubmitted(ctx, by, submission.submitKey, hash),
    quoteCheckout(ctx, buyer, submission).catch((error: unknown) => ({ error })),
  ]);
  if (repeated) return { order: repeated, isNew: false };
  if ('error' in quoted) throw quoted.error;
  const checkout = quoted;
  refuseChanged(checkout, submission);
  const { address } = checkout;
  if (!address) throw new NotFound('Address');
  const person = await personOf(ctx, buyer, address, device);
  const order = await insertOrder(ctx, { checkout, submission, by, hash, person, buyer, currency, timeZone });
  if (!order) {
    // The same submission at the same moment was first.
    const first = await findSubmitted(ctx, by, submission.submitKey, hash);
    if (first) return { order: first, isNew: false };
    throw new SubmitKeyUsed();
  }
  await together([
    holdWhatItTakes(ctx, order, checkout),
    checkout.isFromCart &&
      removeFromCart(
        ctx,
        buyer,
        order.lines.map(({ skuId }) => skuId),
      ),
    reportOrder(ctx, order, { isNew: true }),
  ]);
  return { order: order.payable_fen === 0 ? await settleOrder(ctx, order, null) : order, isNew: true };
}

/** Promises the goods, coupons and points to the order, in the order in which everybody locks them. */
async function holdWhatItTakes(ctx: OrderContext, order: OrderRow, { goods }: Checkout): Promise<void> {
  await reserveGoods(ctx, order, goods);
  for (const couponId of order.coupon_ids.toSorted()) {
    await lockCoupon(ctx, { couponId, orderId: order.order_id, customerId: order.customer_id });
  }
  if (order.points === 0) return;
  await holdPoints(ctx, {
    customerId: order.customer_id,
    orderId: order.order_id,
    points: order.points,
    payableFen: payableBeforePoints(order),
    timeoutS: Math.ceil((heldUntil(order).getTime() - ctx.now.getTime()) / 1_000),
  });
}

async function findSubmitted(
  ctx: OrderContext,
  by: string,
  submitKey: string,
  hash: Buffer,
): Promise<OrderRow | undefined> {
  const [row] = await ctx.tx.query<OrderRow>(
    `select ${orderColumns} from mall.orders where tenant_id = $1 and submitted_by = $2 and submit_key = $3`,
    [ctx.tenantId, by, submitKey],
  );
  if (row && !row.submit_hash.equals(hash)) throw new SubmitKeyUsed();
  return row;
}

function refuseChanged(checkout: Checkout, submission: Submission): void {
  const offSale = checkout.problems.filter(({ problem }) => problem === 'off_sale');
  if (offSale.length > 0) throw new NotForSale(offSale.map(({ skuId }) => skuId));
  const short = checkout.problems.map(({ skuId, available }) => ({
    skuId,
    locationId: 0,
    wanted: checkout.priced.lines.find((line) => line.skuId === skuId)?.quantity ?? 0,
    available,
  }));
  if (short.length > 0) throw new OutOfStock(short);
  const { payableFen } = checkout.priced;
  const changes = changedParts(submission.quoteHash, checkout.quoteHash);
  if (changes.length > 0 || payableFen !== submission.payableFen) throw new QuoteChanged(changes, payableFen);
}

async function personOf(
  ctx: OrderContext,
  buyer: Buyer,
  contact: { readonly name: string; readonly phone: string },
  device: string | null,
): Promise<Person> {
  if (buyer.customerId !== null && buyer.originId !== null) {
    return { customerId: buyer.customerId, originId: buyer.originId };
  }
  if (buyer.visitorId === null) throw new NotFound('Buyer');
  return (await guestOf(ctx, buyer.visitorId)) ?? nameGuest(ctx, buyer.visitorId, contact, device);
}

interface NewMallOrder {
  readonly checkout: Checkout;
  readonly submission: Submission;
  readonly by: string;
  readonly hash: Buffer;
  readonly person: Person;
  readonly buyer: Buyer;
  readonly currency: string;
  readonly timeZone: string;
}

async function insertOrder(ctx: OrderContext, order: NewMallOrder): Promise<OrderRow | undefined> {
  const { checkout, submission, person } = order;
  const { priced, settings } = checkout;
  const orderId = newId();
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const seal = (column: 'receiver' | 'remark', plain: string) => vault.encrypt(orderPlace(column, orderId), plain);
  const [row] = await ctx.tx.query<OrderRow>(
    `insert into mall.orders (tenant_id, order_id, order_no, visitor_id, customer_id, origin_customer_id, submitted_by, submit_key,
            submit_hash, state, reported_at, currency, payable_fen, goods_fen, discount_fen, points_fen, freight_fen, points, lines, steps,
            coupon_ids, attribution, reservation_ref, receiver, remark, placed_at, pay_before)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'unpaid', $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $10, $25)
     on conflict (tenant_id, submitted_by, submit_key) do nothing returning ${orderColumns}`,
    [
      ctx.tenantId,
      orderId,
      newOrderNo(ctx.now, order.timeZone),
      order.buyer.visitorId,
      person.customerId,
      person.originId,
      order.by,
      submission.submitKey,
      order.hash,
      ctx.now,
      order.currency,
      priced.payableFen,
      priced.goodsFen,
      priced.discountFen,
      priced.pointsFen,
      priced.freightFen,
      checkout.points.points,
      JSON.stringify(linesOf(checkout)),
      JSON.stringify(priced.steps),
      checkout.coupons.applied.map(({ couponId }) => couponId),
      submission.traceCode === undefined ? {} : { trace_code: submission.traceCode },
      orderId,
      seal('receiver', JSON.stringify(receiverOf(checkout))),
      submission.remark === '' ? null : seal('remark', submission.remark),
      new Date(ctx.now.getTime() + settings.unpaidMinutes * 60_000),
    ],
  );
  return row;
}

function receiverOf({ address }: Checkout): Receiver | null {
  if (!address) return null;
  const { name, phone, province, city, district, street } = address;
  return { name, phone, province, city, district, street };
}

function linesOf({ priced, goods, points }: Checkout): OrderLine[] {
  const pointShares =
    points.points > 0
      ? allocate(
          points.points,
          priced.lines.map(({ pointsFen }) => pointsFen),
        )
      : [];
  return priced.lines.map((line, index) => {
    const sku = goods.get(line.skuId)?.sku;
    return {
      lineNo: line.lineNo,
      skuId: line.skuId,
      productId: line.productId,
      skuCode: sku?.code ?? '',
      title: sku?.title ?? '',
      spec: specText(sku?.spec ?? {}),
      pictureFileId: sku?.mediaFileId ?? null,
      isShipped: line.isShipped,
      quantity: line.quantity,
      saleFen: line.saleFen,
      unitFen: line.unitFen,
      promotionFen: line.promotionFen,
      couponFen: line.couponFen,
      pointsFen: line.pointsFen,
      points: pointShares[index] ?? 0,
      amountFen: line.amountFen,
    };
  });
}

/** A number people can read out: the brand's day and time, then eight digits nobody can guess. */
function newOrderNo(now: Date, timeZone: string): string {
  const stamp = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: '2-digit',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
    .format(now)
    .replaceAll(/\D/g, '');
  return `${stamp}${String(randomInt(100_000_000)).padStart(8, '0')}`;
}

import type * as z from 'zod';

import type { Context } from '#platform/context';

import type { Buyer } from './buyer.ts';
import { pictureUrl } from './goods.ts';
import { findOwnOrder, orderColumns, orderPlace } from './order.ts';
import type { OrderContext, OrderRow, Receiver } from './order.ts';
import { refundsOf } from './refunds.ts';
import type { Refund } from './refunds.ts';
import type { MallOrder, MallOrderSummary } from './views.ts';

type Summary = z.input<typeof MallOrderSummary>;
type Detail = z.input<typeof MallOrder>;
type Tab = 'all' | 'unpaid' | 'to_ship' | 'to_receive' | 'done' | 'after_sales';

const tabs: Readonly<Record<Tab, string>> = {
  all: 'true',
  unpaid: `state = 'unpaid'`,
  to_ship: `state = 'paid'`,
  to_receive: `state = 'shipped'`,
  done: `state in ('received', 'cancelled', 'refunded')`,
  after_sales: `exists (select 1 from mall.refunds r where r.tenant_id = o.tenant_id and r.order_id = o.order_id)`,
};

/** The buyer's orders, newest first. */
export async function listOwnOrders(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'now'>,
  buyer: Buyer,
  { tab, cursor, limit }: { tab: Tab; cursor?: string | undefined; limit: number },
): Promise<{ items: Summary[]; nextCursor: string | null }> {
  if (buyer.customerId === null && buyer.visitorId === null) return { items: [], nextCursor: null };
  const rows = await ctx.tx.query<OrderRow>(
    `select ${orderColumns} from mall.orders o
      where tenant_id = $1 and (customer_id = $2 or visitor_id = $3) and ($4::uuid is null or order_id < $4) and ${tabs[tab]}
      order by order_id desc limit $5`,
    [ctx.tenantId, buyer.customerId, buyer.visitorId, cursor ?? null, limit + 1],
  );
  const shown = rows.slice(0, limit);
  const refunds = Map.groupBy(
    await refundsOf(
      ctx,
      shown.map(({ order_id: orderId }) => orderId),
    ),
    ({ orderId }) => orderId,
  );
  return {
    items: shown.map((row) => summary(row, refunds.get(row.order_id) ?? [])),
    nextCursor: rows.length > limit ? (shown.at(-1)?.order_id ?? null) : null,
  };
}

/** How many orders wait for what, for the member centre. */
export async function orderCounts(ctx: Pick<Context, 'tx' | 'tenantId'>, customerId: number) {
  const [row] = await ctx.tx.query<{ unpaid: number; toShip: number; toReceive: number; afterSales: number }>(
    `select count(*) filter (where state = 'unpaid')::int as unpaid, count(*) filter (where state = 'paid')::int as "toShip",
            count(*) filter (where state = 'shipped')::int as "toReceive",
            count(*) filter (where exists (select 1 from mall.refunds r where r.tenant_id = o.tenant_id and r.order_id = o.order_id
              and r.state = 'requested'))::int as "afterSales"
       from mall.orders o where tenant_id = $1 and customer_id = $2`,
    [ctx.tenantId, customerId],
  );
  return row ?? { unpaid: 0, toShip: 0, toReceive: 0, afterSales: 0 };
}

/** One of the buyer's orders with everything about it. */
export async function readOwnOrder(ctx: OrderContext, buyer: Buyer, orderId: string): Promise<Detail> {
  return detail(ctx, await findOwnOrder(ctx, buyer, orderId));
}

/** An order just placed as its buyer sees it: nothing has been paid, sent or asked back yet. */
export function newDetail(ctx: OrderContext, row: OrderRow): Promise<Detail> {
  return view(ctx, row, { refunds: [], payment: null, shipments: [] });
}

/** An order as its buyer sees it. */
export async function detail(ctx: OrderContext, row: OrderRow): Promise<Detail> {
  const { order_id: orderId } = row;
  const refunds = await refundsOf(ctx, [orderId]);
  const [payment] = await ctx.tx.query<{ paymentId: string; provider: string; paidAt: Date | null }>(
    `select payment_id as "paymentId", provider, paid_at as "paidAt" from mall.payments
      where tenant_id = $1 and order_id = $2 order by paid_at nulls last, opened_at desc limit 1`,
    [ctx.tenantId, orderId],
  );
  const shipments = await ctx.tx.query<Detail['shipments'][number]>(
    `select shipment_no as "shipmentNo", carrier, tracking_no as "trackingNo", shipped_at as "shippedAt" from mall.shipments
      where tenant_id = $1 and order_id = $2 order by shipment_no`,
    [ctx.tenantId, orderId],
  );
  return view(ctx, row, { refunds, payment: payment ?? null, shipments });
}

async function view(
  ctx: OrderContext,
  row: OrderRow,
  { refunds, payment, shipments }: { refunds: readonly Refund[] } & Pick<Detail, 'payment' | 'shipments'>,
): Promise<Detail> {
  const { order_id: orderId } = row;
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  return {
    ...summary(row, refunds),
    steps: row.steps.map((step) => ({ ...step, lines: [...step.lines] })),
    totals: {
      goodsFen: row.goods_fen,
      discountFen: row.discount_fen,
      couponFen: row.lines.reduce((sum, { couponFen }) => sum + couponFen, 0),
      pointsFen: row.points_fen,
      freightFen: row.freight_fen,
      payableFen: row.payable_fen,
      quantity: row.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    },
    points: row.points,
    paidAt: row.paid_at,
    shippedAt: row.shipped_at,
    receivedAt: row.received_at,
    cancelledAt: row.cancelled_at,
    cancelReason: row.cancel_reason,
    remark: row.remark ? vault.decrypt(orderPlace('remark', orderId), row.remark) : '',
    address: JSON.parse(vault.decrypt(orderPlace('receiver', orderId), row.receiver)) as Receiver,
    payment,
    shipments,
    refunds: refunds.map(({ refundId, kind, state, amountFen, points, lines, reason, reply, requestedAt, doneAt }) => ({
      refundId,
      kind,
      state,
      amountFen,
      points,
      lines: [...lines],
      reason,
      reply,
      requestedAt,
      doneAt,
    })),
  };
}

function summary(row: OrderRow, refunds: readonly Refund[]): Summary {
  const { state } = row;
  const counted = refunds.filter((refund) => refund.state !== 'refused' && refund.state !== 'withdrawn');
  const back = (lineNo: number) =>
    counted
      .flatMap(({ lines }) => lines)
      .filter((line) => line.lineNo === lineNo)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  const lines = row.lines.map((line) => ({
    lineNo: line.lineNo,
    skuId: line.skuId,
    productId: line.productId,
    title: line.title,
    spec: line.spec,
    pictureUrl: pictureUrl(line.pictureFileId),
    quantity: line.quantity,
    saleFen: line.saleFen,
    unitFen: line.unitFen,
    amountFen: line.amountFen,
    refundedQuantity: back(line.lineNo),
  }));
  return {
    orderId: row.order_id,
    orderNo: row.order_no,
    state,
    placedAt: row.placed_at,
    payBefore: state === 'unpaid' ? row.pay_before : null,
    payableFen: row.payable_fen,
    refundedFen: row.refunded_fen,
    quantity: row.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    lines,
    hasOpenRefund: refunds.some((refund) => refund.state === 'requested'),
    can: {
      pay: state === 'unpaid',
      cancel: state === 'unpaid',
      confirmReceipt: state === 'shipped',
      refund:
        (state === 'paid' || state === 'shipped' || state === 'received') &&
        lines.some(({ quantity, refundedQuantity }) => refundedQuantity < quantity),
    },
  };
}

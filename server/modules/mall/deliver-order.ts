import type { NewShipment } from '#orders';
import { audit } from '#platform/audit';

import type { Buyer } from './buyer.ts';
import { OrderStateRefuses } from './errors.ts';
import { findOwnOrder, lockOrder, orderColumns } from './order.ts';
import type { OrderContext, OrderRow } from './order.ts';
import { reportOrder } from './report-order.ts';
import { change } from './settle-order.ts';

/** Records a parcel; the first one makes a paid order shipped. The same parcel again changes nothing. */
export async function shipOrder(
  ctx: OrderContext,
  orderId: string,
  { carrier, trackingNo }: { carrier: string; trackingNo: string },
): Promise<void> {
  const order = await lockOrder(ctx, orderId);
  if (order.state !== 'paid' && order.state !== 'shipped') throw new OrderStateRefuses(order.state, 'ship');
  const added = await ctx.tx.execute(
    `insert into mall.shipments (tenant_id, order_id, shipment_no, carrier, tracking_no, shipped_at)
     select $1, $2, (count(*) + 1)::text, $3, $4, $5 from mall.shipments where tenant_id = $1 and order_id = $2
     on conflict (tenant_id, order_id, carrier, tracking_no) do nothing`,
    [ctx.tenantId, orderId, carrier, trackingNo, ctx.now],
  );
  if (added === 0) return;
  const shipped = await change(ctx, order, `state = 'shipped', shipped_at = coalesce(shipped_at, $3)`, [ctx.now]);
  await reportOrder(ctx, shipped, { shipments: await shipmentsOf(ctx, shipped) });
  await audit(ctx, { action: 'mall.ship', objectType: 'order', objectId: orderId, details: { carrier } });
}

/** The buyer says that the goods have arrived; saying it again changes nothing. */
export async function confirmReceipt(ctx: OrderContext, buyer: Buyer, orderId: string): Promise<void> {
  const order = await findOwnOrder(ctx, buyer, orderId, 'for update');
  if (order.state === 'received') return;
  await receive(ctx, order);
}

/** Counts parcels sent so many days ago as arrived, at most `limit` orders; answers how many. */
export async function receiveOverdue(ctx: OrderContext, receiptDays: number, limit = 50): Promise<number> {
  const due = await ctx.tx.query<OrderRow>(
    `select ${orderColumns} from mall.orders
      where tenant_id = $1 and state = 'shipped' and shipped_at <= $2::timestamptz - make_interval(days => $3)
      order by shipped_at limit $4 for update skip locked`,
    [ctx.tenantId, ctx.now, receiptDays, limit],
  );
  for (const order of due) await receive(ctx, order);
  return due.length;
}

async function receive(ctx: OrderContext, order: OrderRow): Promise<void> {
  if (order.state !== 'shipped') throw new OrderStateRefuses(order.state, 'receive');
  const received = await change(ctx, order, `state = 'received', received_at = $3`, [ctx.now]);
  await reportOrder(ctx, received, { shipments: await shipmentsOf(ctx, received) });
}

async function shipmentsOf(ctx: OrderContext, order: OrderRow): Promise<NewShipment[]> {
  const rows = await ctx.tx.query<{ shipment_no: string; carrier: string; tracking_no: string; shipped_at: Date }>(
    `select shipment_no, carrier, tracking_no, shipped_at from mall.shipments where tenant_id = $1 and order_id = $2 order by shipment_no`,
    [ctx.tenantId, order.order_id],
  );
  return rows.map((row) => ({
    shipmentNo: row.shipment_no,
    carrier: row.carrier,
    trackingNo: row.tracking_no,
    shippedAt: row.shipped_at,
    receivedAt: order.received_at ?? undefined,
  }));
}

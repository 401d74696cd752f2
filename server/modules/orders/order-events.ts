import type { NewEvent } from '#platform/outbox';

import type { LineRow, OrderRow, RefundRow } from './order-row.ts';

const bits = { placed: 1, paid: 2, shipped: 4, received: 8, cancelled: 16, returned: 32 } as const;
const itemsMax = 100;

/** An order as just written, with what it needs to be announced. */
export interface WrittenOrder {
  readonly tenantId: number;
  readonly row: OrderRow;
  readonly lines: readonly LineRow[];
  readonly refunds: readonly RefundRow[];
  readonly isBackfill: boolean;
}

/**
 * The facts an order has to announce that were not announced before, each with the time it happened. Marks them as announced on the
 * rows, which the caller writes in the same transaction.
 */
export function announce({ tenantId, row, lines, refunds, isBackfill }: WrittenOrder): NewEvent[] {
  const events: NewEvent[] = [];
  const properties = { ...sharedProperties(row), ...(isBackfill ? { backfill: true } : {}) };
  const add = (name: string, suffix: string, occurredAt: Date, extra: Readonly<Record<string, unknown>>) => {
    events.push({
      tenantId,
      name,
      messageId: `order-${suffix}`,
      occurredAt,
      customerId: row.customer_id,
      properties: { ...properties, ...extra },
    });
  };
  const once = (bit: number, at: Date | null): at is Date => {
    if (at === null || row.head_version === null || (row.announced & bit) !== 0) return false;
    row.announced |= bit;
    return true;
  };
  if (row.kind === 'sale') {
    if (once(bits.placed, row.placed_at))
      add('Order Placed', `placed:${row.order_id}`, row.placed_at, {
        ...money(row, row.payable_minor),
        ...goods(lines),
      });
    if (once(bits.paid, row.paid_at)) {
      const counted = amounts(row, 'counted', row.counted_minor);
      add('Order Paid', `paid:${row.order_id}`, row.paid_at, {
        ...money(row, row.paid_minor),
        ...counted,
        ...goods(lines),
      });
    }
    if (once(bits.shipped, row.shipped_at))
      add('Order Shipped', `shipped:${row.order_id}`, row.shipped_at, money(row, row.paid_minor));
    if (once(bits.received, row.received_at))
      add('Order Received', `received:${row.order_id}`, row.received_at, money(row, row.paid_minor));
    if (once(bits.cancelled, row.cancelled_at))
      add('Order Cancelled', `cancelled:${row.order_id}`, row.cancelled_at, money(row, row.payable_minor));
  }
  if (row.kind === 'return' && once(bits.returned, row.placed_at)) {
    const counted = amounts(row, 'counted', -row.counted_minor);
    add('Order Refunded', `refunded:${row.order_id}`, row.placed_at, {
      ...money(row, -row.payable_minor),
      ...counted,
      ...goods(lines),
      refund_no: row.source_order_no,
    });
  }
  for (const refund of refunds) {
    const news = refund.amount_minor - refund.announced_minor;
    if (refund.status !== 'done' || refund.refunded_at === null || news <= 0) continue;
    refund.announced_minor = refund.amount_minor;
    add('Order Refunded', `refunded:${row.order_id}:${refund.refund_no}:${refund.amount_minor}`, refund.refunded_at, {
      ...money(row, news),
      refund_no: refund.refund_no,
      ...(refund.line_no === null ? {} : { line_no: refund.line_no, quantity: refund.quantity }),
    });
  }
  return events;
}

/** Says that an order known for a while has found its buyer, with everything paid and refunded so far. */
export function linkedEvent(tenantId: number, row: OrderRow, lines: readonly LineRow[], at: Date): NewEvent {
  return {
    tenantId,
    name: 'Order Linked',
    messageId: `order-linked:${row.order_id}`,
    occurredAt: at,
    customerId: row.customer_id,
    properties: {
      ...sharedProperties(row),
      ...money(row, row.paid_minor),
      ...amounts(row, 'counted', row.counted_minor),
      ...amounts(row, 'refunded', row.refunded_minor),
      ...goods(lines),
      status: row.status,
      placed_at: row.placed_at.toISOString(),
    },
  };
}

/** Says that an order joined or left what analysis counts. */
export function exclusionEvent(tenantId: number, row: OrderRow, at: Date): NewEvent {
  const name = row.is_excluded ? 'Order Excluded' : 'Order Included';
  return {
    tenantId,
    name,
    messageId: `order-${row.is_excluded ? 'excluded' : 'included'}:${row.order_id}:${at.getTime()}`,
    occurredAt: at,
    customerId: row.customer_id,
    properties: {
      ...sharedProperties(row),
      ...money(row, row.paid_minor),
      ...amounts(row, 'counted', row.counted_minor),
    },
  };
}

function sharedProperties(row: OrderRow): Record<string, unknown> {
  return {
    order_id: row.order_id,
    order_no: row.source_order_no,
    order_source_id: row.source_id,
    channel: row.channel,
    ...(row.shop === '' ? {} : { shop: row.shop }),
    ...(row.store_id === null ? {} : { store_id: row.store_id }),
    ...(row.flags.length === 0 ? {} : { flags: row.flags }),
    ...(row.is_excluded ? { excluded: true } : {}),
    ...(Object.keys(row.attribution).length === 0 ? {} : { attribution: row.attribution }),
  };
}

function money(row: OrderRow, minor: number): Record<string, unknown> {
  return { currency: row.currency, ...amounts(row, 'amount', minor) };
}

/** `…_minor` always, `…_fen` beside it when the currency is the yuan, so that nobody adds pence to fen. */
function amounts(row: OrderRow, name: string, minor: number): Record<string, number> {
  return row.currency === 'CNY' ? { [`${name}_minor`]: minor, [`${name}_fen`]: minor } : { [`${name}_minor`]: minor };
}

function goods(lines: readonly LineRow[]): Record<string, unknown> {
  const counted = lines.filter((line) => line.kind === 'goods' && !line.is_excluded);
  return {
    quantity: counted.reduce((sum, line) => sum + Math.abs(line.quantity), 0),
    line_count: counted.length,
    items: counted.slice(0, itemsMax).map((line) => ({
      sku: line.sku_code,
      ...(line.sku_id === null ? {} : { sku_id: line.sku_id, product_id: line.product_id }),
      quantity: line.quantity,
      amount_minor: line.amount_minor,
    })),
  };
}

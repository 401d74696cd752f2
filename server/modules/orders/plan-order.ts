import { newId } from '#platform/ids';
import type { NewEvent } from '#platform/outbox';
import type { TenantVault } from '#platform/vault';

import { applyHead, applyReceiver, applyRules, toLineRows, toRefundRows } from './apply-order.ts';
import type { RulesInForce } from './cleaning-rules.ts';
import type { SkuFinder } from './find-skus.ts';
import type { NewOrder, OrdersContext, RecordOutcome } from './new-order.ts';
import { announce, linkedEvent } from './order-events.ts';
import { orderKey } from './order-key.ts';
import type { LineRow, OrderRow, PaymentRow, RefundRow, ShipmentRow } from './order-row.ts';
import { compareVersions, orderParts, partVersion } from './order-version.ts';
import type { OrderPart } from './order-version.ts';
import { homeTimeZone } from './time-zone.ts';

export interface PlanTools {
  readonly vault: TenantVault;
  readonly rules: RulesInForce;
}

/** An update with the versions of the parts it brings. */
export interface VersionedOrder {
  readonly order: NewOrder;
  readonly key: string;
  readonly versions: Readonly<Partial<Record<OrderPart, Buffer>>>;
}

export interface Buyer {
  readonly customerId: number;
  readonly originCustomerId: number;
}

/** Lines and refunds of stored orders, by order id. */
export interface StoredChildren {
  readonly lines: ReadonlyMap<string, readonly LineRow[]>;
  readonly refunds: ReadonlyMap<string, readonly RefundRow[]>;
}

/** What is to be written for one order, and announced once it is. */
export interface OrderChange {
  readonly key: string;
  readonly before: OrderRow | null;
  readonly row: OrderRow;
  /** Rows to replace; absent parts stay as stored. */
  readonly lines?: readonly LineRow[];
  readonly payments?: readonly PaymentRow[];
  readonly refunds?: readonly RefundRow[];
  readonly shipments?: readonly ShipmentRow[];
  readonly events: readonly NewEvent[];
  readonly outcome: RecordOutcome;
}

type StoredVersions = Pick<OrderRow, `${OrderPart}_version`>;

/** Computes the versions of all parts an update brings. */
export function withVersions(order: NewOrder, vault: TenantVault): VersionedOrder {
  const versions: Partial<Record<OrderPart, Buffer>> = {};
  for (const part of orderParts) {
    const version = partVersion(order, part, (content) => vault.blindIndex('order-content', content));
    if (version) versions[part] = version;
  }
  return { order, key: orderKey(order), versions };
}

/** Whether an update says anything that is not known of a stored order. */
export function bringsNews(
  { order, versions }: VersionedOrder,
  known: StoredVersions & { readonly customer_id: number | null },
): boolean {
  if (known.customer_id === null && (order.customerId !== undefined || (order.buyer?.length ?? 0) > 0)) return true;
  return orderParts.some((part) => ['newer', 'touch'].includes(standing(versions, known, part)));
}

/** Why an update changes nothing. */
export function staleness({ versions }: VersionedOrder, known: StoredVersions): RecordOutcome {
  return orderParts.some((part) => standing(versions, known, part) === 'older') ? 'older' : 'unchanged';
}

function standing(
  versions: VersionedOrder['versions'],
  known: StoredVersions,
  part: OrderPart,
): 'newer' | 'touch' | 'same' | 'older' {
  const incoming = versions[part];
  return incoming ? compareVersions(incoming, known[`${part}_version`]) : 'same';
}

/** Works out what an update makes of an order: new rows, flags, sums and the facts to announce. Reads and writes nothing. */
export function planOrder(
  ctx: Pick<OrdersContext, 'tenantId' | 'now'>,
  { vault, rules }: PlanTools,
  item: VersionedOrder,
  known: { before: OrderRow | null; buyer: Buyer | undefined; children: StoredChildren; skus: SkuFinder },
): OrderChange {
  const { order, versions, key } = item;
  const { before, buyer, children } = known;
  let row = before ? { ...before } : blankRow(ctx, order);
  const newer = new Set<OrderPart>();
  let isTouched = false;
  for (const part of orderParts) {
    const found = standing(versions, row, part);
    if (found === 'newer') newer.add(part);
    if (found !== 'newer' && found !== 'touch') continue;
    isTouched = true;
    row[`${part}_version`] = versions[part] ?? null;
  }
  if (order.head && newer.has('head')) row = applyHead(row, order, order.head);
  if (order.head && newer.has('receiver')) row = applyReceiver(row, order.head, vault);
  const isLinked = row.customer_id === null && buyer !== undefined;
  if (isLinked) row = { ...row, customer_id: buyer.customerId, origin_customer_id: buyer.originCustomerId };

  const storedLines = children.lines.get(row.order_id) ?? [];
  let lines =
    order.lines && newer.has('lines')
      ? keepReviews(toLineRows(row.order_id, known.skus.fill(order)), storedLines)
      : storedLines;
  const storedRefunds = children.refunds.get(row.order_id) ?? [];
  const refunds =
    order.refunds && newer.has('refunds')
      ? toRefundRows(row.order_id, order.refunds, order, storedRefunds)
      : storedRefunds.map((refund) => ({ ...refund }));
  row.refunded_minor = refunds.reduce((sum, refund) => (refund.status === 'done' ? sum + refund.amount_minor : sum), 0);
  const isRuled = before === null || newer.has('head') || newer.has('receiver') || newer.has('lines');
  if (isRuled) ({ row, lines } = applyRules(rules, row, lines, textsOf(row, vault)));

  const events = announce({ tenantId: ctx.tenantId, row, lines, refunds, isBackfill: order.isBackfill ?? false });
  if (before !== null && isLinked) events.push(linkedEvent(ctx.tenantId, row, lines, ctx.now));
  const outcome =
    before === null
      ? 'created'
      : newer.size > 0 || isLinked
        ? 'updated'
        : isTouched
          ? 'unchanged'
          : staleness(item, before);
  if (outcome === 'updated') row = { ...row, changed_at: ctx.now, import_id: order.importId ?? row.import_id };
  return {
    key,
    before,
    row,
    ...(isRuled && differ(lines, storedLines, newer) ? { lines } : {}),
    ...(newer.has('refunds') || events.some((event) => event.name === 'Order Refunded') ? { refunds } : {}),
    ...(order.payments && newer.has('payments') ? { payments: toPaymentRows(row.order_id, order.payments) } : {}),
    ...(order.shipments && newer.has('shipments') ? { shipments: toShipmentRows(row.order_id, order.shipments) } : {}),
    events,
    outcome,
  };
}

/** Whether an order's lines have to be written: they are new, or the rules now judge them differently. */
function differ(lines: readonly LineRow[], stored: readonly LineRow[], newer: ReadonlySet<OrderPart>): boolean {
  if (newer.has('lines') || lines.length !== stored.length) return lines.length + stored.length > 0;
  return lines.some((line, index) => {
    const before = stored[index];
    return line.is_excluded !== before?.is_excluded || line.flags.join() !== before.flags.join();
  });
}

function blankRow(ctx: Pick<OrdersContext, 'now'>, order: NewOrder): OrderRow {
  const payable = order.lines?.reduce((sum, line) => sum + line.amountMinor, 0) ?? 0;
  return {
    order_id: order.orderId ?? newId(),
    source_id: order.sourceId,
    source_order_no: order.sourceOrderNo,
    channel: order.channel,
    shop: order.shop ?? '',
    store_id: order.storeId ?? null,
    kind: 'sale',
    currency: 'CNY',
    status: 'placed',
    placed_at: order.sourceUpdatedAt,
    time_zone: homeTimeZone,
    paid_at: null,
    shipped_at: null,
    received_at: null,
    cancelled_at: null,
    goods_minor: payable,
    discount_minor: 0,
    freight_minor: 0,
    tax_minor: 0,
    payable_minor: payable,
    paid_minor: 0,
    refunded_minor: 0,
    counted_minor: 0,
    customer_id: null,
    origin_customer_id: null,
    receiver_name: null,
    receiver_phone: null,
    receiver_address: null,
    receiver_phone_index: null,
    province: '',
    city: '',
    district: '',
    remark: null,
    attribution: {},
    flags: [],
    review: 'auto',
    is_excluded: false,
    rules_version: 0,
    announced: 0,
    head_version: null,
    receiver_version: null,
    lines_version: null,
    payments_version: null,
    refunds_version: null,
    shipments_version: null,
    import_id: order.importId ?? null,
    recorded_at: ctx.now,
    changed_at: ctx.now,
  };
}

function keepReviews(lines: readonly LineRow[], stored: readonly LineRow[]): LineRow[] {
  if (stored.every((line) => line.review === 'auto')) return [...lines];
  const reviews = new Map(stored.map((line) => [line.line_no, line.review]));
  return lines.map((line) => ({ ...line, review: reviews.get(line.line_no) ?? 'auto' }));
}

/** The decrypted texts of an order in which test words are looked for. */
export function textsOf(row: OrderRow, vault: TenantVault): string[] {
  const open = (column: 'remark' | 'receiver_name', cipher: Buffer | null) =>
    cipher ? vault.decrypt({ table: 'orders.orders', column, rowId: row.order_id }, cipher) : '';
  return [open('remark', row.remark), open('receiver_name', row.receiver_name)].filter((text) => text !== '');
}

function toPaymentRows(orderId: string, payments: NonNullable<NewOrder['payments']>): PaymentRow[] {
  return payments.map((payment) => ({
    order_id: orderId,
    payment_no: payment.paymentNo,
    method: payment.method,
    amount_minor: payment.amountMinor,
    paid_at: payment.paidAt,
  }));
}

function toShipmentRows(orderId: string, shipments: NonNullable<NewOrder['shipments']>): ShipmentRow[] {
  return shipments.map((shipment) => ({
    order_id: orderId,
    shipment_no: shipment.shipmentNo,
    carrier: shipment.carrier ?? '',
    tracking_no: shipment.trackingNo ?? '',
    shipped_at: shipment.shippedAt ?? null,
    received_at: shipment.receivedAt ?? null,
  }));
}

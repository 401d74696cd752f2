import { customerSummaries } from '#customers';
import type { Context } from '#platform/context';
import { InvalidInput, NotFound } from '#platform/errors';
import { openMasker } from '#platform/personal-data';
import type { PersonalKind } from '#platform/personal-data';

import type { OrderRow } from './order-row.ts';

type ViewContext = Pick<Context, 'tx' | 'tenantId' | 'services'>;

/** Which personal field of an order is of which kind. */
export const personalFields = {
  receiverName: { column: 'receiver_name', kind: 'name' },
  receiverPhone: { column: 'receiver_phone', kind: 'phone' },
  receiverAddress: { column: 'receiver_address', kind: 'address' },
} as const satisfies Readonly<Record<string, { column: keyof OrderRow; kind: PersonalKind }>>;
export type OrderPersonalField = keyof typeof personalFields;

/** An order in a list, personal fields masked. */
export interface OrderSummary {
  readonly orderId: string;
  readonly orderNo: string;
  readonly sourceId: number;
  readonly channel: string;
  readonly shop: string;
  readonly storeId: number | null;
  readonly kind: OrderRow['kind'];
  readonly status: OrderRow['status'];
  readonly currency: string;
  readonly placedAt: Date;
  readonly payableMinor: number;
  readonly paidMinor: number;
  readonly refundedMinor: number;
  readonly countedMinor: number;
  readonly customerId: number | null;
  /** Whose order it is: masked name, masked phone or number; null while anonymous or out of the caller's sight. */
  readonly customerName: string | null;
  readonly receiverName: string | null;
  readonly receiverPhone: string | null;
  readonly region: string;
  readonly flags: string[];
  readonly review: OrderRow['review'];
  readonly isExcluded: boolean;
}

/** What an order list may be narrowed to. `search` is a whole order number or a whole phone number (already normalised by the caller). */
export interface OrderFilter {
  readonly search?: string | undefined;
  readonly phone?: string | undefined;
  readonly channel?: string | undefined;
  readonly status?: OrderRow['status'] | undefined;
  readonly kind?: OrderRow['kind'] | undefined;
  readonly flag?: string | undefined;
  readonly isExcluded?: boolean | undefined;
  readonly storeId?: number | undefined;
  readonly customerId?: number | undefined;
  readonly importId?: string | undefined;
  readonly placedFrom?: Date | undefined;
  readonly placedTo?: Date | undefined;
}

/** Orders, newest first, with masked receivers. The cursor is the last item's. */
export async function listOrders(
  ctx: ViewContext,
  filter: OrderFilter,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ items: OrderSummary[]; nextCursor: string | null }> {
  const { where, values } = await conditions(ctx, filter);
  if (cursor !== undefined) {
    const [, at = '', id = ''] = /^(-?\d{1,15})_([0-9a-f-]{36})$/.exec(cursor) ?? [];
    if (id === '')
      throw new InvalidInput([{ path: 'query.cursor', message: 'is not the cursor of an earlier answer' }]);
    values.push(new Date(Number(at)), id);
    where.push(`(o.placed_at, o.order_id) < ($${values.length - 1}::timestamptz, $${values.length}::uuid)`);
  }
  const rows = await ctx.tx.query<OrderRow>(
    `select o.* from orders.orders o where ${where.join(' and ')} order by o.placed_at desc, o.order_id desc limit ${limit + 1}`,
    values,
  );
  const shown = rows.slice(0, limit);
  const masked = await openMasker(ctx);
  const names = await customerNames(ctx, shown);
  const items = shown.map((row) => summary(row, masked, names));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? `${last.placedAt.getTime()}_${last.orderId}` : null };
}

/** Count and sums of the orders a filter selects, per currency. */
export async function orderFigures(
  ctx: ViewContext,
  filter: OrderFilter,
): Promise<
  {
    currency: string;
    orders: number;
    excluded: number;
    countedMinor: number;
    refundedMinor: number;
    identified: number;
  }[]
> {
  const { where, values } = await conditions(ctx, filter);
  return ctx.tx.query(
    `select o.currency, count(*)::int as orders, count(*) filter (where o.is_excluded)::int as excluded,
            coalesce(sum(o.counted_minor), 0)::bigint as "countedMinor",
            coalesce(sum(o.refunded_minor) filter (where not o.is_excluded), 0)::bigint as "refundedMinor",
            count(*) filter (where o.customer_id is not null)::int as identified
       from orders.orders o where ${where.join(' and ')} group by o.currency order by count(*) desc`,
    values,
  );
}

async function conditions(ctx: ViewContext, filter: OrderFilter): Promise<{ where: string[]; values: unknown[] }> {
  const values: unknown[] = [ctx.tenantId];
  const where = ['o.tenant_id = $1'];
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    where.push(condition(`$${values.length}`));
  };
  if (filter.phone !== undefined) {
    const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
    add(vault.blindIndex('phone', filter.phone), (place) => `o.receiver_phone_index = ${place}`);
  }
  add(filter.search, (place) => `o.source_order_no = ${place}`);
  add(filter.channel, (place) => `o.channel = ${place}`);
  add(filter.status, (place) => `o.status = ${place}`);
  add(filter.kind, (place) => `o.kind = ${place}`);
  // The second condition is what the index of flagged orders is made of.
  add(filter.flag, (place) => `${place} = any (o.flags) and o.flags <> '{}'`);
  add(filter.isExcluded, (place) => `o.is_excluded = ${place}`);
  add(filter.storeId, (place) => `o.store_id = ${place}`);
  add(filter.customerId, (place) => `o.customer_id = ${place}`);
  add(filter.importId, (place) => `o.import_id = ${place}`);
  add(filter.placedFrom, (place) => `o.placed_at >= ${place}`);
  add(filter.placedTo, (place) => `o.placed_at < ${place}`);
  return { where, values };
}

type Masker = Awaited<ReturnType<typeof openMasker>>;

async function customerNames(ctx: ViewContext, rows: readonly OrderRow[]): Promise<ReadonlyMap<number, string>> {
  const ids = new Set(rows.flatMap(({ customer_id: id }) => (id === null ? [] : [id])));
  const customers = await customerSummaries(ctx, [...ids]);
  return new Map(customers.map(({ customerId, displayName }) => [customerId, displayName]));
}

function maskedField(row: OrderRow, field: OrderPersonalField, masked: Masker): string | null {
  const { column, kind } = personalFields[field];
  return masked({ kind, place: { table: 'orders.orders', column, rowId: row.order_id }, cipher: row[column] });
}

function summary(row: OrderRow, masked: Masker, names: ReadonlyMap<number, string>): OrderSummary {
  return {
    orderId: row.order_id,
    orderNo: row.source_order_no,
    sourceId: row.source_id,
    channel: row.channel,
    shop: row.shop,
    storeId: row.store_id,
    kind: row.kind,
    status: row.status,
    currency: row.currency,
    placedAt: row.placed_at,
    payableMinor: row.payable_minor,
    paidMinor: row.paid_minor,
    refundedMinor: row.refunded_minor,
    countedMinor: row.counted_minor,
    customerId: row.customer_id,
    customerName: (row.customer_id === null ? undefined : names.get(row.customer_id)) ?? null,
    receiverName: maskedField(row, 'receiverName', masked),
    receiverPhone: maskedField(row, 'receiverPhone', masked),
    region: [row.province, row.city, row.district].filter(Boolean).join(' '),
    flags: row.flags,
    review: row.review,
    isExcluded: row.is_excluded,
  };
}

/** Reads an order's own row; throws `NotFound` also when it belongs to a store outside the caller's scope. */
export async function findOrderRow(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  orderId: string,
  lock: '' | 'for update' = '',
): Promise<OrderRow> {
  const [row] = await ctx.tx.query<OrderRow>(
    `select * from orders.orders where tenant_id = $1 and order_id = $2 ${lock}`,
    [ctx.tenantId, orderId],
  );
  if (!row) throw new NotFound('Order');
  return row;
}

/** An order with everything known about it, personal fields masked. */
export async function findOrder(ctx: ViewContext, orderId: string) {
  const row = await findOrderRow(ctx, orderId);
  const masked = await openMasker(ctx);
  const childrenOf = <Child>(columns: string, table: string, order: string) =>
    ctx.tx.query<Child>(
      `select ${columns} from orders.${table} where tenant_id = $1 and order_id = $2 order by ${order}`,
      [ctx.tenantId, orderId],
    );
  return {
    ...summary(row, masked, await customerNames(ctx, [row])),
    receiverAddress: maskedField(row, 'receiverAddress', masked),
    paidAt: row.paid_at,
    shippedAt: row.shipped_at,
    receivedAt: row.received_at,
    cancelledAt: row.cancelled_at,
    goodsMinor: row.goods_minor,
    discountMinor: row.discount_minor,
    freightMinor: row.freight_minor,
    taxMinor: row.tax_minor,
    attribution: row.attribution,
    rulesVersion: row.rules_version,
    importId: row.import_id,
    recordedAt: row.recorded_at,
    changedAt: row.changed_at,
    lines: await childrenOf<LineView>(lineColumns, 'order_lines', 'line_no'),
    payments: await childrenOf<PaymentView>(
      `payment_no as "paymentNo", method, amount_minor as "amountMinor", paid_at as "paidAt"`,
      'payments',
      'paid_at',
    ),
    refunds: await childrenOf<RefundView>(
      `refund_no as "refundNo", line_no as "lineNo", status, quantity, amount_minor as "amountMinor", reason,
       requested_at as "requestedAt", refunded_at as "refundedAt"`,
      'refunds',
      'refund_no',
    ),
    shipments: await childrenOf<ShipmentView>(
      `shipment_no as "shipmentNo", carrier, tracking_no as "trackingNo", shipped_at as "shippedAt", received_at as "receivedAt"`,
      'shipments',
      'shipment_no',
    ),
  };
}

const lineColumns = `line_no as "lineNo", kind, sku_id as "skuId", product_id as "productId", sku_code as "skuCode", title, spec, quantity,
  unit_price_minor as "unitPriceMinor", discount_minor as "discountMinor", amount_minor as "amountMinor", flags, review,
  is_excluded as "isExcluded"`;

export interface LineView {
  lineNo: number;
  kind: string;
  skuId: string | null;
  productId: string | null;
  skuCode: string;
  title: string;
  spec: string;
  quantity: number;
  unitPriceMinor: number;
  discountMinor: number;
  amountMinor: number;
  flags: string[];
  review: OrderRow['review'];
  isExcluded: boolean;
}

interface PaymentView {
  paymentNo: string;
  method: string;
  amountMinor: number;
  paidAt: Date;
}

interface RefundView {
  refundNo: string;
  lineNo: number | null;
  status: 'requested' | 'done' | 'refused';
  quantity: number;
  amountMinor: number;
  reason: string;
  requestedAt: Date | null;
  refundedAt: Date | null;
}

interface ShipmentView {
  shipmentNo: string;
  carrier: string;
  trackingNo: string;
  shippedAt: Date | null;
  receivedAt: Date | null;
}

/** Lines of some orders, for modules that allocate points or commissions to them. */
export async function orderLines(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  orderIds: readonly string[],
): Promise<(LineView & { orderId: string })[]> {
  return ctx.tx.query(
    `select order_id as "orderId", ${lineColumns} from orders.order_lines where tenant_id = $1 and order_id = any($2) order by order_id, line_no`,
    [ctx.tenantId, orderIds],
  );
}

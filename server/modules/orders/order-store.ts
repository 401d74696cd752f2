import { together } from '#platform/database';

import { insertRows, updateRows } from './bulk.ts';
import type { ColumnTypes } from './bulk.ts';
import type { NewOrder, OrdersContext } from './new-order.ts';
import { orderKey } from './order-key.ts';
import { lineTypes, orderTypes, paymentTypes, refundTypes, shipmentTypes } from './order-row.ts';
import type { LineRow, OrderRow, RefundRow } from './order-row.ts';
import type { OrderChange, StoredChildren } from './plan-order.ts';

type StoredKey = Pick<OrderRow, 'source_id' | 'source_order_no'>;
type StoreContext = Pick<OrdersContext, 'tx' | 'tenantId'>;

/** As much of a stored order as tells whether an update is news. */
export type StoredOrder = Pick<
  OrderRow,
  | 'order_id'
  | 'customer_id'
  | 'head_version'
  | 'receiver_version'
  | 'lines_version'
  | 'payments_version'
  | 'refunds_version'
  | 'shipments_version'
>;

/**
 * Looks each key up by the unique index, whatever the planner thinks of the table's size while it is being filled. The keys hide behind
 * subselects: seeing how many they are, the planner would plan anew for every order, which costs more than the look-up.
 */
function readByKeys<Row>(
  ctx: StoreContext,
  orders: readonly NewOrder[],
  { columns, lock }: { readonly columns: string; readonly lock: boolean },
): Promise<Row[]> {
  const ending = lock ? 'for update' : '';
  const [only, ...others] = orders;
  if (only && others.length === 0) {
    return ctx.tx.query<Row>(
      `select ${columns} from orders.orders where tenant_id = $1 and source_id = $2 and source_order_no = $3 ${ending}`,
      [ctx.tenantId, only.sourceId, only.sourceOrderNo],
    );
  }
  // Rows are locked in the order of the keys: everybody's is the same, so nobody waits in a circle.
  const sorted = orders.toSorted(byKey);
  return ctx.tx.query<Row>(
    `select o.* from unnest((select $2::int[]), (select $3::text[])) as k(source_id, source_order_no)
      cross join lateral (select ${columns} from orders.orders
        where tenant_id = $1 and source_id = k.source_id and source_order_no = k.source_order_no ${ending || 'offset 0'}) o`,
    [ctx.tenantId, sorted.map((order) => order.sourceId), sorted.map((order) => order.sourceOrderNo)],
  );
}

function byKey(
  a: Pick<NewOrder, 'sourceId' | 'sourceOrderNo'>,
  b: Pick<NewOrder, 'sourceId' | 'sourceOrderNo'>,
): number {
  if (a.sourceId !== b.sourceId) return a.sourceId - b.sourceId;
  return a.sourceOrderNo < b.sourceOrderNo ? -1 : a.sourceOrderNo > b.sourceOrderNo ? 1 : 0;
}

function keyOf({ source_id: sourceId, source_order_no: sourceOrderNo }: StoredKey) {
  return { sourceId, sourceOrderNo };
}

/** Finds the stored orders of some updates, without locks, by `orderKey`. */
export async function findStored(ctx: StoreContext, orders: readonly NewOrder[]): Promise<Map<string, StoredOrder>> {
  const columns = `source_id, source_order_no, order_id, customer_id, head_version, receiver_version, lines_version, payments_version,
    refunds_version, shipments_version`;
  const rows = await readByKeys<StoredOrder & StoredKey>(ctx, orders, { columns, lock: false });
  return new Map(rows.map((row) => [orderKey(keyOf(row)), row]));
}

/** Locks the stored orders of some updates, always in the same order, and reads them whole, by `orderKey`. */
export async function lockOrders(ctx: StoreContext, orders: readonly NewOrder[]): Promise<Map<string, OrderRow>> {
  if (orders.length === 0) return new Map();
  const rows = await readByKeys<OrderRow>(ctx, orders, { columns: Object.keys(orderTypes).join(', '), lock: true });
  return new Map(rows.map((row) => [orderKey(keyOf(row)), row]));
}

/** Lines and refunds of stored orders. */
export async function loadChildren(ctx: StoreContext, orderIds: readonly string[]): Promise<StoredChildren> {
  if (orderIds.length === 0) return { lines: new Map(), refunds: new Map() };
  const [lines, refunds] = await together([
    ctx.tx.query<LineRow>(
      `select ${Object.keys(lineTypes).join(', ')} from orders.order_lines where tenant_id = $1 and order_id = any($2) order by order_id, line_no`,
      [ctx.tenantId, orderIds],
    ),
    ctx.tx.query<RefundRow>(
      `select ${Object.keys(refundTypes).join(', ')} from orders.refunds where tenant_id = $1 and order_id = any($2) order by order_id, refund_no`,
      [ctx.tenantId, orderIds],
    ),
  ]);
  return {
    lines: Map.groupBy(lines, (line) => line.order_id),
    refunds: Map.groupBy(refunds, (refund) => refund.order_id),
  };
}

/** Inserts new orders and returns the ids of those that nobody else had created meanwhile. */
export async function insertOrders(ctx: StoreContext, rows: readonly OrderRow[]): Promise<Set<string>> {
  const sorted = rows.toSorted((a, b) => byKey(keyOf(a), keyOf(b)));
  const inserted = await insertRows<OrderRow, { order_id: string }>(
    ctx,
    'orders.orders',
    orderTypes,
    sorted,
    'on conflict (tenant_id, source_id, source_order_no) do nothing returning order_id',
  );
  return new Set(inserted.map((row) => row.order_id));
}

/** Writes locked orders back. */
export async function updateOrders(ctx: StoreContext, rows: readonly OrderRow[]): Promise<void> {
  await updateRows(ctx, 'orders.orders', orderTypes, ['order_id'], rows);
}

/** Replaces the lines, payments, refunds and shipments of changed orders. */
export async function replaceChildren(ctx: StoreContext, changes: readonly OrderChange[]): Promise<void> {
  await together([
    replacePart(ctx, 'order_lines', lineTypes, changes, ({ lines }) => lines),
    replacePart(ctx, 'payments', paymentTypes, changes, ({ payments }) => payments),
    replacePart(ctx, 'refunds', refundTypes, changes, ({ refunds }) => refunds),
    replacePart(ctx, 'shipments', shipmentTypes, changes, ({ shipments }) => shipments),
  ]);
}

async function replacePart<Row extends object>(
  ctx: StoreContext,
  table: string,
  types: ColumnTypes<Row>,
  changes: readonly OrderChange[],
  rowsOf: (change: OrderChange) => readonly Row[] | undefined,
): Promise<void> {
  const changed = changes.filter((change) => rowsOf(change) !== undefined);
  const stored = changed.filter(({ before }) => before !== null).map(({ row }) => row.order_id);
  if (stored.length > 0) {
    await ctx.tx.execute(`delete from orders.${table} where tenant_id = $1 and order_id = any($2)`, [
      ctx.tenantId,
      stored,
    ]);
  }
  await insertRows(
    ctx,
    `orders.${table}`,
    types,
    changed.flatMap((change) => rowsOf(change) ?? []),
  );
}

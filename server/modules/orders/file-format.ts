import type { DateOrder } from './file-values.ts';
import type { LineKind, NewOrder, OrderKind, OrderStatus } from './new-order.ts';
import type { OrderPart } from './order-version.ts';

/** What a column of an order file can mean to us. */
export const targets = [
  'orderNo',
  'lineNo',
  'status',
  'placedAt',
  'paidAt',
  'shippedAt',
  'receivedAt',
  'cancelledAt',
  'currency',
  'payable',
  'paid',
  'goodsTotal',
  'freight',
  'discount',
  'tax',
  'refunded',
  'refundStatus',
  'refundNo',
  'refundedAt',
  'buyerId',
  'buyerPhone',
  'buyerEmail',
  'memberNo',
  'receiverName',
  'receiverPhone',
  'country',
  'province',
  'city',
  'district',
  'address',
  'remark',
  'sellerRemark',
  'shop',
  'store',
  'sku',
  'title',
  'spec',
  'quantity',
  'unitPrice',
  'lineAmount',
  'lineFreight',
  'lineDiscount',
  'carrier',
  'trackingNo',
  'paymentMethod',
  'guide',
  'host',
  'distributor',
  'campaign',
  'fulfilment',
] as const;
export type Target = (typeof targets)[number];

/** The text of a cell by its meaning; '' when the file has no such column. */
export type CellReader = (target: Target) => string;

/** A kind of order file: how it is recognised and what its columns mean. */
export interface FileFormat {
  readonly code: string;
  readonly name: { readonly 'zh-CN': string; readonly en: string };
  /** The channel orders of such a file belong to, and the source they get when none is chosen (negative: a file, no connector). */
  readonly channel: string;
  readonly sourceId: number;
  readonly currency: string;
  readonly timeZone: string;
  readonly dateOrder: DateOrder;
  /** Header cells that together occur in no other kind of file. */
  readonly signature: readonly string[];
  /** For each meaning the headers it goes by, best first. `分销员#2` is the second column of that name. */
  readonly columns: Readonly<Partial<Record<Target, readonly string[]>>>;
  /** Without these there is no order. */
  readonly required: readonly Target[];
  readonly statuses: readonly (readonly [string, OrderStatus])[];
  /** The status when its cell is empty or absent. */
  readonly defaultStatus: OrderStatus;
  /** Whose amounts `payable`, `paid`, `freight`, `refunded` are: of the order (repeated or on its first row) or of each row. */
  readonly amountsOf: 'order' | 'row';
  /** Parts of an order the file knows; all its rows' parts when absent. */
  readonly parts: readonly OrderPart[];
  /** What the order is by its number or rows; a sale when absent. */
  readonly orderKind?: (orderNo: string, quantities: readonly number[]) => OrderKind;
  /** What a line is by its SKU code; goods when absent. */
  readonly lineKind?: (sku: string) => LineKind;
  /** The moment of the order when its column is empty. */
  readonly placedAtFrom?: (cell: CellReader) => string;
  /** A status that needs more than one column. */
  readonly statusFrom?: (cell: CellReader) => OrderStatus | null;
  /** Brings an identifier to its one spelling, e.g. `17850.0` to `17850`. */
  readonly buyerIdFrom?: (cell: string) => string;
}

/** The settings an import runs with; `columns` are positions in the header. */
export interface ImportSettings {
  readonly format: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly columns: Readonly<Partial<Record<Target, number>>>;
  readonly sourceId: number;
  readonly channel: string;
  readonly shop: string;
  readonly storeId: number | null;
  readonly currency: string;
  readonly timeZone: string;
  readonly dateOrder: DateOrder;
  readonly isBackfill: boolean;
}

/** A header cell as it is compared: without marks, quotes, spaces at the ends and full-width variants. */
export function normaliseHeader(cell: string): string {
  return cell
    .normalize('NFKC')
    .replaceAll(/^[\uFEFF"'=\s]+|["'\s]+$/g, '')
    .replaceAll(/\s+/g, ' ')
    .toLowerCase();
}

/** Positions of all header names; the n-th column of the same name is also found as `name#n`. */
export function headerIndex(header: readonly string[]): Map<string, number> {
  const index = new Map<string, number>();
  const seen = new Map<string, number>();
  header.forEach((cell, position) => {
    const name = normaliseHeader(cell);
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    if (nth === 1) index.set(name, position);
    index.set(`${name}#${nth}`, position);
  });
  return index;
}

/** Which columns carry which meaning, by the format's header names. */
export function findColumns(format: FileFormat, header: readonly string[]): Partial<Record<Target, number>> {
  const index = headerIndex(header);
  const columns: Partial<Record<Target, number>> = {};
  for (const target of targets) {
    const name = format.columns[target]?.find((candidate) => index.has(normaliseHeader(candidate)));
    if (name !== undefined) columns[target] = index.get(normaliseHeader(name)) as number;
  }
  return columns;
}

/** Recognises the kind of file from its header: the format with the longest signature that is wholly there. */
export function recogniseFormat(formats: readonly FileFormat[], header: readonly string[]): FileFormat | null {
  const index = headerIndex(header);
  const fitting = formats.filter(
    ({ signature }) => signature.length > 0 && signature.every((name) => index.has(normaliseHeader(name))),
  );
  return fitting.toSorted((a, b) => b.signature.length - a.signature.length)[0] ?? null;
}

/** The identifier kinds a file may give for a buyer. */
export type BuyerRefs = NonNullable<NewOrder['buyer']>;

import { allocate } from '#platform/money';
import { normalisePhone } from '#platform/personal-data';

import type { BuyerRefs, FileFormat, ImportSettings, Target } from './file-format.ts';
import type { OrderFileRow } from './file-order-row.ts';
import type { NewLine, NewOrder, NewRefund, OrderHead, OrderKind, OrderStatus, Receiver } from './new-order.ts';
import { splitAddress } from './split-address.ts';
import { homeTimeZone } from './time-zone.ts';

/** What an order from a file is stamped with, beside its rows. */
export interface FileStamp {
  readonly importId: string;
  /** When the file was uploaded; breaks ties between files that tell the same moment. */
  readonly uploadedAt: Date;
}

/** Puts the rows of one order together. The rows have been read without faults. */
export function assembleOrder(
  format: FileFormat,
  settings: ImportSettings,
  stamp: FileStamp,
  rows: readonly OrderFileRow[],
): NewOrder {
  const [first] = rows;
  if (!first) throw new RangeError('an order needs at least one row');
  const kind =
    format.orderKind?.(
      first.orderNo,
      rows.map((row) => row.quantity ?? 0),
    ) ?? 'sale';
  const amounts = orderAmounts(format, rows);
  const lines = toLines(format, rows, amounts);
  const sum = lines.reduce((total, line) => total + line.amountMinor, 0);
  const payable = amounts.payable ?? sum + amounts.freight + amounts.tax;
  const times = orderTimes(rows);
  const status = orderStatus(format, kind, rows);
  const refunds = format.parts.includes('refunds') ? toRefunds(format, rows, { status, payable, lines }) : [];
  const updatedAt =
    latest([...Object.values(times), ...refunds.map((refund) => refund.refundedAt ?? null)]) ?? stamp.uploadedAt;
  const has = (part: FileFormat['parts'][number]) => format.parts.includes(part);
  const receiver = toReceiver(first);
  return {
    sourceId: settings.sourceId,
    sourceOrderNo: first.orderNo,
    sourceUpdatedAt: updatedAt,
    sourceVersion: stamp.uploadedAt.getTime(),
    channel: settings.channel,
    shop: cellOf(rows, 'shop') || settings.shop,
    ...(settings.storeId === null ? {} : { storeId: settings.storeId }),
    buyer: toBuyer(format, settings, rows, receiver),
    ...(has('head')
      ? {
          head: toHead(first, rows, {
            timeZone: settings.timeZone,
            kind,
            status,
            times,
            amounts,
            payable,
            sum,
            receiver,
          }),
        }
      : {}),
    ...(has('lines') && lines.length > 0 ? { lines } : {}),
    ...(has('payments') ? toPayments(rows, amounts.paid ?? payable, times) : {}),
    ...(refunds.length > 0 ? { refunds } : {}),
    ...(has('shipments') ? toShipments(rows, times) : {}),
    isBackfill: settings.isBackfill,
    importId: stamp.importId,
  };
}

interface Amounts {
  readonly payable: number | null;
  readonly paid: number | null;
  readonly freight: number;
  readonly discount: number;
  readonly tax: number;
}

/** Order amounts: added up when every row has its own, else taken from the first row that tells. */
function orderAmounts(format: FileFormat, rows: readonly OrderFileRow[]): Amounts {
  const pick = (target: 'payable' | 'paid' | 'freight' | 'discount' | 'tax'): number | null => {
    const known = rows.map((row) => row[target]).filter((amount) => amount !== null);
    if (format.amountsOf === 'row') return known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, 0);
    return known[0] ?? null;
  };
  return {
    payable: pick('payable'),
    paid: pick('paid'),
    freight: pick('freight') ?? 0,
    discount: Math.abs(pick('discount') ?? 0),
    tax: pick('tax') ?? 0,
  };
}

/** Lines with what the buyer owes for each; a discount on the whole order is spread over them by largest remainder. */
function toLines(format: FileFormat, rows: readonly OrderFileRow[], { payable, freight, tax }: Amounts): NewLine[] {
  const withGoods = rows.filter((row) => row.quantity !== null || row.amount !== null);
  const owed = payable === null ? null : payable - freight - tax;
  const gross = withGoods.map((row) => row.amount ?? (withGoods.length === 1 ? (owed ?? 0) : 0));
  const total = gross.reduce((sum, amount) => sum + amount, 0);
  const isSpread =
    owed !== null &&
    owed >= 0 &&
    owed < total &&
    gross.every((amount) => amount >= 0) &&
    !withGoods.some((row) => row.isAmountFinal);
  const net = isSpread ? allocate(owed, gross) : gross;
  const startedAt = earliest(rows);
  return withGoods.map((row, index) => {
    const { cell } = row;
    const quantity = row.quantity ?? 1;
    const amountMinor = net[index] ?? 0;
    const unitPriceMinor = row.unitPrice ?? (quantity === 0 ? 0 : Math.round((gross[index] ?? 0) / quantity));
    const kind = format.lineKind?.(cell('sku'));
    const addedAt = row.placedAt !== null && row.placedAt.getTime() > startedAt ? row.placedAt : undefined;
    return {
      ...(cell('lineNo') === '' ? {} : { sourceLineNo: cell('lineNo').slice(0, 64) }),
      ...(kind === undefined || kind === 'goods' ? {} : { kind }),
      skuCode: cell('sku').slice(0, 100),
      title: cell('title').slice(0, 300),
      spec: cell('spec').slice(0, 300),
      quantity,
      unitPriceMinor,
      discountMinor: Math.max(0, unitPriceMinor * quantity - amountMinor),
      amountMinor,
      ...(addedAt ? { addedAt } : {}),
    };
  });
}

interface Times {
  readonly placedAt: Date | null;
  readonly paidAt: Date | null;
  readonly shippedAt: Date | null;
  readonly receivedAt: Date | null;
  readonly cancelledAt: Date | null;
}

function orderTimes(rows: readonly OrderFileRow[]): Times {
  const first = (target: keyof Times) => rows.map((row) => row[target]).find((at) => at !== null) ?? null;
  const last = (target: keyof Times) => latest(rows.map((row) => row[target]));
  const placed = earliest(rows);
  return {
    placedAt: Number.isFinite(placed) ? new Date(placed) : null,
    paidAt: first('paidAt'),
    shippedAt: last('shippedAt'),
    receivedAt: last('receivedAt'),
    cancelledAt: first('cancelledAt'),
  };
}

const stages: readonly OrderStatus[] = ['placed', 'paid', 'shipped', 'received'];

/** The order's status from its rows': it is where its slowest live row is; closed rows count only when all are closed. */
function orderStatus(format: FileFormat, kind: OrderKind, rows: readonly OrderFileRow[]): OrderStatus {
  if (kind === 'return') return 'refunded';
  const known = rows.map((row) => row.status).filter((status) => status !== null);
  const live = known.filter((status) => stages.includes(status));
  if (live.length > 0) return live.toSorted((a, b) => stages.indexOf(a) - stages.indexOf(b))[0] ?? format.defaultStatus;
  return known.includes('refunded') ? 'refunded' : (known[0] ?? format.defaultStatus);
}

function toHead(
  first: OrderFileRow,
  rows: readonly OrderFileRow[],
  order: {
    timeZone: string;
    kind: OrderKind;
    status: OrderStatus;
    times: Times;
    amounts: Amounts;
    payable: number;
    sum: number;
    receiver: Receiver;
  },
): OrderHead {
  const { timeZone, kind, status, times, amounts, payable, sum, receiver } = order;
  const { placedAt, ...milestones } = times;
  const known = Object.fromEntries(Object.entries(milestones).filter(([, at]) => at !== null)) as Partial<
    Record<keyof typeof milestones, Date>
  >;
  const isPaid =
    times.paidAt !== null ||
    status === 'paid' ||
    status === 'shipped' ||
    status === 'received' ||
    status === 'refunded';
  const remark = [cellOf(rows, 'remark'), cellOf(rows, 'sellerRemark')].filter(Boolean).join('\n').slice(0, 2_000);
  return {
    ...(kind === 'sale' ? {} : { kind }),
    status,
    currency: first.currency,
    placedAt: placedAt ?? times.paidAt ?? new Date(0),
    ...(timeZone === homeTimeZone ? {} : { timeZone }),
    ...known,
    ...(isPaid && kind === 'sale' && !known.paidAt && placedAt && status === 'paid' ? { paidAt: placedAt } : {}),
    goodsMinor: rows.find((row) => row.goodsTotal !== null)?.goodsTotal ?? sum + amounts.discount,
    discountMinor: amounts.discount,
    freightMinor: amounts.freight,
    taxMinor: amounts.tax,
    payableMinor: payable,
    paidMinor: isPaid ? (amounts.paid ?? payable) : 0,
    ...(Object.values(receiver).some(Boolean) ? { receiver } : {}),
    ...(remark === '' ? {} : { remark }),
    ...attributionOf(rows),
  };
}

const code = /^[\w-]{1,40}$/;

function attributionOf(rows: readonly OrderFileRow[]): { attribution?: Record<string, string> } {
  const found: Record<string, string> = {};
  // Guides and distributors count only when the file names them by a code: names stay out of plain columns.
  const take = (key: string, target: Target, isTaken: (text: string) => boolean) => {
    const text = cellOf(rows, target);
    if (text !== '' && isTaken(text)) found[key] = text;
  };
  take('guide_code', 'guide', (text) => code.test(text));
  take('distributor_code', 'distributor', (text) => code.test(text));
  take('host_id', 'host', (text) => code.test(text) && text !== '0');
  take('store_code', 'store', (text) => code.test(text) && text !== '0');
  take('campaign', 'campaign', (text) => text.length <= 60 && !/\d{7}/.test(text));
  take('country', 'country', (text) => text.length <= 60);
  return Object.keys(found).length === 0 ? {} : { attribution: found };
}

function toBuyer(
  format: FileFormat,
  settings: ImportSettings,
  rows: readonly OrderFileRow[],
  receiver: Receiver,
): BuyerRefs {
  const refs: { kind: string; scope: string; value: string }[] = [];
  const add = (kind: string, scope: string, value: string) => {
    // What the platform masks names nobody.
    if (value !== '' && !value.includes('*')) refs.push({ kind, scope, value });
  };
  const buyerId = cellOf(rows, 'buyerId');
  add('buyer_id', settings.channel, format.buyerIdFrom ? format.buyerIdFrom(buyerId) : buyerId);
  add('member_no', '', cellOf(rows, 'memberNo'));
  add('phone', '', phoneOf(cellOf(rows, 'buyerPhone')));
  add('email', '', cellOf(rows, 'buyerEmail').toLowerCase());
  // Only beside something that names the buyer: whoever receives need not be who buys.
  if (refs.length > 0) add('receiver_phone', '', receiver.phone ?? '');
  return refs;
}

function phoneOf(cell: string): string {
  return cell === '' || cell.includes('*') ? '' : (normalisePhone(cell.replace(/^86-/, '')) ?? '');
}

/** Where the goods go; masked names and phones are left out so that they do not replace known ones. */
function toReceiver({ cell }: OrderFileRow): Receiver {
  let address = cell('address').replace(/\(\d{6}\)$/, '');
  let [name, phone] = [cell('receiverName'), phoneOf(cell('receiverPhone'))];
  // Newer Taobao exports: 姓名，86-手机号，省 市 区 地址
  const joined = /^([^，,]{1,40})[，,]\s*(?:86-)?([\d*-]{5,20})[，,]\s*(.+)$/s.exec(address);
  if (joined) [name, phone, address] = [name || (joined[1] ?? ''), phone || phoneOf(joined[2] ?? ''), joined[3] ?? ''];
  const parts =
    cell('province') === ''
      ? splitAddress(address)
      : { province: cell('province'), city: cell('city'), district: cell('district'), street: address };
  return {
    ...(name === '' || name.includes('*') ? {} : { name: name.slice(0, 100) }),
    ...(phone === '' ? {} : { phone }),
    ...(parts.province === ''
      ? {}
      : {
          province: parts.province.slice(0, 60),
          city: parts.city.slice(0, 60),
          district: parts.district.slice(0, 60),
        }),
    ...(parts.street === '' || parts.street.includes('*') ? {} : { address: parts.street.slice(0, 500) }),
  };
}

function toPayments(rows: readonly OrderFileRow[], paid: number, { paidAt }: Times): Pick<NewOrder, 'payments'> {
  const method = cellOf(rows, 'paymentMethod');
  if (paidAt === null || method === '' || paid < 0) return {};
  return { payments: [{ paymentNo: '1', method: method.slice(0, 60), amountMinor: paid, paidAt }] };
}

const refundDone = /退款成功|全额退款|退款完成|已退款|refunded/i;

function toRefunds(
  format: FileFormat,
  rows: readonly OrderFileRow[],
  order: { status: OrderStatus; payable: number; lines: readonly NewLine[] },
): NewRefund[] {
  if (format.columns.refundNo) return rows.map((row) => afterSalesRefund(row));
  if (format.amountsOf === 'row' || format.columns.refundStatus) {
    const perLine = rows.flatMap((row, index) => {
      const line = order.lines[index];
      if (!refundDone.test(row.cell('refundStatus')) || !line) return [];
      const amountMinor = row.refunded ?? Math.max(0, line.amountMinor);
      return amountMinor === 0
        ? []
        : [
            {
              refundNo: `line-${index + 1}`,
              lineNo: index + 1,
              status: 'done' as const,
              quantity: Math.abs(line.quantity),
              amountMinor,
            },
          ];
    });
    if (perLine.length > 0) return perLine;
  }
  const total =
    rows.find((row) => row.refunded !== null)?.refunded ?? (order.status === 'refunded' ? order.payable : 0);
  return total > 0 ? [{ refundNo: 'total', status: 'done', amountMinor: total }] : [];
}

function afterSalesRefund(row: OrderFileRow): NewRefund {
  const isDone = refundDone.test(row.cell('refundStatus'));
  const refundedAt = row.refundedAt ?? row.placedAt;
  return {
    refundNo: row.cell('refundNo').slice(0, 64),
    status: isDone ? 'done' : /关闭|拒绝|取消/.test(row.cell('refundStatus')) ? 'refused' : 'requested',
    amountMinor: Math.max(0, row.refunded ?? 0),
    reason: row.cell('remark').slice(0, 200),
    ...(row.placedAt ? { requestedAt: row.placedAt } : {}),
    ...(isDone && refundedAt ? { refundedAt } : {}),
  };
}

function toShipments(rows: readonly OrderFileRow[], { shippedAt, receivedAt }: Times): Pick<NewOrder, 'shipments'> {
  const parcels = new Map(rows.map((row) => [row.cell('trackingNo').slice(0, 100), row.cell('carrier').slice(0, 60)]));
  parcels.delete('');
  if (parcels.size === 0) return {};
  return {
    shipments: [...parcels].map(([trackingNo, carrier]) => ({
      shipmentNo: trackingNo,
      carrier,
      trackingNo,
      ...(shippedAt ? { shippedAt } : {}),
      ...(receivedAt ? { receivedAt } : {}),
    })),
  };
}

function cellOf(rows: readonly OrderFileRow[], target: Target): string {
  for (const { cell } of rows) {
    const text = cell(target);
    if (text !== '') return text;
  }
  return '';
}

/** The first moment any row tells, in UTC ms; infinity when none does. */
function earliest(rows: readonly OrderFileRow[]): number {
  return rows.reduce((first, { placedAt }) => Math.min(first, placedAt?.getTime() ?? first), Number.POSITIVE_INFINITY);
}

function latest(times: readonly (Date | null)[]): Date | null {
  const last = times.reduce((found, at) => Math.max(found, at?.getTime() ?? found), Number.NEGATIVE_INFINITY);
  return Number.isFinite(last) ? new Date(last) : null;
}

import type { CellReader, FileFormat, ImportSettings, Target } from './file-format.ts';
import type { FileRow } from './file-rows.ts';
import {
  CellFault,
  cleanCell,
  lineAmount,
  minorDigits,
  parseMoney,
  parseQuantity,
  statusReader,
  timeReader,
} from './file-values.ts';
import type { OrderStatus } from './new-order.ts';

/** Why a row was not taken; `column` is the header's name, `found` the text in it. */
export interface RowFault {
  readonly code: string;
  readonly column?: string | undefined;
  readonly found?: string | undefined;
}

const moneyTargets = ['payable', 'paid', 'goodsTotal', 'freight', 'discount', 'tax', 'refunded'] as const;
const timeTargets = ['placedAt', 'paidAt', 'shippedAt', 'receivedAt', 'cancelledAt', 'refundedAt'] as const;
type Money = Record<(typeof moneyTargets)[number], number | null>;
type Times = Record<(typeof timeTargets)[number], Date | null>;

/** A row's values, read. Amounts in minor units. */
export interface OrderFileRow extends Readonly<Money>, Readonly<Times> {
  readonly rowNo: number;
  readonly orderNo: string;
  readonly cell: CellReader;
  readonly currency: string;
  readonly status: OrderStatus | null;
  readonly quantity: number | null;
  readonly unitPrice: number | null;
  /** Quantity × price, or the amount the file gives for the row, less the row's own discount and freight. */
  readonly amount: number | null;
  /** Whether `amount` is already net of every discount. */
  readonly isAmountFinal: boolean;
}

export type RowReader = (row: FileRow) => OrderFileRow | readonly RowFault[];

const cellMax = 32_768;
const noTimes: Times = {
  placedAt: null,
  paidAt: null,
  shippedAt: null,
  receivedAt: null,
  cancelledAt: null,
  refundedAt: null,
};
const noMoney: Money = {
  payable: null,
  paid: null,
  goodsTotal: null,
  freight: null,
  discount: null,
  tax: null,
  refunded: null,
};

/** Builds the reader of a file's rows: checks their shape and characters and reads times, amounts and numbers. */
export function rowReader(format: FileFormat, settings: ImportSettings, header: readonly string[]): RowReader {
  const { columns } = settings;
  const readTime = remember(timeReader(settings.timeZone, settings.dateOrder));
  const readStatus = statusReader(format.statuses);
  const lastColumn = Math.max(...Object.values(columns));
  const moneyHere = moneyTargets.filter((target) => columns[target] !== undefined);
  const timesHere = timeTargets.filter((target) => columns[target] !== undefined);
  // Order amounts and times may stand on the first row only; what a line needs must stand on each.
  const neededHere = format.required.filter((target) => ['quantity', 'unitPrice', 'refundNo'].includes(target));

  return ({ rowNo, cells }) => {
    const shape = shapeFault(header, cells, lastColumn);
    if (shape) return [shape];
    const faults: RowFault[] = [];
    const cell: CellReader = (target) => {
      const at = columns[target];
      return at === undefined ? '' : cleanCell(cells[at] ?? '');
    };
    const take = <Value>(target: Target, read: (text: string) => Value): Value | null => {
      const text = cell(target);
      try {
        return text === '' ? null : read(text);
      } catch (error) {
        if (!(error instanceof CellFault)) throw error;
        faults.push({ code: error.code, column: header[columns[target] ?? -1], found: error.found });
        return null;
      }
    };
    const orderNo = cell('orderNo');
    if (orderNo === '') faults.push({ code: 'order_number_missing' });
    if (orderNo.length > 64) faults.push({ code: 'order_number_too_long' });
    for (const target of neededHere) {
      if (cell(target) === '') faults.push({ code: 'value_missing', column: header[columns[target] ?? -1] ?? target });
    }
    const currency = cell('currency').toUpperCase() || settings.currency;
    if (!/^[A-Z]{3}$/.test(currency)) faults.push({ code: 'not_a_currency', found: currency.slice(0, 20) });
    const digits = minorDigits(currency);
    const money = { ...noMoney };
    for (const target of moneyHere) {
      money[target] = isLenient(format, target)
        ? lenientMoney(cell(target), digits)
        : take(target, (text) => parseMoney(text, digits));
    }
    const times = { ...noTimes };
    for (const target of timesHere) times[target] = take(target, readTime);
    if (times.placedAt === null && format.placedAtFrom) times.placedAt = readTime(format.placedAtFrom(cell));
    const status = format.statusFrom ? format.statusFrom(cell) : readStatus(cell('status'));
    if (status === null && isStatusNeeded(format) && cell('status') !== '') {
      faults.push({
        code: 'status_unknown',
        column: header[columns.status ?? -1],
        found: cell('status').slice(0, 100),
      });
    }
    const goods = readGoods(cell, take, digits);
    return faults.length > 0 ? faults : { rowNo, orderNo, cell, currency, status, ...times, ...money, ...goods };
  };
}

function readGoods(
  cell: CellReader,
  take: <Value>(target: Target, read: (text: string) => Value) => Value | null,
  digits: number,
): Pick<OrderFileRow, 'quantity' | 'unitPrice' | 'amount' | 'isAmountFinal'> {
  const quantity = take('quantity', parseQuantity);
  const unitPrice = take('unitPrice', (text) => parseMoney(text, digits));
  const given = take('lineAmount', (text) => parseMoney(text, digits));
  const isAmountFinal = given !== null;
  let amount = isAmountFinal ? given - (lenientMoney(cell('lineFreight'), digits) ?? 0) : null;
  if (!isAmountFinal && quantity !== null && unitPrice !== null)
    amount = lineAmount(quantity, cell('unitPrice'), digits);
  if (amount !== null) amount -= lenientMoney(cell('lineDiscount'), digits) ?? 0;
  return { quantity, unitPrice, amount, isAmountFinal };
}

function isStatusNeeded(format: FileFormat): boolean {
  return !format.statusFrom && format.statuses.length > 0 && format.parts.includes('head');
}

/** Amounts that nothing depends on, and refund cells, which may hold words such as 无退款申请. */
function isLenient(format: FileFormat, target: (typeof moneyTargets)[number]): boolean {
  return (
    target === 'discount' || target === 'tax' || (target === 'refunded' && format.columns.refundStatus !== undefined)
  );
}

function lenientMoney(text: string, digits: number): number | null {
  if (text === '') return null;
  try {
    return parseMoney(text, digits);
  } catch (error) {
    if (error instanceof CellFault) return null;
    throw error;
  }
}

function shapeFault(header: readonly string[], cells: readonly string[], lastColumn: number): RowFault | null {
  if (cells.length < header.length && lastColumn >= cells.length)
    return { code: 'too_few_cells', found: String(cells.length) };
  if (cells.length > header.length && cells.slice(header.length).some((cell) => cell.trim() !== '')) {
    return { code: 'too_many_cells', found: String(cells.length) };
  }
  for (let at = 0; at < cells.length; at += 1) {
    const cell = cells[at] ?? '';
    if (cell.includes('\u0000')) return { code: 'nul_character', column: header[at] };
    if (cell.includes('\uFFFD')) return { code: 'unreadable_characters', column: header[at] };
    if (cell.length > cellMax) return { code: 'cell_too_long', column: header[at] };
  }
  return null;
}

/** Remembers the last text read: neighbouring rows mostly repeat it. */
function remember<Value>(read: (text: string) => Value): (text: string) => Value {
  let lastText: string | undefined;
  let lastValue: Value | undefined;
  return (text) => {
    if (text !== lastText) {
      lastValue = read(text);
      lastText = text;
    }
    return lastValue as Value;
  };
}

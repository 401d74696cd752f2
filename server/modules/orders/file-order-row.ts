import type { CellReader, FileFormat, ImportSettings, Target } from './file-format.ts';
import { CellFault, cleanCell, lineAmount, minorDigits, parseMoney, parseQuantity, statusReader, timeReader } from './file-values.ts';
import type { FileRow } from './file-rows.ts';
import type { OrderStatus } from './new-order.ts';

/** Why a row was not taken; `column` is the header's name, `found` the text in it. */
export interface RowFault {
  readonly code: string;
  readonly column?: string | undefined;
  readonly found?: string | undefined;
}

/** A row's values, read. Amounts in minor units. */
export interface OrderFileRow {
  readonly rowNo: number;
  readonly orderNo: string;
  readonly cell: CellReader;
  readonly digits: number;
  readonly currency: string;
  readonly status: OrderStatus | null;
  readonly placedAt: Date | null;
  readonly paidAt: Date | null;
  readonly shippedAt: Date | null;
  readonly receivedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly refundedAt: Date | null;
  readonly payable: number | null;
  readonly paid: number | null;
  readonly goodsTotal: number | null;
  readonly freight: number | null;
  readonly discount: number | null;
  readonly tax: number | null;
  readonly refunded: number | null;
  readonly quantity: number | null;
  readonly unitPrice: number | null;
  /** Quantity × price, or the amount the file gives for the row. */
  readonly amount: number | null;
  /** Whether `amount` is already net of every discount. */
  readonly isAmountFinal: boolean;
}

export type RowReader = (row: FileRow) => { readonly row: OrderFileRow } | { readonly faults: readonly RowFault[] };

const moneyTargets = ['payable', 'paid', 'goodsTotal', 'freight', 'discount', 'tax', 'refunded'] as const;
const timeTargets = ['placedAt', 'paidAt', 'shippedAt', 'receivedAt', 'cancelledAt', 'refundedAt'] as const;
const cellMax = 32_768;

/** Builds the reader of a file's rows: checks their shape and characters and reads times, amounts and numbers. */
export function rowReader(format: FileFormat, settings: ImportSettings, header: readonly string[]): RowReader {
  const { columns } = settings;
  const readTime = remember(timeReader(settings.timeZone, settings.dateOrder));
  const readStatus = statusReader(format.statuses);
  const usedColumns = new Set(Object.values(columns));
  return ({ rowNo, cells }) => {
    const shape = shapeFault(header, cells, usedColumns);
    if (shape) return { faults: [shape] };
    const faults: RowFault[] = [];
    const cell: CellReader = (target) => {
      const at = columns[target];
      return at === undefined ? '' : cleanCell(cells[at] ?? '');
    };
    const take = <Value>(target: Target, read: (text: string) => Value): Value | null => {
      try {
        return read(cell(target));
      } catch (error) {
        if (!(error instanceof CellFault)) throw error;
        faults.push({ code: error.code, column: header[columns[target] ?? -1], found: error.found });
        return null;
      }
    };
    const currency = cell('currency').toUpperCase() || settings.currency;
    const digits = minorDigits(currency);
    const orderNo = cell('orderNo');
    if (orderNo === '') faults.push({ code: 'order_number_missing' });
    if (orderNo.length > 64) faults.push({ code: 'order_number_too_long' });
    const money = Object.fromEntries(
      moneyTargets.map((target) => [target, optionalMoney(format, target) ? lenientMoney(cell(target), digits) : take(target, (text) => parseMoney(text, digits))]),
    ) as Record<(typeof moneyTargets)[number], number | null>;
    const times = Object.fromEntries(timeTargets.map((target) => [target, take(target, readTime)])) as Record<(typeof timeTargets)[number], Date | null>;
    const placedAt = times.placedAt ?? (format.placedAtFrom ? readTime(format.placedAtFrom(cell)) : null);
    const hasLine = columns.quantity !== undefined || columns.unitPrice !== undefined || columns.lineAmount !== undefined;
    const quantity = hasLine ? (cell('quantity') === '' ? null : take('quantity', parseQuantity)) : null;
    const unitPrice = take('unitPrice', (text) => parseMoney(text, digits));
    const given = take('lineAmount', (text) => parseMoney(text, digits));
    const computed = given === null && unitPrice !== null && quantity !== null ? take('unitPrice', (text) => lineAmount(quantity, text, digits)) : null;
    const status = format.statusFrom ? format.statusFrom(cell) : readStatus(cell('status'));
    if (status === null && cell('status') !== '' && !format.statusFrom && format.statuses.length > 0 && format.parts.includes('head')) {
      faults.push({ code: 'status_unknown', column: header[columns.status ?? -1], found: cell('status').slice(0, 100) });
    }
    for (const target of format.required) {
      const isThere = target === 'placedAt' ? placedAt !== null : cell(target) !== '';
      if (!isThere && target !== 'orderNo' && isRowTarget(target)) faults.push({ code: 'value_missing', column: header[columns[target] ?? -1] ?? target });
    }
    if (faults.length > 0) return { faults };
    const lineDiscount = lenientMoney(cell('lineDiscount'), digits) ?? 0;
    const lineFreight = given === null ? 0 : (lenientMoney(cell('lineFreight'), digits) ?? 0);
    const gross = given === null ? computed : given - lineFreight;
    return {
      row: {
        rowNo, orderNo, cell, digits, currency, status, ...times, placedAt, ...money, quantity, unitPrice,
        amount: gross === null ? null : gross - lineDiscount,
        isAmountFinal: given !== null,
      },
    };
  };
}

// Order amounts and times may stand on the first row only; what a line needs must stand on each.
function isRowTarget(target: Target): boolean {
  return target === 'quantity' || target === 'unitPrice' || target === 'refundNo';
}

/** Amounts that nothing depends on, and refund cells, which may hold words such as 无退款申请. */
function optionalMoney(format: FileFormat, target: (typeof moneyTargets)[number]): boolean {
  return target === 'discount' || target === 'tax' || (target === 'refunded' && format.columns.refundStatus !== undefined);
}

function lenientMoney(text: string, digits: number): number | null {
  try {
    return parseMoney(text, digits);
  } catch (error) {
    if (error instanceof CellFault) return null;
    throw error;
  }
}

function shapeFault(header: readonly string[], cells: readonly string[], used: ReadonlySet<number>): RowFault | null {
  if (cells.length < header.length && [...used].some((at) => at >= cells.length)) return { code: 'too_few_cells', found: String(cells.length) };
  if (cells.length > header.length && cells.slice(header.length).some((cell) => cell.trim() !== '')) {
    return { code: 'too_many_cells', found: String(cells.length) };
  }
  for (const [at, cell] of cells.entries()) {
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

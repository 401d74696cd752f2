import type { FileFormat, ImportSettings } from './file-format.ts';
import { rowReader } from './file-order-row.ts';
import type { OrderFileRow, RowFault, RowReader } from './file-order-row.ts';
import { assembleOrder } from './file-order.ts';
import type { FileStamp } from './file-order.ts';
import type { FileRow } from './file-rows.ts';
import { cleanCell } from './file-values.ts';
import type { NewOrder } from './new-order.ts';
import { faultOf } from './validate-order.ts';

/** A row that was not taken, with everything needed to correct it. */
export interface RejectedRow {
  readonly rowNo: number;
  readonly faults: readonly RowFault[];
  readonly cells: readonly string[];
}

/** Orders put together from rows, with the rows each came from, and the rows that could not be taken. */
export interface GroupedRows {
  readonly orders: { readonly order: NewOrder; readonly rows: readonly FileRow[] }[];
  readonly rejects: RejectedRow[];
}

const rowsPerOrderMax = 5_000;

/** The order number a row belongs to; '' when it has none. */
export function keyOf(settings: ImportSettings, { cells }: FileRow): string {
  return cleanCell(cells[settings.columns.orderNo ?? -1] ?? '');
}

/**
 * Puts rows that follow each other and have the same order number together. Rows are fed one by one; what is complete is taken out
 * with `take`. A row with a fault takes its whole order with it: half an order would be a wrong one.
 */
export class RowGrouper {
  readonly #format: FileFormat;
  readonly #settings: ImportSettings;
  readonly #stamp: FileStamp;
  readonly #read: RowReader;
  #key = '';
  #rows: FileRow[] = [];
  #isTooLong = false;
  #done: GroupedRows = { orders: [], rejects: [] };
  /** Rows fed whose outcome is complete: everything up to here can be committed. */
  rowsComplete = 0;
  #lastRowNo = 0;

  constructor(options: { format: FileFormat; settings: ImportSettings; stamp: FileStamp; header: readonly string[] }) {
    this.#format = options.format;
    this.#settings = options.settings;
    this.#stamp = options.stamp;
    this.#read = rowReader(options.format, options.settings, options.header);
  }

  add(row: FileRow): void {
    const key = keyOf(this.#settings, row);
    if (key !== this.#key || key === '') this.close();
    this.#key = key;
    this.#lastRowNo = row.rowNo;
    if (this.#isTooLong) {
      this.#done.rejects.push(reject(row, [{ code: 'too_many_rows_in_order' }]));
      return;
    }
    this.#rows.push(row);
    if (this.#rows.length > rowsPerOrderMax) {
      this.#isTooLong = true;
      this.#rejectAll([{ code: 'too_many_rows_in_order' }]);
    }
  }

  /** Completes the order at hand; call at the end of the rows. */
  close(): void {
    this.rowsComplete = this.#lastRowNo;
    this.#isTooLong = false;
    if (this.#rows.length === 0) return;
    const read: OrderFileRow[] = [];
    const faulty = new Map<number, readonly RowFault[]>();
    for (const row of this.#rows) {
      const result = this.#read(row);
      if (isRead(result)) read.push(result);
      else faulty.set(row.rowNo, result);
    }
    if (faulty.size > 0) {
      const [firstFaulty] = faulty.keys();
      for (const row of this.#rows) {
        const faults = faulty.get(row.rowNo) ?? [{ code: 'other_row_of_order_rejected', found: String(firstFaulty) }];
        this.#done.rejects.push(reject(row, faults));
      }
      this.#rows = [];
      return;
    }
    const order = assembleOrder(this.#format, this.#settings, this.#stamp, read);
    const missing = this.#missing(read);
    const fault = missing ?? faultOf(order);
    if (fault === null) this.#done.orders.push({ order, rows: this.#rows });
    else
      this.#rejectAll([
        missing ? { code: 'value_missing', column: missing } : { code: 'order_contradicts_itself', found: fault },
      ]);
    this.#rows = [];
  }

  /** What is complete so far; forgets it. */
  take(): GroupedRows {
    const done = this.#done;
    this.#done = { orders: [], rejects: [] };
    return done;
  }

  /** Order values that must stand on at least one of its rows. */
  #missing(rows: readonly OrderFileRow[]): string | null {
    if (!this.#format.parts.includes('head')) return null;
    if (!rows.some((row) => row.placedAt !== null)) return 'placedAt';
    const hasAmount = rows.some((row) => row.payable !== null || row.amount !== null);
    return hasAmount ? null : 'payable';
  }

  #rejectAll(faults: readonly RowFault[]): void {
    for (const row of this.#rows) this.#done.rejects.push(reject(row, faults));
    this.#rows = [];
  }
}

function isRead(result: ReturnType<RowReader>): result is OrderFileRow {
  return !Array.isArray(result);
}

function reject(row: FileRow, faults: readonly RowFault[]): RejectedRow {
  return { rowNo: row.rowNo, faults, cells: row.cells };
}

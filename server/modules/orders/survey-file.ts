import { ColumnsMissing, FileEmpty } from './errors.ts';
import type { ImportSettings, Target } from './file-format.ts';
import { formatOf } from './file-formats.ts';
import { keyOf } from './file-groups.ts';
import { readRows } from './file-rows.ts';
import type { Delimiter } from './file-rows.ts';
import type { Encoding, OpenFile } from './file-text.ts';
import { hashOf, KeySet } from './key-set.ts';

/** What a first reading of a whole file tells. */
export interface FileSurvey {
  readonly header: readonly string[];
  /** Data rows, without the header. */
  readonly rowsTotal: number;
  /** Orders whose rows do not stand together; usually none. */
  readonly scattered: KeySet;
  /** In how many parts the scattered orders are read again so that each fits in memory. */
  readonly scatteredParts: number;
}

const rowsPerPart = 50_000;

/**
 * Reads a file once to the end: checks that it can be cut into rows and has the columns it needs, counts, and notes orders whose rows
 * lie apart. `onRows` is called now and then with the rows read so far. Throws the typed errors of `readRows` and `ColumnsMissing`.
 */
export async function surveyFile(
  open: OpenFile,
  settings: ImportSettings,
  onRows: (rows: number) => Promise<void> = async () => undefined,
): Promise<FileSurvey> {
  refuseMissing(settings);
  const seen = new KeySet();
  const scattered = new KeySet();
  let header: readonly string[] | undefined;
  let rowsTotal = 0;
  let previous = '';
  for await (const rows of readRows(open, readingOf(settings))) {
    for (const row of rows) {
      if (!header) {
        header = row.cells;
        continue;
      }
      rowsTotal += 1;
      const key = keyOf(settings, row);
      if (key === previous || key === '') continue;
      if (!seen.add(key)) scattered.add(key);
      previous = key;
    }
    await onRows(rowsTotal);
  }
  if (!header) throw new FileEmpty();
  const rowsPerOrder = Math.max(1, rowsTotal / Math.max(1, seen.size));
  return { header, rowsTotal, scattered, scatteredParts: Math.ceil((scattered.size * rowsPerOrder) / rowsPerPart) };
}

/** The part in which a scattered order is read. */
export function partOf(key: string, parts: number): number {
  return hashOf(`part ${key}`) % parts;
}

/** How the rows of a file with these settings are read. */
export function readingOf(settings: ImportSettings): { encoding: Encoding; delimiter: Delimiter } {
  return { encoding: settings.encoding as Encoding, delimiter: settings.delimiter as Delimiter };
}

/** Required meanings no column has been chosen for. */
export function missingTargets(settings: ImportSettings): Target[] {
  const format = formatOf(settings.format);
  const { columns } = settings;
  const missing = format.required.filter(
    (target) => columns[target] === undefined && !(target === 'placedAt' && format.placedAtFrom),
  );
  const isPriced =
    columns.payable !== undefined ||
    columns.lineAmount !== undefined ||
    columns.unitPrice !== undefined ||
    columns.refunded !== undefined;
  return isPriced ? missing : [...missing, 'payable'];
}

/** Throws `ColumnsMissing` when a required meaning has no column. */
export function refuseMissing(settings: ImportSettings): void {
  const missing = missingTargets(settings);
  if (missing.length > 0) throw new ColumnsMissing(missing);
}

import { CsvFault, CsvScanner } from './csv-scanner.ts';
import { FileEmpty, QuoteNotClosed, RowTooLong, TooManyColumns } from './errors.ts';
import { readText } from './file-text.ts';
import type { Encoding, OpenFile } from './file-text.ts';

export const delimiters = [',', '\t', ';', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

/** A row of a file as its cells; the header is row 1, so that the number is the one a spreadsheet shows for files without line breaks in cells. */
export interface FileRow {
  readonly rowNo: number;
  readonly cells: readonly string[];
}

const rowCharactersMax = 262_144;
const columnsMax = 200;

/** Finds what separates the cells, from the header line. */
export async function detectDelimiter(open: OpenFile, encoding: Encoding): Promise<Delimiter> {
  let line = '';
  for await (const text of readText(open, encoding)) {
    line += text;
    if (/[\r\n]/.test(line) || line.length > rowCharactersMax) break;
  }
  const header = (/^[^\r\n]*/.exec(line)?.[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const counts = delimiters.map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counts.toSorted((a, b) => b.count - a.count)[0]?.delimiter ?? ',';
}

/**
 * Reads a delimited file in batches of rows, in constant memory. The first row of the first batch is the header. Throws a typed error
 * when the file cannot be cut into rows any further; rows of odd length are handed out as they are.
 */
export async function* readRows(
  open: OpenFile,
  { encoding, delimiter }: { readonly encoding: Encoding; readonly delimiter: Delimiter },
): AsyncGenerator<FileRow[]> {
  const scanner = new CsvScanner({ delimiter, rowMax: rowCharactersMax });
  let rowNo = 0;
  const number = (rows: readonly string[][]): FileRow[] => rows.map((cells) => ({ rowNo: (rowNo += 1), cells }));
  try {
    for await (const text of readText(open, encoding)) {
      const rows = number(scanner.push(text));
      if (rows[0]?.rowNo === 1) refuseWide(rows[0]);
      if (rows.length > 0) yield rows;
    }
    const rows = number(scanner.end());
    if (rows.length > 0) yield rows;
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    throw error.kind === 'row_too_long' ? new RowTooLong(error.row, rowCharactersMax) : new QuoteNotClosed(error.row);
  }
  if (rowNo === 0) throw new FileEmpty();
}

function refuseWide({ cells }: FileRow): void {
  if (cells.length > columnsMax) throw new TooManyColumns(columnsMax);
}

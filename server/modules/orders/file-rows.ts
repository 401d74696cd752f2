import { Readable } from 'node:stream';

import { CsvError, parse } from 'csv-parse';

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

const rowBytesMax = 262_144;
const columnsMax = 200;
const batchRows = 1_000;

/** Finds what separates the cells, from the header line. */
export async function detectDelimiter(open: OpenFile, encoding: Encoding): Promise<Delimiter> {
  let line = '';
  for await (const text of readText(open, encoding)) {
    line += text;
    if (/[\r\n]/.test(line) || line.length > rowBytesMax) break;
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
  const parser = parse({
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: rowBytesMax,
  });
  const text = Readable.from(readText(open, encoding), { objectMode: false, encoding: 'utf8' });
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  let rowNo = 0;
  let batch: FileRow[] = [];
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      rowNo += 1;
      if (cells.length > columnsMax && rowNo === 1) throw new TooManyColumns(columnsMax);
      batch.push({ rowNo, cells });
      if (batch.length === batchRows) {
        yield batch;
        batch = [];
      }
    }
  } catch (error) {
    if (error instanceof CsvError) throw rowError(error, rowNo + 1);
    throw error;
  } finally {
    text.destroy();
    parser.destroy();
  }
  if (rowNo === 0) throw new FileEmpty();
  if (batch.length > 0) yield batch;
}

function rowError(error: CsvError, row: number): Error {
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return new RowTooLong(row, rowBytesMax);
    case 'CSV_QUOTE_NOT_CLOSED':
      return new QuoteNotClosed(row);
    default:
      return error;
  }
}

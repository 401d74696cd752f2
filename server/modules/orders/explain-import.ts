import type { Context } from '#platform/context';

import {
  ColumnsMissing,
  EncodingUnknown,
  FileEmpty,
  FileNotText,
  QuoteNotClosed,
  RowTooLong,
  TooManyColumns,
} from './errors.ts';
import { readRejects } from './import-store.ts';
import type { Import } from './import-store.ts';
import { describeFault } from './list-rejects.ts';

/** Why an import failed, in a sentence, with whatever details its code carries; null when it did not. */
export function explainFailure({ errorCode, errorDetails }: Pick<Import, 'errorCode' | 'errorDetails'>): string | null {
  if (errorCode === null) return null;
  const details = errorDetails ?? {};
  const number = (name: string) => Number(details[name] ?? 0);
  const text = (name: string) => (typeof details[name] === 'string' ? details[name] : '?');
  const list = (name: string) => (Array.isArray(details[name]) ? details[name].map(String) : []);
  const makers: Readonly<Record<string, () => Error>> = {
    import_file_not_text: () => new FileNotText(text('kind')),
    import_encoding_unknown: () => new EncodingUnknown(number('byte')),
    import_file_empty: () => new FileEmpty(),
    import_row_too_long: () => new RowTooLong(number('row'), number('maxCharacters')),
    import_quote_not_closed: () => new QuoteNotClosed(number('row')),
    import_too_many_columns: () => new TooManyColumns(number('max')),
    import_columns_missing: () => new ColumnsMissing(list('targets')),
  };
  const sentence = makers[errorCode]?.().message;
  if (sentence !== undefined) return sentence;
  const known = Object.entries(details).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return known.length > 0 ? known.join(', ') : 'no details';
}

/** Rejected rows with the same fault in the same column. */
export interface RejectGroup {
  readonly code: string;
  /** Column and reason in words. */
  readonly sentence: string;
  readonly rows: number;
  /** The first few row numbers, counted as a spreadsheet counts them. */
  readonly firstRows: readonly number[];
}

const firstRowsMax = 5;

/** The rejected rows of an import by what is wrong with them, the most frequent fault first. */
export async function groupRejects(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  importId: string,
): Promise<RejectGroup[]> {
  const groups = new Map<string, { code: string; sentence: string; rows: number; firstRows: number[] }>();
  for await (const rejects of readRejects(ctx, importId)) {
    for (const { rowNo, faults } of rejects) {
      for (const { code, column } of faults) {
        const sentence = describeFault({ code, column }, 'en');
        const group = groups.get(sentence) ?? { code, sentence, rows: 0, firstRows: [] };
        groups.set(sentence, group);
        group.rows += 1;
        if (group.firstRows.length < firstRowsMax) group.firstRows.push(rowNo);
      }
    }
  }
  return [...groups.values()].toSorted((a, b) => b.rows - a.rows);
}

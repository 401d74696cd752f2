import { defineError } from '#platform/errors';

export const OrderInvalid = defineError(
  'order_invalid',
  422,
  (sourceOrderNo: string, why: string) => `Order ${sourceOrderNo} cannot be recorded: ${why}.`,
  (sourceOrderNo, why) => ({ sourceOrderNo, why }),
);

export const FileNotText = defineError(
  'import_file_not_text',
  422,
  (kind: string) => `This is ${kind}, not a CSV file. Open it and save it as CSV.`,
  (kind) => ({ kind }),
);
export const EncodingUnknown = defineError(
  'import_encoding_unknown',
  422,
  (byte: number) => `The text is neither UTF-8, UTF-16 nor GB18030 (first doubt near byte ${byte}). Save it as UTF-8.`,
  (byte) => ({ byte }),
);
export const FileEmpty = defineError('import_file_empty', 422, () => 'The file has no header line.');
export const RowTooLong = defineError(
  'import_row_too_long',
  422,
  (row: number, maxCharacters: number) =>
    `Row ${row} is longer than ${maxCharacters} characters; a quotation mark is probably not closed before it.`,
  (row, maxCharacters) => ({ row, maxCharacters }),
);
export const QuoteNotClosed = defineError(
  'import_quote_not_closed',
  422,
  (row: number) => `A quotation mark opened in row ${row} is never closed.`,
  (row) => ({ row }),
);
export const TooManyColumns = defineError(
  'import_too_many_columns',
  422,
  (max: number) => `The file has more than ${max} columns.`,
  (max) => ({ max }),
);
export const ColumnsMissing = defineError(
  'import_columns_missing',
  422,
  (targets: readonly string[]) => `No column says: ${targets.join(', ')}. Choose columns for them.`,
  (targets) => ({ targets }),
);
export const ImportNotAtRest = defineError(
  'import_not_at_rest',
  409,
  (state: string) => `The import is ${state}; this is possible only before it starts, when paused or after a failure.`,
  (state) => ({ state }),
);
export const ImportNotRunning = defineError(
  'import_not_running',
  409,
  (state: string) => `The import is ${state}; only a running import can be paused.`,
  (state) => ({ state }),
);

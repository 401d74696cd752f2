import type { List } from '../lib/query.ts';

type TableRows<Row> = Pick<List<Row>, 'rows' | 'isLoading' | 'isRefreshing' | 'error' | 'retry'>;

/** Rows that are already there, for a table. */
export function rowsAtHand<Row>(rows: readonly Row[]): TableRows<Row> {
  return { rows, isLoading: false, isRefreshing: false, error: null, retry: () => undefined };
}

interface Answer<Data> {
  readonly data: Data | undefined;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

/** The rows of one answer that comes whole, for a table. */
export function rowsOf<Data, Row>(answer: Answer<Data>, pick: (data: Data) => readonly Row[]): TableRows<Row> {
  return {
    rows: answer.data === undefined ? [] : pick(answer.data),
    isLoading: answer.isPending,
    isRefreshing: false,
    error: answer.error,
    retry: () => void answer.refetch(),
  };
}

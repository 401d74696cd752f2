import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

import {
  ClickHouseError,
  createClient,
  type ClickHouseClient,
  type ClickHouseSettings,
  type ClickHouseClientConfigOptions,
} from '@clickhouse/client';

import { defineError } from '../errors.ts';

/** The warehouse cannot be reached or is stopping; pages that need it degrade, everything else goes on. */
export class WarehouseUnavailable extends defineError(
  'warehouse_unavailable',
  503,
  (reason: string) => `The analytics store is not available at the moment (${reason}). Try again shortly.`,
  (reason) => ({ reason }),
) {}

/** The engine refused a statement; `code` is ClickHouse's number as text (`'60'` unknown table, `'241'` memory limit). */
export { ClickHouseError as WarehouseQueryError };

/** Values for `{name:Type}` in a statement; strings, numbers, bigints, booleans, dates, null, arrays, plain objects and Maps. */
export type QueryParams = Readonly<Record<string, unknown>>;

export interface StatementOptions {
  readonly settings?: ClickHouseSettings;
  /** Cancels the statement in the engine as well. */
  readonly signal?: AbortSignal;
}

export interface InsertOptions {
  /** Deduplication token: a block sent again with the same token is stored once (the table keeps the last 1,000). */
  readonly token?: string;
  readonly columns?: readonly string[];
  readonly settings?: ClickHouseSettings;
}

export interface Warehouse {
  /**
   * Rows of a SELECT. 64-bit integers arrive as numbers; one beyond 2^53 throws, so select ids as `toString(id)`.
   */
  query<T>(sql: string, params?: QueryParams, options?: StatementOptions): Promise<T[]>;
  /** Rows of a SELECT in batches, for results too large to hold; same numbers as `query`. */
  stream<T>(sql: string, params?: QueryParams, options?: StatementOptions): AsyncIterable<T[]>;
  /** Runs a statement without a result: DDL, ALTER, INSERT … SELECT. */
  command(sql: string, params?: QueryParams, options?: StatementOptions): Promise<void>;
  /** Inserts rows as JSON, or a Buffer that already is RowBinary. Resolves once the engine has stored them. */
  insert(table: string, rows: readonly object[] | Buffer, options?: InsertOptions): Promise<void>;
  /** Whether the engine answers a statement now. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

export interface WarehouseOptions {
  /** `http://user:password@host:port`, as the engine reports it or as CLICKHOUSE_URL says. */
  readonly url: string;
  readonly database?: string;
  readonly maxConnections?: number;
  readonly requestTimeoutMs?: number;
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);

type RowParser = NonNullable<NonNullable<ClickHouseClientConfigOptions['json']>['parse']>;

/** TOO_MANY_SIMULTANEOUS_QUERIES, SOCKET_TIMEOUT, NETWORK_ERROR, ABORTED, QUERY_WAS_CANCELLED: it is there but cannot serve. */
const cannotServeNow = new Set(['202', '209', '210', '236', '394']);

function unavailableReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof ClickHouseError) return cannotServeNow.has(error.code) ? error.message : undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && unreachable.has(code)) return code;
  return error.message === 'Timeout error.' || error.message === 'socket hang up' ? error.message : undefined;
}

function translated(error: unknown): unknown {
  const reason = unavailableReason(error);
  if (reason === undefined) return error;
  const unavailable = new WarehouseUnavailable(reason);
  unavailable.cause = error;
  return unavailable;
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translated(error);
  }
}

/** Reads one row; a 64-bit integer that a JavaScript number cannot hold is an error, never a wrong id. */
export function parseRow(text: string): unknown {
  // The cheap test lets strings of digits through to the exact one, which looks at the source of each number.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (key, value: unknown, context?: { source?: string }) => {
    const source = context?.source ?? '';
    if (typeof value === 'number' && /^-?\d+$/.test(source) && !Number.isSafeInteger(value)) {
      throw new RangeError(`Column ${key} holds ${source}, beyond what a number can hold; select toString(${key}).`);
    }
    return value;
  });
}

function writeRow(row: unknown): string {
  return JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

const sessionSettings: ClickHouseSettings = {
  // One meaning of a time without a zone, whatever machine the engine runs on.
  session_timezone: 'UTC',
  date_time_input_format: 'best_effort',
  output_format_json_quote_64bit_integers: 0,
};

function tableName(table: string): string {
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(table)) throw new TypeError(`${table} is not a table name.`);
  return table;
}

async function insertRows(
  client: ClickHouseClient,
  table: string,
  rows: readonly object[] | Buffer,
  { token, columns, settings }: InsertOptions,
): Promise<void> {
  if (rows.length === 0) return;
  const clickhouse_settings: ClickHouseSettings = {
    // An acknowledgement means stored, also where a server batches inserts by default.
    async_insert: 0,
    ...settings,
    ...(token === undefined ? {} : { insert_deduplication_token: token }),
  };
  const list = columns === undefined ? '' : ` (${columns.map((column) => `\`${tableName(column)}\``).join(', ')})`;
  const format = Buffer.isBuffer(rows) ? 'RowBinary' : 'JSONEachRow';
  const body = Buffer.isBuffer(rows) ? rows : Buffer.from(rows.map(writeRow).join('\n'));
  const { stream } = await client.exec({
    query: `INSERT INTO ${tableName(table)}${list} FORMAT ${format}`,
    values: Readable.from([body], { objectMode: false }),
    clickhouse_settings,
  });
  await finished(stream.resume());
}

async function* streamRows<T>(
  client: ClickHouseClient,
  sql: string,
  params: QueryParams,
  { settings, signal }: StatementOptions,
): AsyncGenerator<T[]> {
  try {
    const result = await client.query({
      query: sql,
      format: 'JSONEachRow',
      query_params: params,
      ...(settings === undefined ? {} : { clickhouse_settings: settings }),
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    for await (const rows of result.stream<T>()) yield rows.map((row) => row.json<T>());
  } catch (error) {
    throw translated(error);
  }
}

/** Opens the warehouse, whether our own engine or a ClickHouse server or cluster; connects on first use. */
export function openWarehouse({
  url,
  database,
  maxConnections = 10,
  requestTimeoutMs = 30_000,
}: WarehouseOptions): Warehouse {
  const client = createClient({
    url,
    ...(database === undefined ? {} : { database }),
    max_open_connections: maxConnections,
    request_timeout: requestTimeoutMs,
    use_multipart_params_auto: true,
    clickhouse_settings: sessionSettings,
    json: { parse: parseRow as RowParser, stringify: writeRow },
    log: { level: 127 },
  });
  const stream = <T>(sql: string, params: QueryParams = {}, options: StatementOptions = {}) =>
    streamRows<T>(client, sql, params, options);
  return {
    stream,
    query: async <T>(sql: string, params?: QueryParams, options?: StatementOptions) => {
      const rows: T[] = [];
      for await (const batch of stream<T>(sql, params, options)) rows.push(...batch);
      return rows;
    },
    command: (sql, params = {}, { settings, signal } = {}) =>
      attempt(async () => {
        await client.command({
          query: sql,
          query_params: { ...params },
          ...(settings === undefined ? {} : { clickhouse_settings: settings }),
          ...(signal === undefined ? {} : { abort_signal: signal }),
        });
      }),
    insert: (table, rows, options = {}) => attempt(() => insertRows(client, table, rows, options)),
    ping: async () => (await client.ping({ select: true })).success,
    close: () => client.close(),
  };
}

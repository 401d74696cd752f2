import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

import { Fault, notImplemented, tooLarge } from './fault.ts';

/** One request to ClickHouse's HTTP interface, its address read but its body not yet. */
export interface WarehouseRequest {
  /** The part of the statement that stands in the address. */
  readonly statement: string;
  /** Values of `{name:Type}`, by name. */
  readonly values: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, string>;
  readonly database: string | undefined;
  readonly format: string | undefined;
  readonly queryId: string | undefined;
  readonly compressReply: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** Settings that steer ClickHouse's own HTTP server; ours always waits for the end and never batches inserts by itself. */
const transport = new Set(
  (
    'query database default_format query_id user password quota_key stacktrace wait_end_of_query buffer_size ' +
    'enable_http_compression http_zlib_compression_level send_progress_in_http_headers ' +
    'http_headers_progress_interval_ms http_response_buffer_size http_write_exception_in_output_format ' +
    'cancel_http_readonly_queries_on_client_close async_insert wait_for_async_insert session_timeout session_check'
  ).split(' '),
);

const unsupported = new Map([
  ['session_id', 'Sessions are not supported; every request stands alone.'],
  ['role', 'Roles are not supported.'],
  ['compress', "ClickHouse's native compression is not supported; use HTTP compression."],
  ['decompress', "ClickHouse's native compression is not supported; use HTTP compression."],
]);

function credentials(request: IncomingMessage, search: URLSearchParams) {
  const { 'x-clickhouse-user': user, 'x-clickhouse-key': key, authorization = '' } = request.headers;
  if (typeof user === 'string') return { user, password: typeof key === 'string' ? key : '' };
  const basic = /^Basic (.+)$/i.exec(authorization)?.[1];
  if (basic === undefined)
    return { user: search.get('user') ?? undefined, password: search.get('password') ?? undefined };
  const pair = Buffer.from(basic, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Reads address and headers. Throws a Fault for what this interface does not offer. */
export function readRequest(request: IncomingMessage): WarehouseRequest {
  const search = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const values = new Map<string, string>();
  const settings = new Map<string, string>();
  for (const [name, value] of search) {
    const refusal = unsupported.get(name);
    if (refusal !== undefined && value !== '0') throw notImplemented(refusal);
    if (name.startsWith('param_')) values.set(name.slice('param_'.length), value);
    else if (!transport.has(name) && refusal === undefined) settings.set(name, value);
  }
  return {
    statement: search.get('query') ?? '',
    values,
    settings,
    database: search.get('database') ?? undefined,
    format: search.get('default_format') ?? undefined,
    queryId: search.get('query_id') ?? undefined,
    compressReply: search.get('enable_http_compression') === '1',
    ...credentials(request, search),
  };
}

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** The body as it was before HTTP compression. */
export function decodedBody(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return request;
  const decoder = decoders[encoding];
  if (!decoder) throw notImplemented(`Content-Encoding ${encoding} is not supported.`);
  const decoded = decoder();
  // A failure of either end reaches whoever reads the decoded stream.
  pipeline(request, decoded, () => {});
  return decoded;
}

/** Holds a whole body in memory; throws when it is longer than `limitBytes`. */
export async function readAll(body: Readable, limitBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > limitBytes)
      throw tooLarge(`A statement may be ${limitBytes} bytes long; send rows as the body of an INSERT.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The named parts of a form, in which clients send parameters too long for an address. */
export function readForm(body: Buffer, contentType: string): Map<string, string> {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw new Fault(36, 'BAD_ARGUMENTS', 'The form has no boundary.');
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const text = Buffer.concat([Buffer.from('\r\n'), body]);
  const parts = new Map<string, string>();
  let start = text.indexOf(delimiter);
  for (let end = text.indexOf(delimiter, start + 1); start >= 0 && end >= 0; end = text.indexOf(delimiter, start + 1)) {
    const part = text.subarray(start + delimiter.length, end);
    const headEnd = part.indexOf('\r\n\r\n');
    const name = /\bname="([^"]*)"/i.exec(part.subarray(0, Math.max(headEnd, 0)).toString('latin1'))?.[1];
    if (name === undefined) throw new Fault(36, 'BAD_ARGUMENTS', 'A part of the form has no name.');
    parts.set(name, part.subarray(headEnd + 4).toString('utf8'));
    start = end;
  }
  return parts;
}

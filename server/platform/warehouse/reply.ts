import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createDeflate, createGzip, createZstdCompress } from 'node:zlib';

import { faultReply } from './fault.ts';

const encoders: Readonly<Record<string, () => Duplex>> = {
  zstd: () => createZstdCompress(),
  gzip: () => createGzip({ level: 1 }),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  deflate: () => createDeflate({ level: 1 }),
};

/** Below this, compressing costs more than sending. */
const smallBytes = 1024;

function encodingFor(request: IncomingMessage): string | undefined {
  const accepted = request.headers['accept-encoding']?.toString() ?? '';
  return Object.keys(encoders).find((name) =>
    new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))`).test(accepted),
  );
}

export interface Reply {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly compress: boolean;
}

async function send(
  { request, response, compress }: Reply,
  source: Readable | Uint8Array,
  bytes: number,
): Promise<void> {
  const encoding = compress && bytes > smallBytes ? encodingFor(request) : undefined;
  const encoder = encoding === undefined ? undefined : encoders[encoding];
  if (encoding === undefined || encoder === undefined) response.setHeader('content-length', bytes);
  else response.setHeader('content-encoding', encoding);
  if (!encoder) return source instanceof Uint8Array ? void response.end(source) : pipeline(source, response);
  return pipeline(source instanceof Uint8Array ? [source] : source, encoder(), response);
}

/** Sends what the engine returned from memory. */
export function sendBytes(reply: Reply, bytes: Uint8Array): Promise<void> {
  return send(reply, bytes, bytes.length);
}

/** Sends a result file piece by piece and closes it. */
export async function sendFile(reply: Reply, file: FileHandle): Promise<void> {
  try {
    const { size } = await file.stat();
    await send(reply, file.createReadStream({ autoClose: false, start: 0 }), size);
  } finally {
    await file.close();
  }
}

/** Answers with the error in ClickHouse's terms; once part of a result is out, only a broken connection can tell. */
export function sendFault({ request, response }: Reply, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, status, message } = faultReply(error);
  // Rows nobody will read are drained, so that the client can finish sending and read this answer.
  request.resume();
  response.removeHeader('content-encoding');
  response.removeHeader('content-length');
  response.setHeader('x-clickhouse-exception-code', String(code));
  response.writeHead(status, { 'content-type': 'text/plain; charset=UTF-8' }).end(message);
}

import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { buildHttp } from '#platform/http';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { routes } from './routes.ts';

/** Megabytes of the one line; SHUKE_LINE_MB=1023 by hand, for the largest file that is taken at all. */
const lineMb = Number(process.env['SHUKE_LINE_MB'] ?? 256);

let db: TestDatabase;
let app: FastifyInstance;

beforeAll(async () => {
  db = await openTestDatabase();
  app = await buildHttp({
    ...db,
    logger: pino({ level: 'silent' }),
    authenticate: async () => ({
      tenantId: db.tenantId,
      actor: { kind: 'staff', id: '0198c0de-0000-7000-8000-000000000001', name: '测试' },
      scope: everyStore,
      permissions: new Set(['collect.import']),
    }),
  });
  routes(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await app.close();
  await db.close();
});

const boundary = 'xxboundaryxx';

/** Sends a file over a real connection, piece by piece, and returns status and answer. */
async function upload(pieces: Iterable<string | Buffer>): Promise<{ status: number; code: string }> {
  const { port } = app.server.address() as AddressInfo;
  const sending = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/api/imports',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  });
  const answered = new Promise<{ status: number; code: string }>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as { error?: { code: string } };
        resolve({ status: reply.statusCode ?? 0, code: body.error?.code ?? '' });
      });
    });
  });
  function* all(): Generator<string | Buffer> {
    yield `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n`;
    yield* pieces;
    yield `\r\n--${boundary}--\r\n`;
  }
  await pipeline(Readable.from(all()), sending);
  return answered;
}

function* oneLine(mb: number): Generator<Buffer> {
  const piece = Buffer.alloc(1 << 20, 'x');
  for (let n = 0; n < mb; n += 1) yield piece;
}

test('a file that is one endless line is refused by name, in little memory', async () => {
  const before = process.memoryUsage.rss();
  let most = before;
  const watching = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  const answer = await upload(oneLine(lineMb));
  clearInterval(watching);

  expect(answer).toEqual({ status: 422, code: 'import_row_too_long' });
  expect((most - before) / 1_048_576).toBeLessThan(200);
  const client = await db.admin();
  const { rows } = await client.query('select from orders.imports');
  await client.end();
  expect(rows).toEqual([]);
}, 180_000);

test.each([
  ['a file of NULs', [Buffer.alloc(5_000)], 'import_file_not_text'],
  [
    'bytes of no encoding',
    [Buffer.from(Array.from({ length: 600 }, () => [0xc4, 0xe3, 0xba, 0xc3, 0xff]).flat())],
    'import_encoding_unknown',
  ],
  ['nothing', [], 'import_file_empty'],
])('%s: refused by name', async (_what, pieces, code) => {
  expect(await upload(pieces)).toEqual({ status: 422, code });
});

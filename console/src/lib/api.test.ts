import { endpoint } from '@shuke/server/platform/endpoint';
import { afterEach, expect, test, vi } from 'vitest';
import * as z from 'zod';

import { addressOf, call } from './api.ts';

const renameShelf = endpoint({
  method: 'PUT',
  path: '/api/shelves/:shelfId',
  summary: 'Renames a shelf.',
  params: z.object({ shelfId: z.string() }),
  body: z.object({ name: z.string() }),
  response: z.object({ name: z.string() }),
});

function answerWith(status: number, body: string) {
  const fetched = vi.fn<(address: string, init: RequestInit) => Promise<Response>>(() =>
    Promise.resolve(new Response(body, { status })),
  );
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

afterEach(() => vi.unstubAllGlobals());

test('escapes path parameters and leaves out empty filters', () => {
  expect(
    addressOf(
      { path: '/api/orders/:orderId/lines' },
      { params: { orderId: 'a/b' }, query: { q: '', tag: ['x', 'y'], n: 0 } },
    ),
  ).toBe('/api/orders/a%2Fb/lines?tag=x&tag=y&n=0');
});

test('refuses an address with a missing parameter instead of calling another endpoint', () => {
  expect(() => addressOf({ path: '/api/orders/:orderId' }, { params: { orderId: '' } })).toThrow('needs orderId');
});

test('every write carries an idempotency key, the given one when a person tries again', async () => {
  const fetched = answerWith(200, '{"name":"A"}');
  const input = { params: { shelfId: '1' }, body: { name: 'A' } };

  await call(renameShelf, input);
  await call(renameShelf, input, { idempotencyKey: 'again' });

  const keys = fetched.mock.calls.map(([, init]) => new Headers(init.headers).get('idempotency-key'));
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys[1]).toBe('again');
});

test('a refusal keeps its code, details and request id', async () => {
  answerWith(409, '{"error":{"code":"shelf_taken","message":"Taken.","details":{"by":"B"},"requestId":"r1"}}');
  await expect(call(renameShelf, { params: { shelfId: '1' }, body: { name: 'A' } })).rejects.toMatchObject({
    status: 409,
    code: 'shelf_taken',
    details: { by: 'B' },
    requestId: 'r1',
  });
});

test('a gateway page and a cut line become codes people can be told about', async () => {
  answerWith(502, '<html>Bad gateway</html>');
  await expect(call(renameShelf, { params: { shelfId: '1' }, body: { name: 'A' } })).rejects.toMatchObject({
    code: 'unavailable',
  });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  await expect(call(renameShelf, { params: { shelfId: '1' }, body: { name: 'A' } })).rejects.toMatchObject({
    code: 'unreachable',
  });
});

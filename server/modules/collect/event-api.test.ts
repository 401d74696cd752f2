import { gzipSync } from 'node:zlib';

import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { fromBody } from '#platform/log/body';
import type { LogEvent } from '#platform/log/event';
import { openApiDocument } from '#platform/openapi';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { limits } from './segment-schema.ts';
import { newSource, startCollectServer } from './testing/collect-server.ts';

let t: TestDatabase;
let app: FastifyInstance;
let key: string;
let sourceId: number;
beforeAll(async () => {
  t = await openTestDatabase();
  app = await startCollectServer(t);
  const made = await newSource(t);
  ({ writeKey: key } = made);
  ({ sourceId } = made.source);
});
afterAll(async () => {
  await app.close();
  await t.close();
});

let made = 0;
const call = (change: Record<string, unknown> = {}) => {
  made += 1;
  return {
    type: 'track',
    event: 'Product Viewed',
    userId: 'u1',
    messageId: `call-${made}`,
    properties: { sku: 'A' },
    ...change,
  };
};
const basic = (writeKey: string) => ({ authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` });
const post = (url: string, body: unknown, headers: Record<string, string> = basic(key)) =>
  app.inject({
    method: 'POST',
    url,
    payload: Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const logged = () =>
  t.asPipeline(async ({ tx, services }) => {
    const sealer = await services.vaults.forInstallation(tx);
    const rows = await tx.query<{ body: Buffer }>(`select body from log.lanes order by lane, seq`);
    return (await Promise.all(rows.map(({ body }) => fromBody<LogEvent[]>(sealer, body)))).flat();
  });
const loggedAs = async (messageId: string) => (await logged()).filter((event) => event.messageId === messageId);
const letters = () =>
  t.asStaff(({ tx }) =>
    tx.query<{ reason: string; message_id: string; event_name: string }>(
      `select reason, message_id, event_name from log.dead_letters order by at, dead_letter_id`,
    ),
  );

test('a call that was answered with success is on disk under its tenant and source', async () => {
  const sent = call();
  const reply = await post('/v1/track', sent);
  expect([reply.statusCode, reply.json()]).toEqual([200, { success: true }]);
  expect(await loggedAs(sent.messageId)).toMatchObject([
    { tenantId: t.tenantId, sourceId, name: 'Product Viewed', type: 'track', properties: { sku: 'A' } },
  ]);
});

test.each([
  ['/v1/track', 'track'],
  ['/v1/identify', 'identify'],
  ['/v1/page', 'page'],
  ['/v1/screen', 'screen'],
  ['/v1/group', 'group'],
  ['/v1/alias', 'alias'],
  ['/v1/t', 'track'],
  ['/v1/i', 'identify'],
  ['/v1/p', 'page'],
  ['/v1/s', 'screen'],
  ['/v1/g', 'group'],
  ['/v1/a', 'alias'],
  ['/v1/track/', 'track'],
])('%s takes a call of type %s, which the address and not the body decides', async (url, type) => {
  const sent = call({ type: 'nonsense', groupId: 'g1', previousId: 'p1' });
  expect((await post(url, sent)).statusCode).toBe(200);
  expect(await loggedAs(sent.messageId)).toMatchObject([{ type }]);
});

test.each(['/v1/batch', '/v1/b', '/beacon/v1/batch', '/v1/import'])('%s takes a batch', async (url) => {
  const [one, two] = [call(), call({ context: { locale: 'en' } })];
  const reply = await post(url, {
    batch: [one, two],
    context: { locale: 'zh-CN', app: { name: 'mall' } },
    sentAt: new Date().toISOString(),
  });
  expect([reply.statusCode, reply.json()]).toEqual([200, { success: true }]);
  expect(await loggedAs(one.messageId)).toMatchObject([{ context: { locale: 'zh-CN', app: { name: 'mall' } } }]);
  expect(await loggedAs(two.messageId)).toMatchObject([{ context: { locale: 'en', app: { name: 'mall' } } }]);
});

test.each([
  ['the user name of Basic authentication', (k: string) => ({ headers: basic(k) })],
  ['a bearer token', (k: string) => ({ headers: { authorization: `Bearer ${k}` } })],
  ['writeKey in the body', (k: string) => ({ body: { writeKey: k } })],
  ['writeKey in the address', (k: string) => ({ query: `?writeKey=${k}` })],
])('the write key is taken from %s and never logged', async (_where, carry) => {
  const {
    headers = {},
    body = {},
    query = '',
  } = carry(key) as {
    headers?: Record<string, string>;
    body?: object;
    query?: string;
  };
  const sent = call(body as Record<string, unknown>);
  expect((await post(`/v1/track${query}`, sent, headers)).statusCode).toBe(200);
  expect(JSON.stringify(await loggedAs(sent.messageId))).not.toContain(key);
});

test('a request without a key, with a wrong one or of a disabled source is told so', async () => {
  expect((await post('/v1/track', call(), {})).json()).toMatchObject({ error: { code: 'write_key_missing' } });
  const wrong = await post('/v1/track', call(), basic('wk_wrong'));
  expect([wrong.statusCode, wrong.json()]).toMatchObject([401, { error: { code: 'write_key_unknown' } }]);
  const off = await newSource(t);
  await t.asStaff(({ tx }) =>
    tx.execute(`update collect.sources set enabled = false where source_id = $1`, [off.source.sourceId]),
  );
  expect((await post('/v1/track', call(), basic(off.writeKey))).statusCode).toBe(401);
});

test.each([
  ['gzip that calls itself a form', (json: Buffer) => gzipSync(json), 'application/x-www-form-urlencoded'],
  ['JSON that calls itself text', (json: Buffer) => json, 'text/plain;charset=UTF-8'],
  ['JSON of an unknown kind', (json: Buffer) => json, 'application/octet-stream'],
  ['large gzip', (json: Buffer) => gzipSync(json), 'application/json'],
])('%s is understood', async (what, pack, contentType) => {
  const sent = call(
    what === 'large gzip'
      ? {
          properties: {
            text: Array.from({ length: 3_000 }, () => Math.random())
              .join(' ')
              .slice(0, 30_000),
          },
        }
      : {},
  );
  const reply = await post('/v1/track', pack(Buffer.from(JSON.stringify(sent))), {
    ...basic(key),
    'content-type': contentType,
  });
  expect(reply.statusCode).toBe(200);
  expect(await loggedAs(sent.messageId)).toHaveLength(1);
});

test('bad calls of a batch are refused one by one and kept; the good ones are taken', async () => {
  const good = call();
  const bad = [
    call({ event: '' }),
    call({ userId: null }),
    'text',
    call({ properties: { text: 'x'.repeat(limits.eventBytes) } }),
  ];
  const before = (await letters()).length;
  const reply = await post('/v1/batch', { batch: [bad[0], good, ...bad.slice(1)] });

  expect(reply.statusCode).toBe(200);
  expect(reply.json()).toMatchObject({
    success: true,
    accepted: 1,
    rejected: [
      { index: 0, reason: 'event_name_invalid' },
      { index: 2, reason: 'identity_missing' },
      { index: 3, reason: 'not_an_object' },
      { index: 4, reason: 'event_too_large' },
    ],
  });
  expect(await loggedAs(good.messageId)).toHaveLength(1);
  expect(
    (await letters())
      .slice(before)
      .map(({ reason }) => reason)
      .toSorted(),
  ).toEqual(['event_name_invalid', 'event_too_large', 'identity_missing', 'not_an_object']);
});

test('a single bad call is refused with its reason and kept', async () => {
  const sent = call({ event: null });
  const reply = await post('/v1/track', sent);
  expect([reply.statusCode, reply.json()]).toMatchObject([
    400,
    { error: { code: 'event_refused', details: { reason: 'event_name_invalid' } } },
  ]);
  expect(await letters()).toContainEqual({
    reason: 'event_name_invalid',
    message_id: sent.messageId,
    event_name: 'track',
  });
});

test.each([
  ['no JSON', '{', 400, 'body_unreadable'],
  ['nothing', '', 400, 'body_unreadable'],
  ['a list', '[]', 400, 'body_unreadable'],
  ['no batch', '{"events":[]}', 400, 'body_unreadable'],
  ['broken gzip', Buffer.from([0x1f, 0x8b, 1, 2, 3]), 400, 'body_unreadable'],
  ['more than 500 kB', JSON.stringify({ batch: [], fill: 'x'.repeat(limits.bodyBytes) }), 413, 'body_too_large'],
  ['a bomb', gzipSync(Buffer.alloc(50_000_000)), 413, 'body_too_large'],
  ['more than 2,500 events', JSON.stringify({ batch: Array.from({ length: 2_501 }, () => 1) }), 400, 'too_many_events'],
])('%s is refused', async (_what, body, status, code) => {
  const reply = await post('/v1/batch', body);
  expect([reply.statusCode, reply.json()]).toMatchObject([status, { error: { code } }]);
});

test('text no database column takes, and nesting without end, do no harm', async () => {
  const nul = call({ properties: { text: 'a\u0000b\ud800c', key: '好' } });
  expect((await post('/v1/track', nul)).statusCode).toBe(200);
  expect(await loggedAs(nul.messageId)).toMatchObject([{ properties: { text: 'ab\ufffdc', key: '好' } }]);
  const deep = `{"type":"track","event":"x","userId":"u","messageId":"deep","properties":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
  expect((await post('/v1/track', deep)).json()).toMatchObject({ error: { details: { reason: 'too_deep' } } });
  const polluted = call({ messageId: 'polluted' });
  await post('/v1/track', JSON.stringify(polluted).replace('"sku"', '"__proto__":{"admin":true},"sku"'));
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
});

test('a business fact is taken from a trusted server source only, however its name is written', async () => {
  const forged = call({ event: ' order PAID', properties: { order_id: 'o1', amount_fen: 1 } });
  expect((await post('/v1/track', forged)).json()).toMatchObject({
    error: { details: { reason: 'fact_of_untrusted_source' } },
  });
  const trusted = await newSource(t, { trusted: true });
  const real = call({ event: 'Order Paid', properties: { order_id: 'o1', amount_fen: 1 } });
  expect((await post('/v1/track', real, basic(trusted.writeKey))).statusCode).toBe(200);
  expect(await loggedAs(real.messageId)).toHaveLength(1);
});

test('any page may ask and send; a source with a list of origins takes only those', async () => {
  const origin = 'https://shop.example.cn';
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/v1/t',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'anonymousid, rsa-seq',
    },
  });
  expect(preflight.statusCode).toBe(204);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-headers': 'anonymousid, rsa-seq',
    'access-control-max-age': '86400',
  });
  const beacon = { ...basic(key), origin, 'sec-fetch-site': 'cross-site', cookie: 'shuke_session=x' };
  const sent = await post('/v1/t', call(), beacon);
  expect([sent.statusCode, sent.headers['access-control-allow-origin']]).toEqual([200, origin]);

  const strict = await newSource(t, { kind: 'browser', allowedOrigins: [origin] });
  expect((await post('/v1/t', call(), { ...basic(strict.writeKey), origin })).statusCode).toBe(200);
  const stranger = await post('/v1/t', call(), { ...basic(strict.writeKey), origin: 'https://evil.example' });
  expect([stranger.statusCode, stranger.json()]).toMatchObject([403, { error: { code: 'origin_not_allowed' } }]);
});

test('a source above its rate is told when to come back', async () => {
  const slow = await newSource(t, { eventsPerS: 2 });
  const send = () => post('/v1/batch', { batch: Array.from({ length: 20 }, () => call()) }, basic(slow.writeKey));
  expect((await send()).statusCode).toBe(200);
  const refused = await send();
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '10']);
});

test('browser SDKs get the settings they ask for before they send', async () => {
  const segment = await app.inject({ url: `/v1/projects/${key}/settings`, headers: { host: 'collect.example.cn' } });
  expect(segment.json()).toMatchObject({
    integrations: { 'Segment.io': { apiKey: key, apiHost: 'collect.example.cn/v1', protocol: 'http' } },
  });
  const rudder = await app.inject({ url: `/sourceConfig/?p=npm&v=3&writeKey=${key}`, headers: basic(key) });
  expect(rudder.json()).toMatchObject({ source: { writeKey: key, enabled: true, destinations: [] } });
  expect((await app.inject({ url: '/v1/projects/wk_none/settings' })).statusCode).toBe(401);
  expect((await post('/v1/m', {})).json()).toEqual({ success: true });
});

test('the rest of the server still takes JSON alone', async () => {
  const reply = await app.inject({
    method: 'POST',
    url: '/api/collect/sources',
    payload: 'name=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(reply.statusCode).toBe(415);
});

test('the API reference describes how to send', () => {
  const { paths } = openApiDocument(app.servedEndpoints, '0') as { paths: Record<string, unknown> };
  expect(JSON.stringify(paths['/v1/batch'])).toContain('messageId');
  expect(Object.keys(paths)).toContain('/v1/{type}');
});

import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startPipeline } from '#platform/log/testing';
import { metrics } from '#platform/metrics';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { countEvents, otherNames } from './count-events.ts';
import { newSource, runThrough, startCollectServer } from './testing/collect-server.ts';

let t: TestDatabase;
let app: FastifyInstance;
let foreign: FastifyInstance;
beforeAll(async () => {
  t = await openTestDatabase();
  app = await startCollectServer(t);
  foreign = await startCollectServer(t, t.otherTenantId);
});
afterAll(async () => {
  await app.close();
  await foreign.close();
  await t.close();
});

const get = async (url: string, from = app) => (await from.inject({ url })).json();
const send = async (method: 'POST' | 'PATCH', url: string, payload: object, to = app) => {
  const reply = await to.inject({ method, url, payload });
  return { status: reply.statusCode, body: reply.json() };
};
const track = (writeKey: string, batch: object[]) =>
  app.inject({
    method: 'POST',
    url: '/v1/batch',
    payload: { batch: batch.map((call) => ({ type: 'track', userId: 'u1', event: 'Product Viewed', ...call })) },
    headers: { authorization: `Bearer ${writeKey}` },
  });

test('a source is created with a key that is shown once and kept as a hash', async () => {
  const { status, body } = await send('POST', '/api/collect/sources', {
    name: '官网',
    kind: 'browser',
    allowedOrigins: ['https://Shop.CN'],
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    writeKey: expect.stringMatching(/^wk_[\w-]{32}$/),
    source: { name: '官网', allowedOrigins: ['https://shop.cn'], trusted: false, events: 0 },
  });
  expect((await track(body.writeKey, [{}])).statusCode).toBe(200);
  const admin = await t.admin();
  const { rows } = await admin.query(`select * from collect.sources`);
  await admin.end();
  expect(JSON.stringify(rows)).not.toContain(body.writeKey);
  expect(JSON.stringify(await get('/api/collect/sources'))).not.toContain(body.writeKey);
});

test('a source visitors can see into is never trusted', async () => {
  const { status } = await send('POST', '/api/collect/sources', { name: 'x', kind: 'browser', trusted: true });
  expect(status).toBe(400);
  const { source } = await newSource(t, { kind: 'app' });
  expect((await send('PATCH', `/api/collect/sources/${source.sourceId}`, { trusted: true })).status).toBe(400);
});

test('after a rotation both keys work, and the old one only as long as asked for', async () => {
  const { source, writeKey: old } = await newSource(t);
  const { body } = await send('POST', `/api/collect/sources/${source.sourceId}/write-keys`, { keepOldForHours: 2 });
  expect((await track(body.writeKey, [{}])).statusCode).toBe(200);
  expect((await track(old, [{}])).statusCode).toBe(200);
  const { source: second, writeKey: leaked } = await newSource(t);
  await send('POST', `/api/collect/sources/${second.sourceId}/write-keys`, { keepOldForHours: 0 });
  expect((await track(leaked, [{}])).statusCode).toBe(401);
});

test("another tenant's sources, letters and events do not exist", async () => {
  const { source, writeKey } = await newSource(t);
  await track(writeKey, [{ event: '' }]);
  const { items } = await get('/api/collect/dead-letters');
  const url = `/api/collect/sources/${source.sourceId}`;
  expect((await send('PATCH', url, { name: 'mine' }, foreign)).status).toBe(404);
  expect((await send('POST', `${url}/write-keys`, {}, foreign)).status).toBe(404);
  expect((await foreign.inject({ url: `${url}/events` })).statusCode).toBe(404);
  expect((await foreign.inject({ url: `/api/collect/dead-letters/${items[0].deadLetterId}` })).statusCode).toBe(404);
  const replay = await send(
    'POST',
    '/api/collect/dead-letters/replays',
    { deadLetterIds: [items[0].deadLetterId] },
    foreign,
  );
  expect(replay.body).toEqual({ replayed: 0, refused: 0 });
  expect((await get('/api/collect/dead-letters', foreign)).items).toEqual([]);
});

test('the debugger shows the newest events of a source first, without what names a person', async () => {
  const { source, writeKey } = await newSource(t);
  await track(writeKey, [
    { messageId: 'd1' },
    {
      messageId: 'd2',
      properties: { sku: 'TEA', phone: '13912345678', note: '打 13912345678' },
      context: { traits: { phone: '13912345678' } },
    },
  ]);
  await runThrough(t);
  const url = `/api/collect/sources/${source.sourceId}/events`;
  const { items } = await get(url);
  expect(items.map((item: { messageId: string }) => item.messageId)).toEqual(['d2', 'd1']);
  expect(items[0]).toMatchObject({
    properties: { sku: 'TEA' },
    identifiers: [{ kind: 'member_no' }, { kind: 'phone', masked: '139****5678' }],
  });
  expect(items[0].hidden).toBeGreaterThan(1);
  expect(JSON.stringify(items)).not.toContain('13912345678');

  await track(writeKey, [{ messageId: 'd3' }]);
  await runThrough(t);
  const { items: newer } = await get(`${url}?after=${items[0].position}`);
  expect(newer.map((item: { messageId: string }) => item.messageId)).toEqual(['d3']);
});

test('each source tells which events it sends and how they drift from the catalogue', async () => {
  const { source, writeKey } = await newSource(t, { trusted: true });
  await track(writeKey, [
    {},
    {},
    { event: 'Order Paid', properties: { amount_fen: '100' } },
    { event: 'Balloon Popped' },
  ]);
  await runThrough(t);
  const { items } = await get(`/api/collect/event-names?sourceId=${source.sourceId}`);
  expect(items).toMatchObject([
    { eventName: 'Product Viewed', standard: true, events: 2, drift: [] },
    { eventName: 'Balloon Popped', standard: false, events: 1 },
    {
      eventName: 'Order Paid',
      events: 1,
      drift: [
        { problem: 'order_id: missing', events: 1 },
        { problem: 'amount_fen: string', events: 1 },
      ],
    },
  ]);
  expect(
    (await get('/api/collect/sources?limit=200')).items.find(
      (one: { sourceId: number }) => one.sourceId === source.sourceId,
    ),
  ).toMatchObject({ events: 4 });
});

test('a source that invents names without end fills no table', async () => {
  const { source, writeKey } = await newSource(t);
  const batch = Array.from({ length: 1_300 }, (_, k) => ({ event: `Made Up ${k}` }));
  await track(writeKey, batch.slice(0, 700));
  await runThrough(t);
  await track(writeKey, batch.slice(700));
  await runThrough(t);
  const [row] = await t.asStaff(({ tx }) =>
    tx.query<{ names: number; events: number; other: number }>(
      `select count(*)::int as names, sum(events)::int as events, sum(events) filter (where event_name = $2)::int as other
         from collect.event_names where source_id = $1`,
      [source.sourceId, otherNames],
    ),
  );
  expect(row).toEqual({ names: 1_001, events: 1_300, other: 300 });
});

test('a refused call is replayed by the rules of today and counts once', async () => {
  const { source, writeKey } = await newSource(t);
  await track(writeKey, [{ event: 'Order Paid', messageId: 'replay-1', properties: { order_id: 'o1' } }]);
  const open = async () => (await get(`/api/collect/dead-letters?sourceId=${source.sourceId}`)).items;
  const [letter] = await open();
  expect(letter).toMatchObject({
    reason: 'fact_of_untrusted_source',
    status: 'open',
    eventName: 'Order Paid',
    attempts: 1,
  });
  const replay = () => send('POST', '/api/collect/dead-letters/replays', { deadLetterIds: [letter.deadLetterId] });

  expect((await replay()).body).toEqual({ replayed: 0, refused: 1 });
  expect(await open()).toMatchObject([{ attempts: 2, status: 'open' }]);
  await t.asStaff(({ tx }) =>
    tx.execute(`update collect.sources set trusted = true where source_id = $1`, [source.sourceId]),
  );
  expect((await replay()).body).toEqual({ replayed: 1, refused: 0 });
  expect((await replay()).body).toEqual({ replayed: 0, refused: 0 });
  expect(await open()).toMatchObject([{ status: 'replayed' }]);
  await runThrough(t);
  const { items } = await get(`/api/collect/sources/${source.sourceId}/events`);
  expect(items).toMatchObject([{ name: 'Order Paid', messageId: 'replay-1' }]);
});

test('a dead letter of a subscriber is replayed by the pipeline', async () => {
  const { source, writeKey } = await newSource(t);
  let sick = true;
  const fragile = {
    name: 'fragile',
    events: '*' as const,
    async handle() {
      if (sick) throw new Error('not today, 13912345678');
    },
  };
  const pipeline = startPipeline(t, { subscriptions: [countEvents, fragile] });
  await track(writeKey, [{}]);
  await pipeline.drained();
  const list = async () =>
    (await get(`/api/collect/dead-letters?subscriber=fragile&sourceId=${source.sourceId}`)).items;
  const [letter] = await list();
  expect(letter.message).toBe('not today, 139****5678');
  const { content } = await get(`/api/collect/dead-letters/${letter.deadLetterId}`);
  expect(content).toMatchObject({ name: 'Product Viewed' });
  sick = false;
  expect((await send('POST', '/api/collect/dead-letters/replays', { subscriber: 'fragile' })).body).toMatchObject({
    refused: 0,
  });
  await expect.poll(async () => (await list())[0].status, { timeout: 5_000 }).toBe('replayed');
  await pipeline.stop();
});

test('dead letters are paged without gaps', async () => {
  const { source, writeKey } = await newSource(t);
  await track(
    writeKey,
    Array.from({ length: 25 }, (_, k) => ({ event: '', messageId: `page-${k}` })),
  );
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: { messageId: string }[]; nextCursor: string | null; total: number } = await get(
      `/api/collect/dead-letters?sourceId=${source.sourceId}&limit=10${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    expect(page.total).toBe(25);
    seen.push(...page.items.map(({ messageId }) => messageId));
    cursor = page.nextCursor;
  }
  expect(new Set(seen).size).toBe(25);
});

test('the health of the pipeline says how far it is behind and what it did', async () => {
  const { writeKey } = await newSource(t);
  await track(writeKey, [{}]);
  const before = await get('/api/collect/pipeline');
  expect(before).toMatchObject({ state: 'ok', lanes: { commits: 1 } });
  await runThrough(t);
  const after = await get('/api/collect/pipeline');
  expect(after.lanes).toMatchObject({ commits: 0, bytes: 0 });
  expect(after.events).toBeGreaterThan(before.events);
  expect(after.throughput.length).toBeGreaterThan(0);
});

test('the catalogue gives the JSON Schema of every standard event', async () => {
  const { items } = await get('/api/collect/catalogue');
  expect(items.find((item: { name: string }) => item.name === 'Order Paid')).toMatchObject({
    fact: true,
    schema: { type: 'object', required: ['order_id'] },
  });
});

test('the lag is there for the operator to scrape and alert on', async () => {
  const { writeKey } = await newSource(t);
  await track(writeKey, [{}]);
  await expect.poll(() => metrics.metrics(), { timeout: 5_000 }).toMatch(/shuke_log_lag_bytes [1-9]/);
  const text = await metrics.metrics();
  expect(text).toMatch(/shuke_log_lag_seconds\{stage="outbox"\}/);
  expect(text).toMatch(/shuke_log_snapshot_age \d/);
  await runThrough(t);
});

import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import type { Actor } from '#platform/context';
import { buildHttp } from '#platform/http';

import { routes } from './routes.ts';
import { at, openShop } from './testing/shop.ts';
import type { Shop } from './testing/shop.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

let shop: Shop;
let call: (method: 'GET' | 'POST' | 'PUT', url: string, as: Actor | string, body?: unknown) => Promise<Answer>;
beforeAll(async () => {
  shop = await openShop();
  let actor: Actor = { kind: 'anonymous' };
  let granted = '';
  const app = await buildHttp({
    database: shop.db.database,
    services: shop.db.services,
    logger: pino({ level: 'silent' }),
    authenticate: async () => ({
      tenantId: shop.db.tenantId,
      actor,
      scope: everyStore,
      permissions: new Set([granted]),
    }),
  });
  routes(app);
  call = async (method, url, as, body) => {
    actor = typeof as === 'string' ? { kind: 'staff', id: '0198c0de-0000-7000-8000-000000000001', name: '运营' } : as;
    granted = typeof as === 'string' ? as : '';
    const response = await app.inject({
      method,
      url,
      ...(body === undefined ? {} : { payload: body as Record<string, unknown> }),
    });
    return { status: response.statusCode, body: response.json() };
  };
});
afterAll(() => shop.db.close());

test('a programme goes from the usual ladder to published, is edited under its revision, and counts members', async () => {
  expect((await call('POST', '/api/loyalty/programmes', 'loyalty.read', { name: '会员' })).status).toBe(403);
  const created = await call('POST', '/api/loyalty/programmes', 'loyalty.write', { name: '会员' });
  expect(created).toMatchObject({ status: 200, body: { status: 'active', published: null } });
  const url = `/api/loyalty/programmes/${String(created.body['programmeId'])}`;
  const stale = { content: created.body['draft'], revision: Number(created.body['revision']) + 5 };
  expect(await call('PUT', url, 'loyalty.write', stale)).toMatchObject({
    status: 409,
    body: { error: { code: 'edited_meanwhile' } },
  });
  expect(await call('POST', `${url}/publication`, 'loyalty.write', {})).toMatchObject({
    status: 200,
    body: { publishedVersion: 1, draft: null },
  });

  const bought = await shop.buy('routes-1', 600_000, at('2025-03-01'));
  const rehearsal = await call('POST', `${url}/rehearsal`, 'loyalty.write', { content: created.body['draft'] });
  expect(rehearsal).toMatchObject({ status: 200, body: { customers: 1 } });
  expect(await call('GET', `${url}/members?tierCode=gold`, 'loyalty.read')).toMatchObject({
    status: 200,
    body: {
      items: [{ customerId: bought.customerId, tierCode: 'gold', points: { balance: 6_000 } }],
      nextCursor: null,
    },
  });
  expect(await call('GET', `${url}/tier-report?from=2025-01-01&until=2025-12-31`, 'loyalty.read')).toMatchObject({
    status: 200,
    body: {
      items: expect.arrayContaining([expect.objectContaining({ tierCode: 'gold', members: 1, spendMinor: 600_000 })]),
    },
  });
  expect((await call('GET', '/api/loyalty/points/liability', 'loyalty.read')).body).toMatchObject({
    outstanding: 6_000,
    outstandingFen: 6_000,
  });
});

test('staff see a customer’s standing and adjust points with a reason; an unknown customer does not exist', async () => {
  const { customerId } = await shop.buy('routes-2', 10_000, at('2025-03-01'));
  const url = `/api/loyalty/customers/${customerId}`;
  expect(await call('GET', url, 'loyalty.read')).toMatchObject({
    status: 200,
    body: { tierChanges: [{ cause: 'reached' }] },
  });
  expect(await call('POST', `${url}/points`, 'loyalty.read', { points: 10, note: 'x', key: 'k' })).toMatchObject({
    status: 403,
  });
  expect(await call('POST', `${url}/points`, 'loyalty.adjust', { points: 0, note: 'x', key: 'k' })).toMatchObject({
    status: 400,
  });
  expect(await call('POST', `${url}/points`, 'loyalty.adjust', { points: 10, note: '补偿', key: 'k' })).toMatchObject({
    status: 200,
    body: { balance: 110 },
  });
  expect(await call('GET', `${url}/points`, 'loyalty.read')).toMatchObject({
    body: {
      items: [
        { reason: 'points.adjust', amount: 10, balanceAfter: 110 },
        { reason: 'points.earn', amount: 100, balanceAfter: 100 },
      ],
    },
  });
  expect((await call('GET', '/api/loyalty/customers/123', 'loyalty.read')).status).toBe(404);
});

test('a customer sees the own membership and statement only', async () => {
  const { customerId } = await shop.buy('routes-3', 20_000, at('2025-03-01'));
  const self: Actor = { kind: 'customer', customerId };
  expect(await call('GET', '/api/mall/membership', self)).toMatchObject({
    status: 200,
    body: { points: { balance: 200 } },
  });
  expect(await call('GET', '/api/mall/points?limit=1', self)).toMatchObject({
    status: 200,
    body: { items: [{ amount: 200 }], nextCursor: expect.any(Number) },
  });
  expect((await call('GET', '/api/mall/membership', { kind: 'anonymous' })).status).toBe(401);
});

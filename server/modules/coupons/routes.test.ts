import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import type { Actor } from '#platform/context';
import { buildHttp } from '#platform/http';
import { newId } from '#platform/ids';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { routes } from './routes.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

let db: TestDatabase;
let call: (method: 'GET' | 'POST' | 'PUT', url: string, as: Actor | string, body?: unknown) => Promise<Answer>;
beforeAll(async () => {
  db = await openTestDatabase();
  let actor: Actor = { kind: 'anonymous' };
  let granted = '';
  const app = await buildHttp({
    database: db.database,
    services: db.services,
    logger: pino({ level: 'silent' }),
    authenticate: async () => ({ tenantId: db.tenantId, actor, scope: everyStore, permissions: new Set([granted]) }),
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
afterAll(() => db.close());

const terms = {
  name: '满100减20',
  kind: 'amount_off',
  rule: { steps: [{ thresholdFen: 10_000, offFen: 2_000 }] },
  validity: { days: 30 },
  claim: {},
};
const shopper: Actor = { kind: 'anonymous' };
const customer: Actor = { kind: 'customer', customerId: 4242 };

async function published(more: Record<string, unknown> = {}): Promise<string> {
  const { body } = await call('POST', '/api/coupons/templates', 'coupons.write', { ...terms, ...more });
  const id = String(body['templateId']);
  await call('POST', `/api/coupons/templates/${id}/publication`, 'coupons.write');
  return id;
}

test('a template goes from draft to published to ended, each act by those who may', async () => {
  expect((await call('POST', '/api/coupons/templates', 'coupons.read', terms)).status).toBe(403);
  const bad = { ...terms, rule: { steps: [{ thresholdFen: 100, offFen: 200 }] } };
  expect(await call('POST', '/api/coupons/templates', 'coupons.write', bad)).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_input' } },
  });
  const created = await call('POST', '/api/coupons/templates', 'coupons.write', terms);
  expect(created).toMatchObject({ status: 200, body: { status: 'draft', figures: { used: 0 } } });
  const url = `/api/coupons/templates/${String(created.body['templateId'])}`;
  expect(await call('PUT', url, 'coupons.write', { ...terms, name: '新人券' })).toMatchObject({
    body: { terms: { name: '新人券' } },
  });
  expect(await call('POST', `${url}/publication`, 'coupons.write')).toMatchObject({ body: { status: 'published' } });
  expect(await call('PUT', `${url}/quantity`, 'coupons.write', { cap: 5, budgetFen: null })).toMatchObject({
    body: { ceiling: 5 },
  });
  expect(await call('POST', `${url}/end`, 'coupons.write')).toMatchObject({ body: { status: 'ended' } });
  expect(await call('GET', '/api/coupons/templates?status=ended', 'coupons.read')).toMatchObject({
    body: { items: [{ status: 'ended' }], nextCursor: null },
  });
});

test('a shopper sees what can be claimed; a signed-in customer claims once and finds it', async () => {
  const templateId = await published();
  expect((await call('GET', '/api/mall/coupons/claimable', shopper)).body['items']).toEqual(
    expect.arrayContaining([expect.objectContaining({ templateId })]),
  );
  expect((await call('POST', '/api/mall/coupons/claims', shopper, { templateId })).status).toBe(401);
  const claimed = await call('POST', '/api/mall/coupons/claims', customer, { templateId });
  expect(claimed).toMatchObject({ status: 200, body: { templateId, status: 'issued', name: '满100减20' } });
  expect(await call('POST', '/api/mall/coupons/claims', customer, { templateId })).toMatchObject({
    status: 409,
    body: { error: { code: 'coupon_limit_reached' } },
  });
  expect((await call('GET', '/api/mall/coupons', customer)).body['items']).toMatchObject([
    { couponId: claimed.body['couponId'] },
  ]);
  expect(JSON.stringify(claimed.body)).not.toContain('budget');
});

test('staff issue, find a code at the till, redeem it for a receipt, and it is used', async () => {
  const templateId = await published();
  const issued = await call('POST', `/api/coupons/templates/${templateId}/coupons`, 'coupons.issue', {
    customerIds: [7, 8],
    issueKey: 'k1',
  });
  expect(issued.body['items']).toMatchObject([{ outcome: 'issued' }, { outcome: 'issued' }]);
  const listed = await call('GET', `/api/coupons/coupons?templateId=${templateId}&customerId=7`, 'coupons.read');
  const code = (listed.body['items'] as { code: string }[])[0]?.code ?? '';
  expect(await call('GET', `/api/coupons/codes/${code}`, 'coupons.read')).toMatchObject({
    status: 200,
    body: { status: 'issued', terms: { kind: 'amount_off' } },
  });
  const receipt = { storeId: 1, orderId: newId(), lines: [{ lineNo: 1, productId: 'p', amountFen: 12_000 }] };
  const small = { ...receipt, lines: [{ lineNo: 1, productId: 'p', amountFen: 5_000 }] };
  expect(await call('POST', `/api/coupons/codes/${code}/redemption`, 'coupons.issue', small)).toMatchObject({
    status: 409,
    body: { error: { details: { reason: 'below_threshold' } } },
  });
  expect(await call('POST', `/api/coupons/codes/${code}/redemption`, 'coupons.issue', receipt)).toMatchObject({
    status: 200,
    body: { status: 'used', discountFen: 2_000 },
  });
  expect(
    (await call('POST', `/api/coupons/codes/${code}/redemption`, 'coupons.issue', { ...receipt, orderId: newId() }))
      .body,
  ).toMatchObject({ error: { code: 'coupon_already_used' } });
});

test('a batch is started in the background and its progress read; a coupon is withdrawn with a reason', async () => {
  const templateId = await published();
  const batch = await call('POST', '/api/coupons/batches', 'coupons.issue', { templateId, customerIds: [1, 2, 3] });
  expect(batch).toMatchObject({ status: 200, body: { status: 'running', planned: 3 } });
  expect(await call('GET', `/api/coupons/batches/${String(batch.body['batchId'])}`, 'coupons.read')).toMatchObject({
    body: { seen: 0 },
  });
  expect((await call('GET', '/api/coupons/batches', 'coupons.read')).body['items']).toHaveLength(1);
  const issued = await call('POST', `/api/coupons/templates/${templateId}/coupons`, 'coupons.issue', {
    customerIds: [9],
    issueKey: 'k',
  });
  const { couponId } = (issued.body['items'] as { couponId: string }[])[0] ?? { couponId: '' };
  expect(
    (await call('POST', `/api/coupons/coupons/${couponId}/withdrawal`, 'coupons.issue', { reason: '误发' })).status,
  ).toBe(200);
  expect(
    (await call('POST', `/api/coupons/coupons/${couponId}/withdrawal`, 'coupons.issue', { reason: '误发' })).status,
  ).toBe(409);
});

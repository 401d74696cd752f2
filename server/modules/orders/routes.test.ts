import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { buildHttp } from '#platform/http';
import { newId } from '#platform/ids';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { defaultRules } from './clean-order.ts';
import { recordOrders } from './record-orders.ts';
import { routes } from './routes.ts';
import { runImport } from './run-import.ts';
import { anOrder } from './testing/order-factory.ts';

let db: TestDatabase;
let app: FastifyInstance;
const staff = { tenantId: 1, scope: everyStore, permissions: new Set<string>() };
const everything = ['orders.read', 'orders.write', 'collect.import', 'customers.reveal', 'reveals.daily-30'];

beforeAll(async () => {
  db = await openTestDatabase();
  app = await buildHttp({
    ...db,
    logger: pino({ level: 'silent' }),
    authenticate: async () => ({
      ...staff,
      actor: { kind: 'staff', id: '0198c0de-0000-7000-8000-000000000001', name: '测试' },
    }),
  });
  routes(app);
  await app.ready();
  staff.permissions = new Set(everything);
});
afterAll(async () => {
  await app.close();
  await db.close();
});

async function ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object) {
  const reply = await app.inject({ method, url, ...(body ? { payload: body } : {}) });
  return {
    status: reply.statusCode,
    body: reply.headers['content-type']?.includes('json') ? reply.json<Record<string, never>>() : reply.body,
  };
}

function upload(content: string, { name = 'orders.csv', field = 'file' } = {}) {
  const boundary = 'xxboundaryxx';
  const payload = `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n${content}\r\n--${boundary}--\r\n`;
  return app.inject({
    method: 'POST',
    url: '/api/imports',
    payload,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  });
}

const retail = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

describe('importing through the console', () => {
  test('upload, look, correct, start, follow, fetch the rejects', async () => {
    const uploaded = await upload(
      [
        retail,
        'HA1,A,cup,2,2011-01-05 10:00:00,1.50,17850.0,UK',
        'HA2,=cmd|A,cup,many,2011-01-05 10:00:00,1.00,,UK',
      ].join('\n'),
      { name: '../订单.csv' },
    );
    expect(uploaded.statusCode).toBe(200);
    const preview = uploaded.json<{ import: { importId: string; state: string; fileName: string } }>();
    expect(preview).toMatchObject({
      import: { state: 'uploaded', settings: { format: 'online_retail', timeZone: 'Europe/London' } },
      missing: [],
      orders: [{ orderNo: 'HA1', payableMinor: 300, buyer: [expect.not.stringContaining('17850')] }],
      problems: [{ rowNo: 3, faults: [{ code: 'not_a_quantity', column: 'Quantity' }] }],
      sameFileAs: null,
    });
    expect(preview.import.fileName).not.toContain('/');
    const at = `/api/imports/${preview.import.importId}`;

    expect((await ask('PUT', `${at}/settings`, { timeZone: 'Asia/Shanghai' })).body).toMatchObject({
      orders: [{ placedAt: '2011-01-05T02:00:00.000Z' }],
    });
    expect((await ask('PUT', `${at}/settings`, { timeZone: 'Mars/Olympus' })).status).toBe(400);
    expect((await ask('POST', `${at}/run`)).body).toMatchObject({ state: 'queued' });
    expect((await ask('PUT', `${at}/settings`, { timeZone: 'UTC' })).status).toBe(409);
    await runImport(
      { ...db, signal: new AbortController().signal },
      { tenantId: 1, importId: preview.import.importId },
    );
    expect((await ask('GET', at)).body).toMatchObject({
      state: 'done',
      ordersCreated: 1,
      rowsRejected: 1,
      rowsTotal: 2,
    });
    const rejects = await ask('GET', `${at}/rejects.csv`);
    expect(rejects.body).toContain(`3,Quantity: 不是整数数量 many,HA2,"'=cmd|A",cup,many`);

    const again = (
      await upload(
        [
          retail,
          'HA1,A,cup,2,2011-01-05 10:00:00,1.50,17850.0,UK',
          'HA2,=cmd|A,cup,many,2011-01-05 10:00:00,1.00,,UK',
        ].join('\n'),
      )
    ).json<object>();
    expect(again).toMatchObject({ sameFileAs: { importId: preview.import.importId } });
  });

  test('columns of an unknown file are chosen by hand', async () => {
    const uploaded = (await upload('No;When;Art;Count;Each\nHB1;2026-03-01;X;2;5,00\n')).json<{
      import: { importId: string };
    }>();
    expect(uploaded).toMatchObject({ missing: expect.arrayContaining(['orderNo', 'placedAt']), orders: [] });
    const at = `/api/imports/${uploaded.import.importId}`;
    expect((await ask('POST', `${at}/run`)).body).toMatchObject({ error: { code: 'import_columns_missing' } });
    const columns = { orderNo: 0, placedAt: 1, sku: 2, quantity: 3, unitPrice: 4 };
    const configured = await ask('PUT', `${at}/settings`, { columns });
    expect(configured.body).toMatchObject({
      missing: [],
      problems: [{ rowNo: 2, faults: [{ code: 'not_an_amount', column: 'Each' }] }],
    });
  });

  test('what is no order file is refused with its reason, and nothing is kept of it', async () => {
    expect((await upload('PK\u0003\u0004zip')).json()).toMatchObject({ error: { code: 'import_file_not_text' } });
    expect((await ask('POST', '/api/imports', { file: 'x' })).body).toMatchObject({
      error: { code: 'import_file_expected' },
    });
  });
});

describe('the order pool', () => {
  test('is listed, searched, opened, reviewed and revealed', async () => {
    const orderNo = newId();
    const [recorded] = await db.asSystem((ctx) =>
      recordOrders(ctx, [
        anOrder(orderNo, {
          status: 'paid',
          receiver: { name: '王小明', phone: '+8613800004321', address: '文三路 1 号' },
        }),
      ]),
    );
    const at = `/api/orders/${recorded?.orderId}`;
    for (const search of [orderNo, '13800004321']) {
      expect((await ask('GET', `/api/orders?search=${search}`)).body).toMatchObject({
        items: [{ orderNo, receiverName: '王**' }],
      });
    }
    expect((await ask('GET', at)).body).toMatchObject({
      payableMinor: 3_000,
      lines: [{ skuCode: 'A' }, { skuCode: 'B' }],
    });
    expect((await ask('PUT', `${at}/review`, { review: 'excluded' })).body).toMatchObject({
      isExcluded: true,
      countedMinor: 0,
    });
    expect((await ask('POST', `${at}/reveals`, { field: 'receiverName', reason: '核对收货人' })).body).toEqual({
      value: '王小明',
    });
    expect((await ask('GET', '/api/orders/figures')).body).toMatchObject({ items: expect.any(Array) });
    expect((await ask('GET', `/api/orders/${newId()}`)).status).toBe(404);
  });

  test('cleaning rules are drafted, rehearsed, published and rolled back', async () => {
    const { body } = await ask('GET', '/api/cleaning-rules');
    expect(body).toMatchObject({ version: 0, draft: null, inForce: defaultRules });
    const rules = { ...defaultRules, zeroPrice: { isOn: false, excludes: false } };
    const saved = await ask('PUT', '/api/cleaning-rules/draft', { rules, revision: 0 });
    expect(saved.body).toMatchObject({ draft: rules, version: 0 });
    expect((await ask('PUT', '/api/cleaning-rules/draft', { rules, revision: 0 })).status).toBe(409);
    expect((await ask('POST', '/api/cleaning-rules/rehearsal', { rules })).body).toMatchObject({ newlyExcluded: 0 });
    expect((await ask('POST', '/api/cleaning-rules/publication', {})).body).toMatchObject({
      version: 1,
      inForce: rules,
      draft: null,
    });
    await ask('PUT', '/api/cleaning-rules/draft', {
      rules: defaultRules,
      revision: (await ask('GET', '/api/cleaning-rules')).body['revision' as never],
    });
    await ask('POST', '/api/cleaning-rules/publication', {});
    expect((await ask('POST', '/api/cleaning-rules/roll-back', { toVersion: 1 })).body).toMatchObject({
      version: 3,
      inForce: rules,
    });
  });
});

test.each([
  ['GET', '/api/orders', 'orders.read'],
  ['GET', '/api/imports', 'collect.import'],
  ['POST', '/api/imports', 'collect.import'],
  ['POST', '/api/cleaning-rules/publication', 'orders.write'],
] as const)('%s %s asks for %s', async (method, url, permission) => {
  staff.permissions = new Set(everything.filter((one) => one !== permission));
  try {
    expect((await ask(method, url, method === 'GET' ? undefined : {})).body).toMatchObject({
      error: { code: 'not_permitted', details: { permission } },
    });
  } finally {
    staff.permissions = new Set(everything);
  }
});

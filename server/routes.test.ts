import fc from 'fast-check';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createTenant, permissionCatalogue } from '#org';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { seedDemo } from './seed/load.ts';
import { buildWeb } from './web.ts';

type Cookie = Record<string, string>;
interface Answer {
  readonly status: number;
  readonly code: string;
}

let db: TestDatabase;
let app: FastifyInstance;
const routes: { method: string; url: string; access: unknown }[] = [];
let own: Cookie;
let foreign: Cookie;
let known: ReadonlyMap<string, string>;

async function foundTenant(code: string): Promise<number> {
  const { tenantId } = await db.database.work({ tenantId: null, scope: { all: true } }, async (tx) => {
    const [clock] = await tx.query<{ now: Date }>('select now() as now');
    return createTenant(
      {
        tx,
        tenantId: 0,
        actor: { kind: 'system', name: 'test' },
        scope: { all: true },
        permissions: new Set(),
        now: clock?.now ?? new Date(),
        locale: 'zh-CN',
        requestId: 'test',
        client: { ip: '127.0.0.1', userAgent: 'test' },
        services: db.services,
      },
      {
        code,
        name: code,
        brand: { code, name: code, timezone: 'Asia/Shanghai', currency: 'CNY', theme: {} },
        administrator: { login: `admin@${code}.test`, name: '管理员', password: 'correct-horse-9-battery' },
      },
    );
  });
  return tenantId;
}

async function signIn(code: string): Promise<Cookie> {
  const reply = await app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { login: `admin@${code}.test`, password: 'correct-horse-9-battery' },
  });
  const cookie = reply.cookies.find(({ name }) => name === 'shuke_session');
  if (!cookie) throw new Error(`could not sign in: ${reply.body}`);
  return { shuke_session: cookie.value };
}

/** Real ids of the first tenant by the name a path parameter has for them. */
async function idsOf(tenantId: number): Promise<ReadonlyMap<string, string>> {
  const admin = await db.admin();
  const queries: Record<string, string> = {
    customerId: 'select customer_id as id from customers.customers',
    orderId: 'select order_id as id from orders.orders',
    productId: 'select product_id as id from catalog.products',
    skuId: 'select sku_id as id from catalog.skus',
    categoryId: 'select category_id as id from catalog.categories',
    locationId: 'select location_id as id from catalog.locations',
    storeId: 'select store_id as id from org.stores',
    regionId: 'select region_id as id from org.regions',
    brandId: 'select brand_id as id from org.brands',
    staffId: 'select staff_id as id from org.staff',
    sourceId: 'select source_id as id from collect.sources',
    templateId: 'select template_id as id from coupons.templates',
    segmentId: `select definition_id as id from platform.definitions where kind = 'segment'`,
    journeyId: `select definition_id as id from platform.definitions where kind = 'journey'`,
    planId: `select definition_id as id from platform.definitions where kind = 'settlement_plan'`,
    runId: 'select run_id as id from tags.rfm_runs',
    tagId: 'select tag_id as id from tags.tags',
    traceId: 'select trace_id as id from referral.traces',
  };
  const found = new Map<string, string>();
  for (const [name, sql] of Object.entries(queries)) {
    const { rows } = await admin.query<{ id: string | number }>(
      `${sql}${sql.includes(' where ') ? ' and' : ' where'} tenant_id = $1 limit 1`,
      [tenantId],
    );
    if (rows[0]) found.set(name, String(rows[0].id));
  }
  await admin.end();
  return found;
}

beforeAll(async () => {
  db = await openTestDatabase();
  const logger = pino({ level: 'silent' });
  app = await buildWeb({
    database: db.database,
    services: db.services,
    logger,
    onRoute: (route) => routes.push(route),
  });
  const tenantId = await foundTenant('first');
  await foundTenant('second');
  await seedDemo(
    { config: db.services.config, database: db.database, services: db.services, logger },
    { customers: 40, months: 6, seed: 3, tenantId, progress: () => undefined },
  );
  own = await signIn('first');
  foreign = await signIn('second');
  known = await idsOf(tenantId);
}, 180_000);
afterAll(async () => {
  await app.close();
  await db.close();
});

async function call(options: InjectOptions): Promise<Answer> {
  const reply = await app.inject(options);
  let code = '';
  try {
    code = (JSON.parse(reply.body) as { error?: { code?: string } }).error?.code ?? '';
  } catch {
    // Pages and files are no JSON.
  }
  return { status: reply.statusCode, code };
}

const parameterNames = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);

test('every route says who may call it', () => {
  expect(routes.length).toBeGreaterThan(150);
  const silent = routes.filter(({ access, url }) => access === undefined && !url.startsWith('/api-reference/'));
  expect(silent.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
});

test('every permission a route asks for is in the catalogue from which roles are made', () => {
  const asked = app.servedEndpoints.flatMap(({ access }) => (access.audience === 'staff' ? [access.permission] : []));
  const catalogue = new Set<string>(permissionCatalogue);
  // What everybody may do with their own account needs no role.
  expect(asked.filter((permission) => permission !== 'org.self' && !catalogue.has(permission))).toEqual([]);
});

test('nobody gets anything from a staff or customer route without signing in', async () => {
  const open: string[] = [];
  for (const { endpoint, access } of app.servedEndpoints) {
    if (access.audience !== 'staff' && access.audience !== 'customer') continue;
    const url = endpoint.path.replaceAll(/:(\w+)/g, (_all, name: string) => known.get(name) ?? '1');
    const { status } = await call({
      method: endpoint.method,
      url,
      headers: { 'x-brand': 'first' },
      ...(endpoint.method === 'GET' ? {} : { payload: {} }),
    });
    if (status !== 401) open.push(`${endpoint.method} ${url}: ${status}`);
  }
  expect(open).toEqual([]);
});

describe("another company's ids", () => {
  test('answer 404 on every route that reads one, and the same ids answer their own company', async () => {
    const leaks: string[] = [];
    let answered = 0;
    for (const { endpoint, access } of app.servedEndpoints) {
      const names = parameterNames(endpoint.path);
      if (
        access.audience !== 'staff' ||
        endpoint.method !== 'GET' ||
        names.length === 0 ||
        !names.every((name) => known.has(name))
      )
        continue;
      const url = endpoint.path.replaceAll(/:(\w+)/g, (_all, name: string) => known.get(name) ?? '');
      const mine = await call({ method: 'GET', url, cookies: own });
      const theirs = await call({ method: 'GET', url, cookies: foreign });
      if (mine.status === 200) answered += 1;
      if (theirs.status !== 404 && !(theirs.status === mine.status && mine.status >= 400))
        leaks.push(`${endpoint.path}: ${theirs.status}`);
    }
    expect(leaks).toEqual([]);
    expect(answered).toBeGreaterThan(10);
  });

  test('change nothing', async () => {
    const changed: string[] = [];
    for (const { endpoint, access } of app.servedEndpoints) {
      const names = parameterNames(endpoint.path);
      if (
        access.audience !== 'staff' ||
        endpoint.method === 'GET' ||
        names.length === 0 ||
        !names.every((name) => known.has(name))
      )
        continue;
      const url = endpoint.path.replaceAll(/:(\w+)/g, (_all, name: string) => known.get(name) ?? '');
      const { status } = await call({ method: endpoint.method, url, cookies: foreign, payload: {} });
      if (status < 400 && !/org\/|tags\//.test(endpoint.path))
        changed.push(`${endpoint.method} ${endpoint.path}: ${status}`);
    }
    expect(changed).toEqual([]);
  });
});

describe('bad input', () => {
  const nasty = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('', '\0', '-1', '1e999', '../../etc/passwd', "' or 1=1 --", '💥', 'a'.repeat(5_000)),
    fc.constant(JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{}}}') as unknown),
  );

  test('gets a clear refusal on every route, never a 5xx', async () => {
    const broken: string[] = [];
    const values = fc.sample(nasty, { numRuns: 400, seed: 20_261_124 });
    let next = 0;
    const value = () => values[(next += 1) % values.length];
    for (const { endpoint } of app.servedEndpoints) {
      for (let round = 0; round < 3; round += 1) {
        const url = endpoint.path.replaceAll(/:(\w+)/g, (_all, name: string) =>
          round === 0 ? (known.get(name) ?? '7') : encodeURIComponent(String(value()).slice(0, 200)) || '0',
        );
        const query = new URLSearchParams(
          Object.keys(endpoint.query?.shape ?? {}).map((name): [string, string] => [
            name,
            round === 1 ? '' : String(value()).slice(0, 300),
          ]),
        ).toString();
        const { status, code } = await call({
          method: endpoint.method,
          url: query === '' ? url : `${url}?${query}`,
          cookies: own,
          ...(endpoint.method === 'GET'
            ? {}
            : { payload: JSON.stringify(value()), headers: { 'content-type': 'application/json' } }),
        });
        if (status >= 500 && status !== 503) broken.push(`${endpoint.method} ${endpoint.path}: ${status} ${code}`);
      }
    }
    expect([...new Set(broken)]).toEqual([]);
  }, 180_000);

  test.each([
    ['text that is no JSON', { payload: '{"a":', headers: { 'content-type': 'application/json' } }, 400],
    ['another content type', { payload: '<a/>', headers: { 'content-type': 'application/xml' } }, 415],
    [
      'a body beyond the limit',
      { payload: JSON.stringify({ a: 'x'.repeat(1_100_000) }), headers: { 'content-type': 'application/json' } },
      413,
    ],
  ])('refuses %s', async (_what, options, status) => {
    expect((await call({ method: 'POST', url: '/api/segments', cookies: own, ...options })).status).toBe(status);
  });

  test('refuses a change that another site sends with our cookie', async () => {
    const answer = await call({
      method: 'POST',
      url: '/api/segments',
      cookies: own,
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      payload: {},
    });
    expect(answer).toEqual({ status: 403, code: 'cross_site_request' });
  });
});

test('the OpenAPI document names every served endpoint with its permission', async () => {
  const document = (await app.inject({ url: '/openapi.json' })).json<{
    openapi: string;
    paths: Record<string, Record<string, unknown>>;
  }>();
  expect(document.openapi).toBe('3.1.0');
  const canonical = (method: string, path: string) =>
    `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}|:\w+/g, '{}')}`;
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => canonical(method, path)),
  );
  const served = app.servedEndpoints.map(({ endpoint: { method, path } }) => canonical(method, path));
  expect([...new Set(served)].toSorted()).toEqual(described.toSorted());
});

import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

import { permissionCatalogue } from '#org';
import { endpoint } from '#platform/endpoint';
import { buildHttp } from '#platform/http';
import { openApiDocument } from '#platform/openapi';
import { serve } from '#platform/route';
import type { ServedEndpoint } from '#platform/route';
import { idsOf, openDemoServer } from '#testing/demo-server';
import type { Cookies, DemoServer } from '#testing/demo-server';

interface Answer {
  readonly status: number;
  readonly code: string;
}

let demo: DemoServer;
let own: Cookies;
let foreign: Cookies;
let known: ReadonlyMap<string, string>;

beforeAll(async () => {
  demo = await openDemoServer({ customers: 40 });
  await demo.found('second');
  own = await demo.signIn('first');
  foreign = await demo.signIn('second');
  known = new Map([...(await idsOf(demo.db, demo.tenantId))].map(([name, [id = '']]) => [name, id]));
}, 180_000);
afterAll(() => demo.close());

async function call(options: InjectOptions): Promise<Answer> {
  const reply = await demo.app.inject(options);
  let code = '';
  try {
    code = (JSON.parse(reply.body) as { error?: { code?: string } }).error?.code ?? '';
  } catch {
    // Pages and files are no JSON.
  }
  return { status: reply.statusCode, code };
}

const parameterNames = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);

type Route = (typeof demo.routes)[number];
const silentRoutes = (all: readonly Route[]) =>
  all
    .filter(({ access, url }) => access === undefined && !url.startsWith('/api-reference/'))
    .map(({ method, url }) => `${method} ${url}`);

/** Permissions that routes ask for and no role can be given. What everybody may do with their own account needs no role. */
const unknownPermissions = (served: readonly ServedEndpoint[]) =>
  served
    .flatMap(({ access }) => (access.audience === 'staff' ? [access.permission] : []))
    .filter((permission) => permission !== 'org.self' && !new Set<string>(permissionCatalogue).has(permission));

test('every route says who may call it', () => {
  expect(demo.routes.length).toBeGreaterThan(150);
  expect(silentRoutes(demo.routes)).toEqual([]);
});

test('every permission a route asks for is in the catalogue from which roles are made', () => {
  expect(unknownPermissions(demo.app.servedEndpoints)).toEqual([]);
});

test('the checks catch a planted route without access, a permission nobody can have, and an undescribed endpoint', async () => {
  const { database, services } = demo.db;
  const seen: Route[] = [];
  const app = await buildHttp({
    database,
    services,
    logger: pino({ level: 'silent' }),
    authenticate: () => Promise.reject(new Error('nobody')),
  });
  app.addHook(
    'onRoute',
    ({ method, url, config }) => void seen.push({ method: String(method), url, access: config?.access }),
  );
  app.get('/api/planted', () => 'for everybody');
  const planted = endpoint({ method: 'GET', path: '/api/planted/:id', summary: 'Planted.', response: z.object({}) });
  serve(app, planted, { audience: 'staff', permission: 'planted.read' }, () => Promise.resolve({}));
  await app.close();

  expect(silentRoutes(seen)).toContain('GET /api/planted');
  expect(unknownPermissions(app.servedEndpoints)).toEqual(['planted.read']);
  const described = openApiDocument(demo.app.servedEndpoints, '0');
  expect(undescribed(described, [...demo.app.servedEndpoints, ...app.servedEndpoints])).toEqual([
    'GET /api/planted/{}',
  ]);
});

test('nobody gets anything from a staff or customer route without signing in', async () => {
  const open: string[] = [];
  for (const { endpoint, access } of demo.app.servedEndpoints) {
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
    for (const { endpoint, access } of demo.app.servedEndpoints) {
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
    for (const { endpoint } of demo.app.servedEndpoints) {
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

interface Described {
  readonly openapi?: string;
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const canonical = (method: string, path: string) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}|:\w+/g, '{}')}`;

/** Served endpoints that the OpenAPI document does not name, and named ones that nobody serves. */
function undescribed({ paths = {} }: Described, served: readonly ServedEndpoint[]): string[] {
  const named = new Set(
    Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => canonical(method, path))),
  );
  const live = new Set(served.map(({ endpoint: { method, path } }) => canonical(method, path)));
  return [...[...live].filter((one) => !named.has(one)), ...[...named].filter((one) => !live.has(one))];
}

test('the OpenAPI document names every served endpoint, and no other', async () => {
  const document = (await demo.app.inject({ url: '/openapi.json' })).json<Described>();
  expect(document.openapi).toBe('3.1.0');
  expect(undescribed(document, demo.app.servedEndpoints)).toEqual([]);
});

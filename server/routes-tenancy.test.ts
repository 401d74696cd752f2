import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { idsOf, openDemoServer, personalIdsOf, signInCustomer } from '#testing/demo-server';
import type { Cookies, DemoServer } from '#testing/demo-server';
import { fittingValue } from '#testing/fuzz';
import { readOperations, urlOf } from '#testing/operations';
import type { Operation } from '#testing/operations';

const seed = 20_261_124;
const requestsEach = 6;

let demo: DemoServer;
let secondId: number;
let operations: readonly Operation[];
/** Ids of the brand `first`, whom nobody here belongs to. */
let ids: ReadonlyMap<string, string[]>;
let personal: ReadonlyMap<string, string[]>;

beforeAll(async () => {
  demo = await openDemoServer({ customers: 40 });
  secondId = await demo.found('second');
  operations = await readOperations(demo.app);
  ids = await idsOf(demo.db, demo.tenantId, 4);
  personal = await personalIdsOf(demo.db, demo.tenantId, 4);
}, 180_000);
afterAll(() => demo.close());

/** A fingerprint of everything a company has, by table. */
async function everythingOf(tenantId: number): Promise<Record<string, string>> {
  const admin = await demo.db.admin();
  try {
    const { rows } = await admin.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
          and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
        order by 1`,
    );
    const prints: Record<string, string> = {};
    for (const { name } of rows) {
      const { rows: found } = await admin.query<{ print: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as print
           from ${name} t where tenant_id = $1`,
        [tenantId],
      );
      prints[name] = found[0]?.print ?? '';
    }
    return prints;
  } finally {
    await admin.end();
  }
}

interface Sent {
  readonly operation: Operation;
  readonly status: number;
  readonly url: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Sends every operation requests its contract allows, with these ids in every place that takes one. */
async function sendAll(
  chosen: readonly Operation[],
  pools: ReadonlyMap<string, string[]>,
  as: { readonly cookies: Cookies; readonly headers?: Record<string, string> },
): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const [index, operation] of chosen.entries()) {
    const { method, params, query, body } = operation;
    const of = (schema: Operation['body']) => (schema ? fittingValue(schema, pools) : fc.constant(undefined));
    const realParams = Object.fromEntries(
      Object.keys((params?.['properties'] as object | undefined) ?? {}).map((name) => [
        name,
        fc.constantFrom(...(pools.get(name) ?? ['1'])),
      ]),
    );
    const requests = fc.sample(fc.tuple(fc.record(realParams), of(query), of(body)), {
      seed: seed + index,
      numRuns: requestsEach,
    });
    for (const [p, q, b] of requests) {
      const url = urlOf(operation, p, q);
      const reply = await demo.app.inject({
        method,
        url,
        cookies: as.cookies,
        headers: { ...as.headers, ...(b === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(b === undefined ? {} : { payload: JSON.stringify(b) }),
      });
      sent.push({ operation, status: reply.statusCode, url, params: p });
    }
  }
  return sent;
}

const takesAnIdOf = (pools: ReadonlyMap<string, string[]>) => (operation: Operation) => {
  const names = Object.keys((operation.params?.['properties'] as object | undefined) ?? {});
  return names.length > 0 && names.every((name) => pools.has(name));
};

test('staff of another company reach and change nothing with our ids, in paths, queries and bodies', async () => {
  const cookies = await demo.signIn('second');
  const staff = operations.filter(({ audience, path }) => audience === 'staff' && !path.startsWith('/api/session'));
  const all = new Map([...ids, ...personal]);
  const before = await everythingOf(demo.tenantId);
  const sent = await sendAll(staff, all, { cookies, headers: { 'x-brand': 'first' } });
  expect(await everythingOf(demo.tenantId)).toEqual(before);
  // Stores, tags and the like are numbered from 1 in every company: what is theirs by now is no leak.
  const theirs = await idsOf(demo.db, secondId, 1_000);
  const isTheirs = ([name, value]: [string, string]) => theirs.get(name)?.includes(value) ?? false;
  const reached = sent.filter(
    ({ operation, status, params }) =>
      status < 400 && takesAnIdOf(all)(operation) && !Object.entries(params).every(isTheirs),
  );
  expect([...new Set(reached.map(({ operation }) => `${operation.method} ${operation.path}`))]).toEqual([]);
  expect(sent.filter(({ status }) => status >= 500)).toEqual([]);
  // Unless they get somewhere with what is theirs, the refusals prove nothing.
  expect(sent.filter(({ status }) => status === 200).length).toBeGreaterThan(staff.length / 3);
}, 240_000);

test('a customer of another brand changes nothing of ours with our ids', async () => {
  const cookies = await signInCustomer(demo.app, 'second', '19912340001');
  const mall = operations.filter(({ audience }) => audience === 'customer' || audience === 'shopper');
  const all = new Map([...ids, ...personal]);
  const before = await everythingOf(demo.tenantId);
  const sent = await sendAll(mall, all, { cookies, headers: { 'x-brand': 'second' } });
  expect(await everythingOf(demo.tenantId)).toEqual(before);
  const reached = sent.filter(
    ({ operation, status }) => status < 400 && operation.method === 'GET' && takesAnIdOf(all)(operation),
  );
  expect(reached.map(({ url }) => url)).toEqual([]);
}, 120_000);

test('a customer reads and changes nothing that belongs to another customer of the same brand', async () => {
  const cookies = await signInCustomer(demo.app, 'first', '19912340002');
  const mine = operations.filter(
    (operation) =>
      (operation.audience === 'customer' || operation.audience === 'shopper') && takesAnIdOf(personal)(operation),
  );
  expect(mine.length).toBeGreaterThan(8);
  const before = await everythingOf(demo.tenantId);
  const sent = await sendAll(mine, personal, { cookies, headers: { 'x-brand': 'first' } });
  expect(sent.filter(({ status }) => status < 400).map(({ operation, url }) => `${operation.method} ${url}`)).toEqual(
    [],
  );
  expect(await everythingOf(demo.tenantId)).toEqual(before);
}, 120_000);

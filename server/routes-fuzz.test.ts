import { setTimeout as sleep } from 'node:timers/promises';

import fc from 'fast-check';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';

import { sealAudit } from '#platform/audit-seal';
import type { Endpoint } from '#platform/endpoint';
import { idsOf, openDemoServer, signInCustomer } from '#testing/demo-server';
import type { Cookies, DemoServer } from '#testing/demo-server';
import { fittingValue, nastyText, spoiltValue } from '#testing/fuzz';
import type { JsonSchema } from '#testing/fuzz';
import { encoded, readOperations, urlOf } from '#testing/operations';
import type { Operation } from '#testing/operations';

/** Seconds to go on fuzzing after the first full round; SHUKE_FUZZ_SECONDS=1800 for a long run by hand. */
const fuzzS = Number(process.env['SHUKE_FUZZ_SECONDS'] ?? 15);
const seed = Number(process.env['SEED'] ?? 20_261_124);
const hangMs = 20_000;

interface Call {
  readonly method: Endpoint['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string | Buffer;
  /** The contract allows all of it. */
  readonly fitting: boolean;
}

let demo: DemoServer;
let admin: Cookies;
let customer: Cookies;
let adminId: string;
const logged: string[] = [];
const pools = new Map<string, string[]>();
const operations: Operation[] = [];
const faults = new Map<string, string>();
const statuses = new Map<number, number>();
let requests = 0;
process.on('warning', ({ message }) => logged.push(message));

const logger = pino(
  { level: 'error' },
  {
    write(line: string) {
      const { err } = JSON.parse(line) as { err?: { message?: string; stack?: string } };
      logged.push(`${err?.message}\n${(err?.stack ?? '').split('\n').slice(1, 7).join('\n')}`);
    },
  },
);

const address = () => `203.0.113.${requests % 250}`;
const newPhone = () => `199${String(10_000_000 + requests).slice(-8)}`;

/** Random changes close the shop or rename it sooner or later. */
async function reopenShop(): Promise<void> {
  const client = await demo.db.admin();
  await client.query(
    `update org.brands set code = 'first', status = 'active'
      where brand_id = (select min(brand_id) from org.brands where tenant_id = $1)`,
    [demo.tenantId],
  );
  await client.end();
  // The server remembers for a second which shops there are.
  await sleep(1_100);
}

beforeAll(async () => {
  demo = await openDemoServer({ customers: 30, logger });
  admin = await demo.signIn('first');
  adminId = (await demo.app.inject({ url: '/api/session', cookies: admin })).body;
  for (const [name, ids] of await idsOf(demo.db, demo.tenantId, 8)) {
    pools.set(
      name,
      ids.filter((id) => !adminId.includes(id)),
    );
  }
  customer = await signInCustomer(demo.app, 'first', newPhone());
  operations.push(...(await readOperations(demo.app)));
}, 180_000);
afterAll(() => demo.close());

const spoiltBodies: readonly { payload: string | Buffer; type: string }[] = [
  { payload: '', type: 'application/json' },
  { payload: '{"a":', type: 'application/json' },
  { payload: 'null', type: 'application/json' },
  { payload: '[]', type: 'application/json' },
  { payload: '"text"', type: 'application/json' },
  { payload: '1e999', type: 'application/json' },
  { payload: '{"name":"a","name":"b","__proto__":{"x":1}}', type: 'application/json' },
  { payload: '{"a":"\\ud800"}', type: 'application/json' },
  { payload: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), type: 'application/json' },
  { payload: '['.repeat(20_000), type: 'application/json' },
  { payload: `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, type: 'application/json' },
  { payload: `{"a":"${'x'.repeat(1_100_000)}"}`, type: 'application/json' },
  { payload: '{}', type: 'application/json; charset=utf-7' },
  { payload: '<a/>', type: 'application/xml' },
  { payload: 'a=1&b=2', type: 'application/x-www-form-urlencoded' },
  { payload: '--x\r\nbroken', type: 'multipart/form-data; boundary=x' },
  { payload: '{}', type: 'text/plain' },
  { payload: '{}', type: 'nonsense' },
];

const idempotencyKey = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', 'again', 'x'.repeat(256), 'x'.repeat(4_000), 'é', '\u0001') },
);

/** One request to an operation: fitting, with spoilt values, or with a body that is not what it says. */
function requestTo(operation: Operation): fc.Arbitrary<Call> {
  const { params, query, body } = operation;
  const of = (schema: JsonSchema | undefined, make: typeof fittingValue): fc.Arbitrary<unknown> =>
    schema ? make(schema, pools) : fc.constant(undefined);
  const fitting = fc
    .tuple(of(params, fittingValue), of(query, fittingValue), of(body, fittingValue), idempotencyKey)
    .map(([p, q, b, key]) => json(operation, urlOf(operation, p, q), { body: b, key, fitting: true }));
  const spoilt = fc
    .tuple(
      fc.oneof({ weight: 2, arbitrary: of(params, fittingValue) }, { weight: 1, arbitrary: of(params, spoiltValue) }),
      of(query, spoiltValue),
      of(body, spoiltValue),
      idempotencyKey,
    )
    .map(([p, q, b, key]) => json(operation, urlOf(operation, p, q), { body: b, key, fitting: false }));
  const broken = fc
    .tuple(of(params, fittingValue), fc.constantFrom(...spoiltBodies), fc.constantFrom(...nastyText))
    .map(([p, { payload, type }, text]) => ({
      method: operation.method,
      url: `${urlOf(operation, p, undefined)}?cursor=${encoded(text)}&limit=${encoded(text)}`,
      headers: { 'content-type': type },
      ...(operation.method === 'GET' ? {} : { payload }),
      fitting: false,
    }));
  return fc.oneof(
    { weight: 5, arbitrary: fitting },
    { weight: 4, arbitrary: spoilt },
    { weight: 1, arbitrary: broken },
  );
}

function json(
  { method }: Operation,
  url: string,
  { body, key, fitting }: { body: unknown; key: string | undefined; fitting: boolean },
): Call {
  return {
    method,
    url,
    fitting,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  };
}

function remember(value: unknown, depth = 0): void {
  if (depth > 6 || typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    const tells = /(Id|No|Code|^code|Cursor)$/.test(key) && (typeof child === 'string' || typeof child === 'number');
    if (tells && !adminId.includes(String(child)) && String(child).length < 200) {
      const pool = pools.get(key) ?? [];
      pools.set(key === 'nextCursor' ? 'cursor' : key, pool);
      if (!pool.includes(String(child))) pool.push(String(child));
      if (pool.length > 40) pool.splice(0, pool.length - 40);
    } else remember(child, depth + 1);
  }
}

const ErrorAnswer = z.object({
  error: z.object({
    code: z.string().regex(/^[a-z0-9_]+$/),
    message: z.string().min(1),
    details: z.unknown(),
    requestId: z.string().min(1),
  }),
});
const revealing = /\bat \w+ \(|node_modules|\.ts:\d|\bselect \w+.* from |relation "|column "|violates .* constraint/i;

async function send(operation: Operation, request: Call): Promise<void> {
  requests += 1;
  const { fitting, ...options } = request;
  const isMall = operation.audience === 'customer' || operation.audience === 'shopper';
  logged.length = 0;
  const answer = await Promise.race([
    demo.app.inject({
      ...options,
      cookies: isMall ? customer : operation.audience === 'staff' ? admin : {},
      headers: { ...options.headers, 'x-brand': 'first', 'x-forwarded-for': address() },
    }),
    sleep(hangMs, undefined, { ref: false }),
  ]);
  const fault = (what: string) => {
    const key = `${operation.method} ${operation.path}: ${what.replaceAll(/"requestId":"[^"]*"/g, '')}`;
    if (faults.has(key)) return;
    const payload = (options.payload?.toString() ?? '').slice(0, 1_500);
    faults.set(
      key,
      `${key}\n  ${options.url}\n  ${JSON.stringify(options.headers).slice(0, 400)}\n  ${payload}\n  ${logged.join('\n  ')}`,
    );
  };
  if (!answer) return fault('did not answer');
  const { statusCode: status, body } = answer;
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  // The driver warns of dates that no column can hold.
  if (status < 500 && logged.length > 0) fault(logged[0]?.split('\n')[0] ?? '');
  if (status >= 500) return fault(`${status} ${logged[0]?.split('\n')[0] ?? body.slice(0, 300)}`);
  const isJson = String(answer.headers['content-type']).startsWith('application/json');
  if (status >= 400) {
    if (!isJson || !ErrorAnswer.safeParse(answer.json()).success)
      fault(`${status} is not a typed error: ${body.slice(0, 200)}`);
    // What the caller sent may come back; what we are made of may not.
    if (revealing.test(body) && !revealing.test(options.payload?.toString() ?? ''))
      fault(`${status} tells too much: ${body.slice(0, 300)}`);
    // Signed out by its own request, perhaps.
    if (status === 401 && operation.audience === 'staff')
      admin = await demo.signIn('first', { 'x-forwarded-for': address() });
    if (status === 401 && isMall) {
      await reopenShop();
      customer = await signInCustomer(demo.app, 'first', newPhone());
    }
    return;
  }
  if (!isJson) return;
  const parsed = operation.answer.safeParse(answer.json());
  if (!parsed.success) fault(`the reply is not what the contract says: ${z.prettifyError(parsed.error).slice(0, 400)}`);
  if (fitting) remember(answer.json());
}

test(
  'no request makes any route fail, hang, or answer anything its contract does not say',
  async () => {
    const builtIn = Object.getOwnPropertyNames(Object.prototype).length;
    const startedAt = performance.now();
    const sealing = setInterval(() => void sealAudit(demo.db.database, logger), 5_000);
    for (let round = 0; round === 0 || performance.now() - startedAt < fuzzS * 1_000; round += 1) {
      await reopenShop();
      for (const [index, operation] of operations.entries()) {
        if (round > 0 && performance.now() - startedAt > fuzzS * 1_000) break;
        // Ids learned from earlier answers are in the pools by now, so requests are made anew in every round.
        const made = fc.sample(requestTo(operation), { seed: seed + round * 1_000 + index, numRuns: 4 });
        for (const request of made) await send(operation, request);
      }
    }
    clearInterval(sealing);
    process.stderr.write(`SEED=${seed}: ${requests} requests, ${JSON.stringify(Object.fromEntries(statuses))}\n`);
    expect([...faults.values()].join('\n\n')).toBe('');
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(builtIn);
    // A fuzzer whose every request is refused at the door proves nothing.
    expect(statuses.get(200)).toBeGreaterThan(requests / 10);
  },
  fuzzS * 1_000 + 180_000,
);

/** What the fuzzer found, kept as it was found. */
test.each<[string, Omit<Call, 'fitting' | 'headers'> & { key?: string; type?: string }, number, string]>([
  [
    'a key too long',
    { method: 'POST', url: '/api/org/regions', payload: '{}', key: 'x'.repeat(256) },
    400,
    'invalid_input',
  ],
  ['an address too long', { method: 'GET', url: `/api/orders/${'a%2C'.repeat(100)}` }, 414, 'fst_err_max_param_length'],
  ['an address that is no UTF-8', { method: 'GET', url: '/api/orders/%ff' }, 400, 'fst_err_bad_url'],
  ['a cursor nobody gave', { method: 'GET', url: '/api/orders?cursor=%25_%5C' }, 400, 'invalid_input'],
  [
    'half a position',
    { method: 'PATCH', url: '/api/org/stores/:storeId', payload: '{"latitude":31,"longitude":null}' },
    400,
    'invalid_input',
  ],
  [
    'goods nobody sells',
    {
      method: 'POST',
      url: '/api/catalog/stock-counts',
      payload: '{"skuId":"654ec843-c2b7-8a01-aeb8-0573fc0c6986","locationId":1,"quantity":1}',
    },
    404,
    'not_found',
  ],
  [
    'a second stock of a store',
    {
      method: 'POST',
      url: '/api/catalog/locations',
      payload: '{"kind":"store","storeId":":storeId","name":"again","priority":1,"isEnabled":true}',
    },
    409,
    'store_has_location',
  ],
  [
    'an hour the day does not have',
    {
      method: 'PUT',
      url: '/api/messaging-settings',
      payload: '{"marketingPer7Days":1,"marketingPer30Days":3,"quietHours":{"from":"99:99","until":"08:00"}}',
    },
    400,
    'invalid_input',
  ],
  [
    'an upload that breaks off',
    { method: 'POST', url: '/api/catalog/images', payload: '--x\r\nbroken', type: 'multipart/form-data; boundary=x' },
    400,
    'broken_upload',
  ],
  [
    'a role at a company that is not this one',
    {
      method: 'POST',
      url: '/api/org/staff/:staffId/roles',
      payload: '{"roleCode":"auditor","nodeKind":"tenant","nodeId":100}',
    },
    404,
    'not_found',
  ],
  [
    'an employee number somebody has',
    {
      method: 'POST',
      url: '/api/org/staff',
      payload: '{"login":"second@first.test","name":"乙","employeeNo":"E-1","locale":"en"}',
    },
    409,
    'code_taken',
  ],
  [
    'more coupons than can be counted',
    {
      method: 'PUT',
      url: '/api/coupons/templates/:templateId/quantity',
      payload: '{"cap":9007199254740991,"budgetFen":null}',
    },
    400,
    'invalid_input',
  ],
])('refuses %s', async (_what, { method, url, payload, key, type }, status, code) => {
  const ids = await real();
  const filled = (text: string) =>
    text.replaceAll(/"?:(storeId|staffId|templateId)"?/g, (_all, name: string) => ids[name] ?? '');
  const reply = await demo.app.inject({
    method,
    url: filled(url),
    cookies: admin,
    headers: { 'content-type': type ?? 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
    ...(payload === undefined ? {} : { payload: filled(payload.toString()) }),
  });
  expect([reply.statusCode, reply.json<{ error: { code: string } }>().error.code]).toEqual([status, code]);
});

/** Ids the cases above are about; the member of staff has the employee number E-1. */
async function real(): Promise<Record<string, string>> {
  await demo.app.inject({
    method: 'POST',
    url: '/api/org/staff',
    cookies: admin,
    payload: { login: 'first@first.test', name: '甲', employeeNo: 'E-1', locale: 'zh-CN' },
  });
  const client = await demo.db.admin();
  const { rows } = await client.query<Record<string, string>>(
    `select (select min(store_id) from catalog.locations where tenant_id = $1)::text as "storeId",
            (select staff_id from org.staff where tenant_id = $1 and employee_no = 'E-1') as "staffId",
            (select template_id from coupons.templates where tenant_id = $1 order by 1 limit 1) as "templateId"`,
    [demo.tenantId],
  );
  await client.end();
  return rows[0] ?? {};
}

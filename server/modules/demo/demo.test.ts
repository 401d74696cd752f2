import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { runPipeline } from '#platform/log/pipeline';
import { openDemoServer } from '#testing/demo-server';
import type { Cookies, DemoServer } from '#testing/demo-server';

import { jobs } from './jobs.ts';
import { removalJob } from './request-removal.ts';

const logger = pino({ level: 'silent' });
let demo: DemoServer;
let cookies: Cookies;
const pipeline = { stop: new AbortController(), ended: Promise.resolve() };

beforeAll(async () => {
  demo = await openDemoServer({ customers: 20 });
  cookies = await demo.signIn('first');
  const { database, services } = demo.db;
  pipeline.ended = runPipeline({
    database,
    services,
    logger,
    // Who did it does not matter here.
    resolve: async (_ctx, events) => events.map(() => ({ customerId: null, originCustomerId: null, subjectKey: '0' })),
    subscriptions: [],
    signal: pipeline.stop.signal,
  });
}, 180_000);
afterAll(async () => {
  pipeline.stop.abort();
  await pipeline.ended;
  await demo.close();
});

const read = async () =>
  (await demo.app.inject({ method: 'GET', url: '/api/demo', cookies })).json<{
    demo: Record<string, unknown> | null;
  }>();
const remove = (payload: object) => demo.app.inject({ method: 'POST', url: '/api/demo/removal', cookies, payload });

async function query<Row>(sql: string): Promise<Row[]> {
  const admin = await demo.db.admin();
  try {
    return (await admin.query(sql)).rows as Row[];
  } finally {
    await admin.end();
  }
}

test('tells an administrator what was made up and what is their own', async () => {
  expect(await read()).toMatchObject({
    demo: { customers: 20, months: 6, removalError: null, own: { orders: 0, events: 0, customers: 0 } },
  });
});

test('asks for the password again before it removes anything', async () => {
  await query(`update platform.sessions set reauthenticated_at = now() - interval '1 hour'`);
  const refused = await remove({});
  expect(refused.statusCode).toBe(403);
  await query(`update platform.sessions set reauthenticated_at = now()`);
  expect(await read()).toMatchObject({ demo: { removalRequestedAt: null } });
});

test('removes everything in the background, in the name of who asked, and only once at a time', async () => {
  expect((await remove({})).statusCode).toBe(200);
  const again = await remove({});
  expect([again.statusCode, again.json<{ error: { code: string } }>().error.code]).toEqual([409, 'removal_running']);
  const [queued] = await query<{ payload: unknown }>(
    `select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = '${removalJob}'`,
  );
  const { database, services } = demo.db;
  await jobs[0]?.handle({ database, services, logger, signal: new AbortController().signal }, queued?.payload);
  expect(await read()).toEqual({ demo: null });
  const audited = await query<{ actor_type: string; action: string }>(
    `select actor_type, action from platform.audit_pending where action like 'demo.%' union all
     select actor_type, action from platform.audit_entries where action like 'demo.%' order by action`,
  );
  expect(audited).toEqual([
    { actor_type: 'staff', action: 'demo.remove' },
    { actor_type: 'staff', action: 'demo.request-removal' },
  ]);
  const [left] = await query<{ orders: number; definitions: number }>(
    `select (select count(*)::int from orders.orders) as orders, (select count(*)::int from platform.definitions) as definitions`,
  );
  expect(left).toEqual({ orders: 0, definitions: 0 });
});

test('says there is nothing to remove when there is not', async () => {
  const refused = await remove({});
  expect([refused.statusCode, refused.json<{ error: { code: string } }>().error.code]).toEqual([404, 'no_demo_data']);
});

test('never lets the web role or a worker of another company remove rows', async () => {
  const attempt = (tenantId: number | null, of: number) =>
    demo.db.database.work({ tenantId, scope: everyStore }, (tx) =>
      tx.query(`select platform.remove_rows($1, 'orders.orders')`, [of]),
    );
  await expect(attempt(demo.tenantId, demo.tenantId + 1)).rejects.toThrow('only a worker bound to the tenant');
  await expect(attempt(null, demo.tenantId)).rejects.toThrow('only a worker bound to the tenant');
  await expect(
    demo.db.database.transaction({ tenantId: demo.tenantId, scope: everyStore }, (tx) =>
      tx.query(`select platform.remove_rows($1, 'orders.orders')`, [demo.tenantId]),
    ),
  ).rejects.toThrow();
  await expect(
    demo.db.database.work({ tenantId: demo.tenantId, scope: everyStore }, (tx) =>
      tx.query(`select platform.remove_rows($1, 'platform.audit_entries')`, [demo.tenantId]),
    ),
  ).rejects.toThrow('is kept');
});

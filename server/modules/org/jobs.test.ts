import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { JobContext } from '#platform/jobs';

import { forgetOldSignIns, renewOldKeys } from './jobs.ts';
import { goodPassword, openTestApp } from './test-app.ts';
import type { TestApp } from './test-app.ts';

let at: TestApp;
beforeAll(async () => {
  at = await openTestApp();
});
afterAll(() => at.close());

const jobContext = (): JobContext => ({
  database: at.db.database,
  services: at.db.services,
  logger: pino({ level: 'silent' }),
  signal: new AbortController().signal,
});

test('what is still alive survives the cleaning, what is long over goes', async () => {
  const living = await at.signIn('admin@first.test');
  await at.signIn('admin@first.test');
  const admin = await at.db.admin();
  await admin.query(`update platform.sessions set revoked_at = now() - interval '31 days'
    where session_id = (select session_id from platform.sessions order by created_at desc limit 1)`);
  await at.call('POST', '/api/session', { body: { login: 'someone', password: goodPassword } });
  await admin.query(`update platform.throttles set last_at = now() - interval '3 days' where bucket = 'sign-in:login'`);
  await forgetOldSignIns.handle(jobContext(), {});
  const { rows } = await admin.query(`select (select count(*) from platform.sessions) as sessions,
    (select count(*) from platform.throttles where bucket = 'sign-in:login') as throttles`);
  expect(rows).toEqual([{ sessions: 1, throttles: 0 }]);
  expect((await at.call('GET', '/api/session', { cookies: living })).status).toBe(200);
  await admin.end();
});

test('a data key gets a successor after a year, once', async () => {
  const admin = await at.db.admin();
  const keys = async () => (await admin.query(`select kid from platform.data_keys where tenant_id = 1`)).rowCount;
  await renewOldKeys.handle(jobContext(), {});
  expect(await keys()).toBe(5);
  await admin.query(
    `update platform.data_keys set created_at = now() - interval '366 days' where tenant_id = 1 and purpose = 'P2'`,
  );
  await renewOldKeys.handle(jobContext(), {});
  await renewOldKeys.handle(jobContext(), {});
  expect(await keys()).toBe(6);
  await admin.end();
});

import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { goodPassword, openTestApp } from './test-app.ts';
import type { TestApp } from './test-app.ts';

let at: TestApp;
beforeAll(async () => {
  at = await openTestApp();
});
afterAll(() => at.close());

const atTenant = [{ roleCode: 'operator', nodeKind: 'tenant', nodeId: 0 }] as const;
const signIn = (
  login: string,
  password: string,
  more: { code?: string; ip?: string; cookies?: Record<string, string> } = {},
) =>
  at.call('POST', '/api/session', {
    body: { login, password, ...(more.code === undefined ? {} : { code: more.code }) },
    ...(more.ip === undefined ? {} : { ip: more.ip }),
    ...(more.cookies ? { cookies: more.cookies } : {}),
  });

async function passThrottle(): Promise<void> {
  const admin = await at.db.admin();
  await admin.query(`update platform.throttles set blocked_until = now() - interval '1 second'`);
  await admin.end();
}

describe('signing in', () => {
  test('opens a session whose cookie scripts and other sites cannot use', async () => {
    const answer = await signIn('admin@first.test', goodPassword);
    expect(answer).toMatchObject({ status: 200, body: { status: 'signed_in' } });
    const [cookie] = [answer.headers['set-cookie']].flat() as string[];
    expect(cookie).toMatch(/^shuke_session=[\w-]{43};.*HttpOnly; SameSite=Lax$/);
    const session = await at.call('GET', '/api/session', { cookies: answer.cookies });
    expect(session.body).toMatchObject({
      staff: { name: '管理员', login: 'admin@first.test' },
      tenant: { code: 'first', timezone: 'Asia/Shanghai' },
      secondFactor: false,
    });
    expect(session.body['permissions']).toEqual(
      expect.arrayContaining(['org.roles.write', 'org.self', 'session.recent']),
    );
  });

  test('takes a login in any spelling', async () => {
    await at.addPerson('13900001111', atTenant);
    expect((await signIn(' +86 139-0000-1111 ', goodPassword)).status).toBe(200);
    expect((await signIn('ADMIN@First.Test', goodPassword)).status).toBe(200);
  });

  test('keeps no secret in the database: neither token nor password nor login in plain', async () => {
    const { cookies } = await signIn('admin@first.test', goodPassword);
    const admin = await at.db.admin();
    const tables = ['platform.sessions', 'org.staff', 'platform.throttles', 'platform.audit_pending'];
    for (const table of tables) {
      const { rows } = await admin.query<{ row: string }>(`select t::text as row from ${table} t`);
      const text = rows.map(({ row }) => row).join('\n');
      for (const secret of [cookies['shuke_session'] ?? '', goodPassword, 'admin@first.test', '$argon2', '管理员']) {
        expect(text.includes(secret)).toBe(false);
        expect(text.includes(Buffer.from(secret).toString('hex'))).toBe(false);
      }
    }
    await admin.end();
  });

  test('is on record, refused or not', async () => {
    await at.addPerson('recorded', atTenant);
    await signIn('recorded', 'wrong');
    await signIn('recorded', goodPassword);
    const admin = await at.db.admin();
    const { rows } = await admin.query(
      `select result from platform.audit_pending p join org.staff_roles r on r.staff_id::text = p.object_id and r.role_code = 'operator'
        where action = 'org.sign-in' order by at desc limit 2`,
    );
    expect(rows).toEqual([{ result: 'ok' }, { result: 'denied' }]);
    await admin.end();
  });

  test('from another site is refused', async () => {
    const { cookies } = await signIn('admin@first.test', goodPassword);
    const answer = await at.call('DELETE', '/api/session', { cookies, headers: { 'sec-fetch-site': 'cross-site' } });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'cross_site_request' } } });
  });
});

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe('guessing', () => {
  test('gets the same answer for an unknown login, a wrong password and a disabled person', async () => {
    const staffId = await at.addPerson('left-us', atTenant);
    const admin = await at.db.admin();
    await admin.query(`update org.staff set status = 'disabled' where staff_id = $1`, [staffId]);
    await admin.end();
    const answers = [
      await signIn('nobody-here', goodPassword),
      await signIn('admin@first.test', 'wrong'),
      await signIn('left-us', goodPassword),
    ];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    const bodies = answers.map(({ body }) => JSON.stringify({ ...(body['error'] as object), requestId: '' }));
    expect(new Set(bodies).size).toBe(1);
    expect(answers.flatMap(({ cookies }) => Object.keys(cookies))).toEqual([]);
  });

  test('learns nothing from the time an answer takes', async () => {
    const known: number[] = [];
    const unknown: number[] = [];
    const names = await Promise.all(Array.from({ length: 15 }, (_, n) => at.addPerson(`timed-${n}`, atTenant)));
    for (const [n] of names.entries()) {
      for (const [login, into] of [
        [`timed-${n}`, known],
        [`absent-${n}`, unknown],
      ] as const) {
        const start = performance.now();
        await signIn(login, 'not the password');
        into.push(performance.now() - start);
      }
    }
    // Hashing is most of the work: without the decoy an unknown login would be answered in less than half the time.
    expect(median(unknown) / median(known)).toBeGreaterThan(0.65);
    expect(median(unknown) / median(known)).toBeLessThan(1.5);
  });

  test('is slowed down more and more, and the wait is told', async () => {
    await at.addPerson('guessed', atTenant);
    const waits: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      await passThrottle();
      expect((await signIn('guessed', `wrong ${n}`)).status).toBe(401);
      // Refused without being judged, so that this is no attempt either.
      const next = n < 2 ? undefined : await signIn('guessed', goodPassword);
      if (next) {
        expect(next.status).toBe(429);
        waits.push(Number(next.headers['retry-after']));
      }
    }
    expect(waits).toEqual([1, 2, 4, 8]);
  });

  test('counts parallel attempts one by one', async () => {
    await at.addPerson('parallel', atTenant);
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn('parallel', 'wrong')));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(3);
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(9);
  });

  test('does not lock the person out of the browser they use', async () => {
    await at.addPerson('besieged', atTenant);
    const { cookies } = await signIn('besieged', goodPassword);
    for (let n = 0; n < 5; n += 1) await signIn('besieged', `wrong ${n}`);
    expect((await signIn('besieged', goodPassword)).status).toBe(429);
    const known = { shuke_device: cookies['shuke_device'] ?? '' };
    expect((await signIn('besieged', goodPassword, { cookies: known })).status).toBe(200);
    const forged = { shuke_device: `${(cookies['shuke_device'] ?? '').split('.')[0]}.AAAAAAAAAAAAAAAAAAAAAA` };
    expect((await signIn('besieged', goodPassword, { cookies: forged })).status).toBe(429);
  });

  test('from one address stops after twenty attempts a minute', async () => {
    const answers: number[] = [];
    for (let n = 0; n < 22; n += 1) answers.push((await signIn(`many-${n}`, 'wrong', { ip: '203.0.113.9' })).status);
    expect(answers.slice(0, 20)).toEqual(Array(20).fill(401));
    expect(answers.slice(20)).toEqual([429, 429]);
    expect((await signIn('many-1', 'wrong', { ip: '203.0.113.10' })).status).toBe(401);
  });
});

const codeAt = (secret: string, offset: number) =>
  generateSync({ secret, epoch: (Math.floor(Date.now() / 30_000) + offset) * 30 });

async function withSecondFactor(login: string) {
  await at.addPerson(login, atTenant);
  const cookies = await at.signIn(login);
  const begun = await at.call('POST', '/api/session/totp', { cookies });
  const secret = begun.body['secret'] as string;
  expect(begun.body['uri']).toMatch(/^otpauth:\/\/totp\/Shuke/);
  const finished = await at.call('PUT', '/api/session/totp', { cookies, body: { code: codeAt(secret, -1) } });
  expect(finished.status).toBe(200);
  return { secret, cookies, recoveryCodes: finished.body['recoveryCodes'] as string[] };
}

describe('the second factor', () => {
  test('is asked for, and each code works once', async () => {
    const { secret } = await withSecondFactor('with-totp');
    expect((await signIn('with-totp', goodPassword)).body).toEqual({ status: 'code_required' });
    expect((await signIn('with-totp', goodPassword, { code: codeAt(secret, -1) })).body).toMatchObject({
      error: { code: 'second_factor_refused' },
    });
    await passThrottle();
    const code = codeAt(secret, 0);
    expect((await signIn('with-totp', goodPassword, { code })).body).toEqual({ status: 'signed_in' });
    expect((await signIn('with-totp', goodPassword, { code })).status).toBe(401);
    expect((await signIn('with-totp', goodPassword, { code: codeAt(secret, 1) })).body).toEqual({
      status: 'signed_in',
    });
  });

  test('of many sign-ins with the same code lets exactly one in', async () => {
    const { secret, cookies } = await withSecondFactor('raced');
    const code = codeAt(secret, 0);
    const answers = await Promise.all(
      Array.from({ length: 3 }, () =>
        at.call('POST', '/api/session/confirmation', { cookies, body: { password: goodPassword, code } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('can be replaced by a recovery code, once', async () => {
    const { recoveryCodes } = await withSecondFactor('lost-phone');
    expect(recoveryCodes).toHaveLength(10);
    const code = recoveryCodes[0] ?? '';
    expect((await signIn('lost-phone', goodPassword, { code: ` ${code.toUpperCase()} ` })).status).toBe(200);
    expect((await signIn('lost-phone', goodPassword, { code })).status).toBe(401);
  });

  test('cannot be replaced by somebody who only has the session', async () => {
    const { cookies } = await withSecondFactor('stolen-session');
    expect((await at.call('POST', '/api/session/totp', { cookies })).body).toMatchObject({
      error: { code: 'totp_already_on' },
    });
    const admin = await at.db.admin();
    await admin.query(`update platform.sessions set reauthenticated_at = now() - interval '11 minutes'`);
    await admin.end();
    expect((await at.call('DELETE', '/api/session/totp', { cookies })).body).toMatchObject({
      error: { code: 'sign_in_again' },
    });
  });
});

describe('a session', () => {
  test('gets a new secret when the password is given again, and the old one is dead', async () => {
    const cookies = await at.signIn('admin@first.test');
    const confirmed = await at.call('POST', '/api/session/confirmation', { cookies, body: { password: goodPassword } });
    expect(confirmed.status).toBe(200);
    expect((await at.call('GET', '/api/session', { cookies })).status).toBe(401);
    expect((await at.call('GET', '/api/session', { cookies: confirmed.cookies })).status).toBe(200);
  });

  test.each([
    ['unused for half an hour', `last_seen_at = now() - interval '31 minutes'`],
    ['twelve hours old', `expires_at = now() - interval '1 second'`],
    ['revoked', `revoked_at = now()`],
  ])('%s is over', async (_why, change) => {
    const cookies = await at.signIn('admin@first.test');
    const admin = await at.db.admin();
    await admin.query(`update platform.sessions set ${change}`);
    await admin.end();
    expect((await at.call('GET', '/api/session', { cookies })).status).toBe(401);
  });

  test('shows in the list of devices and can be ended from another', async () => {
    await at.addPerson('two-devices', atTenant);
    const [laptop, phone] = [await at.signIn('two-devices'), await at.signIn('two-devices')];
    const listed = await at.call('GET', '/api/session/devices', { cookies: laptop });
    const items = listed.body['items'] as { sessionId: string; current: boolean; network: string }[];
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    expect(items).toHaveLength(2);
    expect(items.every(({ network }) => /^10\.0\.\d+\.0\/24$/.test(network))).toBe(true);
    const other = items.find(({ current }) => !current)?.sessionId ?? '';
    expect((await at.call('DELETE', `/api/session/devices/${other}`, { cookies: laptop })).status).toBe(200);
    expect((await at.call('GET', '/api/session', { cookies: phone })).status).toBe(401);
    const strangers = await at.signIn('admin@first.test');
    expect((await at.call('DELETE', `/api/session/devices/${other}`, { cookies: strangers })).status).toBe(404);
  });

  test('of every other device ends with a new password, and the old password is dead', async () => {
    await at.addPerson('changes-password', atTenant);
    const [laptop, phone] = [await at.signIn('changes-password'), await at.signIn('changes-password')];
    const next = 'seventeen brown kettles';
    const body = { current: goodPassword, next };
    expect((await at.call('PUT', '/api/session/password', { cookies: laptop, body })).status).toBe(200);
    expect((await at.call('GET', '/api/session', { cookies: phone })).status).toBe(401);
    expect((await at.call('GET', '/api/session', { cookies: laptop })).status).toBe(200);
    expect((await signIn('changes-password', goodPassword)).status).toBe(401);
    expect((await signIn('changes-password', next)).status).toBe(200);
  });

  test.each(['short', 'password1234', '公司first员工', 'aaaaaaaaaaaaaaaa', 'qwertyuiop123'])(
    'does not accept the weak password %s',
    async (next) => {
      const cookies = await at.signIn('admin@first.test');
      const answer = await at.call('PUT', '/api/session/password', { cookies, body: { current: goodPassword, next } });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'weak_password' } } });
    },
  );

  test('answers a repeated refused request with the same refusal', async () => {
    await at.addPerson('repeats', atTenant);
    const cookies = await at.signIn('repeats');
    const headers = { 'idempotency-key': 'confirm-once' };
    const confirm = () =>
      at.call('POST', '/api/session/confirmation', { cookies, headers, body: { password: 'wrong' } });
    expect([(await confirm()).status, (await confirm()).status]).toEqual([401, 401]);
  });

  test('cannot be used to guess the password', async () => {
    await at.addPerson('session-thief', atTenant);
    const cookies = await at.signIn('session-thief');
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      statuses.push(
        (await at.call('POST', '/api/session/confirmation', { cookies, body: { password: `wrong ${n}` } })).status,
      );
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });
});

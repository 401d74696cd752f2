import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

import { endpoint } from '#platform/endpoint';
import { serve } from '#platform/route';

import { brandOf } from './authenticate.ts';
import type { CreatedTenant } from './create-tenant.ts';
import { createCustomerSession } from './customer-session.ts';
import type { RoleAssignment } from './staff.ts';
import { goodPassword, openTestApp } from './test-app.ts';
import type { Answer, TestApp } from './test-app.ts';

/** Endpoints of other modules, as they would be: scoped rows, and a shop. */
const visibleStores = endpoint({
  method: 'GET',
  path: '/api/test/stores/:permission',
  summary: 'Store codes a request may see.',
  params: z.object({ permission: z.string() }),
  response: z.object({ codes: z.array(z.string()) }),
});
const shop = endpoint({
  method: 'GET',
  path: '/api/test/shop',
  summary: 'Whose shop, and who visits.',
  response: z.object({ brand: z.string(), visitor: z.string() }),
});

let at: TestApp;
let admin: Record<string, string>;
let other: CreatedTenant;
let otherAdmin: Record<string, string>;
const ids: Record<string, number> = {};

beforeAll(async () => {
  at = await openTestApp((app) => {
    for (const permission of ['orders.read', 'customers.reveal']) {
      const served = {
        ...visibleStores,
        path: visibleStores.path.replace(':permission', permission),
        params: z.object({}),
      };
      serve(app, served, { audience: 'staff', permission }, async (ctx) => ({
        codes: (await ctx.tx.query<{ code: string }>(`select code from org.stores order by code`)).map(
          ({ code }) => code,
        ),
      }));
    }
    for (const audience of ['shopper', 'customer'] as const) {
      serve(app, { ...shop, path: `${shop.path}/${audience}` }, { audience }, async (ctx, _input, { request }) => ({
        brand: brandOf(request).code,
        visitor: ctx.actor.kind === 'customer' ? `customer ${ctx.actor.customerId}` : ctx.actor.kind,
      }));
    }
  });
  admin = await at.signIn('admin@first.test');
  other = await at.foundTenant('second');
  otherAdmin = await at.signIn('admin@second.test');
  const brandId = at.tenant.brandId;
  ids['east'] = await made('/api/org/regions', { brandId, name: '华东' }, 'regionId');
  ids['shanghai'] = await made('/api/org/regions', { brandId, name: '上海', parentRegionId: ids['east'] }, 'regionId');
  ids['south'] = await made('/api/org/regions', { brandId, name: '华南' }, 'regionId');
  for (const [code, region] of [
    ['S1', 'shanghai'],
    ['S2', 'shanghai'],
    ['S3', 'east'],
    ['S4', 'south'],
  ] as const) {
    ids[code] = await made('/api/org/stores', { brandId, regionId: ids[region], code, name: `门店${code}` }, 'storeId');
  }
});
afterAll(() => at.close());

async function made(url: string, body: unknown, key: string, cookies = admin): Promise<number> {
  const answer = await at.call('POST', url, { cookies, body });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body[key] as number;
}

async function person(
  login: string,
  ...roles: RoleAssignment[]
): Promise<{ staffId: string; cookies: Record<string, string> }> {
  const staffId = await at.addPerson(login, roles);
  return { staffId, cookies: await at.signIn(login) };
}

const role = (roleCode: string, nodeKind: RoleAssignment['nodeKind'], node?: string): RoleAssignment => ({
  roleCode,
  nodeKind,
  nodeId: node === undefined ? 0 : (ids[node] ?? -1),
});

const codesFor = async (
  cookies: Record<string, string>,
  permission = 'orders.read',
  headers: Record<string, string> = {},
) => (await at.call('GET', `/api/test/stores/${permission}`, { cookies, headers })).body['codes'];

describe('the data scope', () => {
  test('of a store manager is the own store', async () => {
    const { cookies } = await person('manager-1', role('store-manager', 'store', 'S1'));
    expect(await codesFor(cookies)).toEqual(['S1']);
    const listed = await at.call('GET', '/api/org/stores', { cookies });
    expect(listed.body).toMatchObject({ total: 1, items: [{ code: 'S1' }] });
    const tree = await at.call('GET', '/api/org/tree', { cookies });
    expect((tree.body['regions'] as { name: string }[]).map(({ name }) => name)).toEqual(['华东', '上海']);
  });

  test('of a region manager is every store below the region', async () => {
    const { cookies } = await person('east-1', role('region-manager', 'region', 'east'));
    expect(await codesFor(cookies)).toEqual(['S1', 'S2', 'S3']);
  });

  test('of the whole company is everything of the company and nothing of another', async () => {
    expect(await codesFor(admin)).toEqual(['S1', 'S2', 'S3', 'S4']);
    expect(await codesFor(otherAdmin)).toEqual([]);
  });

  test('belongs to the permission: a role elsewhere lends its stores to no other act', async () => {
    const { cookies } = await person(
      'two-hats',
      role('guide', 'store', 'S1'),
      role('area-supervisor', 'region', 'south'),
    );
    expect(await codesFor(cookies, 'orders.read')).toEqual(['S1', 'S4']);
    expect(await codesFor(cookies, 'customers.reveal')).toEqual(['S1']);
  });

  test('can be narrowed by the request and never widened', async () => {
    const { cookies } = await person('narrowing', role('region-manager', 'region', 'shanghai'));
    expect(await codesFor(cookies, 'orders.read', { 'x-stores': String(ids['S2']) })).toEqual(['S2']);
    expect(await codesFor(cookies, 'orders.read', { 'x-stores': `${ids['S2']},${ids['S4']}` })).toEqual(['S2']);
    expect(await codesFor(cookies, 'orders.read', { 'x-stores': '' })).toEqual([]);
    expect(await codesFor(admin, 'orders.read', { 'x-stores': String(ids['S4']) })).toEqual(['S4']);
  });

  test('follows the tree at the next request', async () => {
    const { cookies } = await person('follows', role('region-manager', 'region', 'south'));
    expect(await codesFor(cookies)).toEqual(['S4']);
    await at.call('PATCH', `/api/org/regions/${ids['shanghai']}`, {
      cookies: admin,
      body: { parentRegionId: ids['south'] },
    });
    expect(await codesFor(cookies)).toEqual(['S1', 'S2', 'S4']);
    await at.call('PATCH', `/api/org/regions/${ids['shanghai']}`, {
      cookies: admin,
      body: { parentRegionId: ids['east'] },
    });
    expect(await codesFor(cookies)).toEqual(['S4']);
  });

  test('without a role is nothing, and the refusal is on record', async () => {
    const { cookies, staffId } = await person('no-role');
    expect(await at.call('GET', '/api/test/stores/orders.read', { cookies })).toMatchObject({
      status: 403,
      body: { error: { code: 'not_permitted' } },
    });
    const client = await at.db.admin();
    const { rows } = await client.query(
      `select object_id, result from platform.audit_pending where actor = $1 and action = 'org.permission-denied'`,
      [`staff:${staffId}`],
    );
    expect(rows).toEqual([{ object_id: 'orders.read', result: 'denied' }]);
    await client.end();
  });
});

describe('another company’s ids', () => {
  test.each<['GET' | 'POST' | 'PATCH' | 'DELETE', () => string, (() => unknown)?]>([
    ['PATCH', () => `/api/org/brands/${at.tenant.brandId}`, () => ({ name: 'x' })],
    ['PATCH', () => `/api/org/regions/${ids['east']}`, () => ({ name: 'x' })],
    ['PATCH', () => `/api/org/stores/${ids['S1']}`, () => ({ name: 'x' })],
    ['GET', () => `/api/org/staff/${at.tenant.staffId}`],
    ['PATCH', () => `/api/org/staff/${at.tenant.staffId}`, () => ({ status: 'disabled' })],
    ['POST', () => `/api/org/staff/${at.tenant.staffId}/invitation`],
    ['DELETE', () => `/api/org/staff/${at.tenant.staffId}/sessions`],
    ['DELETE', () => `/api/org/staff/${at.tenant.staffId}/totp`],
    [
      'POST',
      () => `/api/org/staff/${at.tenant.staffId}/roles`,
      () => ({ roleCode: 'guide', nodeKind: 'tenant', nodeId: 0 }),
    ],
    ['DELETE', () => `/api/org/staff/${at.tenant.staffId}/roles/hq-admin/tenant/0`],
    ['POST', () => '/api/org/regions', () => ({ brandId: at.tenant.brandId, name: 'x' })],
    ['POST', () => '/api/org/stores', () => ({ brandId: at.tenant.brandId, code: 'X', name: 'x' })],
    ['POST', () => '/api/org/stores', () => ({ brandId: other.brandId, regionId: ids['east'], code: 'X', name: 'x' })],
  ])('%s %s does not exist', async (method, url, body) => {
    const answer = await at.call(method, url(), {
      cookies: otherAdmin,
      ...(body ? { body: body() } : {}),
    });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  });

  test('a role at another company’s store cannot be given', async () => {
    const staffId = await at.addPerson('of-second', [], other.tenantId);
    const answer = await at.call('POST', `/api/org/staff/${staffId}/roles`, {
      cookies: otherAdmin,
      body: role('guide', 'store', 'S1'),
    });
    expect(answer.status).toBe(404);
  });

  test('lists show nothing of another company', async () => {
    for (const url of ['/api/org/staff', '/api/org/stores', '/api/org/tree', '/api/org/audit', '/api/org/roles']) {
      const { body } = await at.call('GET', url, { cookies: otherAdmin });
      expect(JSON.stringify(body)).not.toMatch(/门店|华东|admin@first/);
    }
  });
});

const give = (cookies: Record<string, string>, staffId: string, assignment: RoleAssignment): Promise<Answer> =>
  at.call('POST', `/api/org/staff/${staffId}/roles`, { cookies, body: assignment });

describe('granting', () => {
  test('works at the person’s next request, and so does taking away', async () => {
    const { staffId, cookies } = await person('promoted', role('guide', 'store', 'S1'));
    expect((await at.call('GET', '/api/org/staff', { cookies })).status).toBe(403);
    expect((await give(admin, staffId, role('store-manager', 'store', 'S2'))).body).toMatchObject({ authzVersion: 2 });
    expect(await codesFor(cookies)).toEqual(['S1', 'S2']);
    await at.call('DELETE', `/api/org/staff/${staffId}/roles/store-manager/store/${ids['S2']}`, { cookies: admin });
    expect(await codesFor(cookies)).toEqual(['S1']);
    expect((await at.call('GET', '/api/org/staff', { cookies })).status).toBe(403);
  });

  test('oneself anything is refused, also by detours', async () => {
    const { staffId, cookies } = await person('ambitious', role('security-admin', 'tenant'));
    const refused = { status: 403, body: { error: { code: 'self_grant_refused' } } };
    expect(await give(cookies, staffId, role('hq-admin', 'tenant'))).toMatchObject(refused);
    await at.call('POST', '/api/org/roles', {
      cookies,
      body: { code: 'mine', name: '我的', permissions: ['orders.read'] },
    });
    await give(admin, staffId, role('custom-mine', 'tenant'));
    const widened = await at.call('PUT', '/api/org/roles/custom-mine', {
      cookies,
      body: { name: '我的', permissions: ['orders.read', 'settlement.approve'] },
    });
    expect(widened).toMatchObject(refused);
    expect(await at.call('PATCH', `/api/org/staff/${staffId}`, { cookies, body: { status: 'active' } })).toMatchObject(
      refused,
    );
  });

  test('is limited to one’s own stores and rights below the whole company', async () => {
    const boss = await person('east-boss', role('region-manager', 'region', 'east'));
    const guide = await person('east-guide', role('guide', 'store', 'S1'));
    const southern = await person('south-guide', role('guide', 'store', 'S4'));
    expect((await give(boss.cookies, guide.staffId, role('area-supervisor', 'store', 'S3'))).status).toBe(200);
    expect((await give(boss.cookies, guide.staffId, role('area-supervisor', 'store', 'S4'))).status).toBe(404);
    expect((await give(boss.cookies, guide.staffId, role('area-supervisor', 'region', 'south'))).status).toBe(404);
    expect((await give(boss.cookies, guide.staffId, role('area-supervisor', 'tenant'))).status).toBe(404);
    expect((await give(boss.cookies, southern.staffId, role('area-supervisor', 'store', 'S1'))).status).toBe(404);
    expect(await give(boss.cookies, guide.staffId, role('finance', 'store', 'S1'))).toMatchObject({
      status: 403,
      body: { error: { code: 'grant_beyond_own', details: { permission: 'settlement.write' } } },
    });
  });

  test('a new password link for somebody above is refused: it would be a way to their rights', async () => {
    const boss = await person('link-boss', role('region-manager', 'region', 'east'));
    const finance = await person('link-finance', role('finance', 'store', 'S1'));
    const above = await at.call('POST', `/api/org/staff/${finance.staffId}/invitation`, { cookies: boss.cookies });
    expect(above.body).toMatchObject({ error: { code: 'grant_beyond_own' } });
    const hq = await at.call('POST', `/api/org/staff/${at.tenant.staffId}/invitation`, { cookies: boss.cookies });
    expect(hq.status).toBe(404);
  });

  test('asks for the password again after ten minutes', async () => {
    const security = await person('careful', role('security-admin', 'tenant'));
    const { staffId } = await person('receiver');
    const client = await at.db.admin();
    await client.query(
      `update platform.sessions set reauthenticated_at = now() - interval '11 minutes' where subject_id = $1`,
      [security.staffId],
    );
    await client.end();
    expect((await give(security.cookies, staffId, role('guide', 'store', 'S1'))).body).toMatchObject({
      error: { code: 'sign_in_again' },
    });
    const again = await at.call('POST', '/api/session/confirmation', {
      cookies: security.cookies,
      body: { password: goodPassword },
    });
    expect((await give(again.cookies, staffId, role('guide', 'store', 'S1'))).status).toBe(200);
  });

  test('keeps one person who can manage roles, however the others are removed', async () => {
    const lone = await at.foundTenant('lone');
    const cookies = await at.signIn('admin@lone.test');
    const secondId = await at.addPerson('second@lone.test', [role('security-admin', 'tenant')], lone.tenantId);
    const second = await at.signIn('second@lone.test');
    const removals = await Promise.all([
      at.call('PATCH', `/api/org/staff/${secondId}`, { cookies, body: { status: 'disabled' } }),
      at.call('PATCH', `/api/org/staff/${lone.staffId}`, { cookies: second, body: { status: 'disabled' } }),
    ]);
    expect(removals.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(removals.find(({ status }) => status !== 200)?.body).toMatchObject({
      error: { code: /last_administrator|not_found/ },
    });
  });

  test('an unknown role or permission is refused', async () => {
    const { staffId } = await person('unknown-role');
    expect((await give(admin, staffId, role('no-such-role', 'tenant'))).status).toBe(404);
    const answer = await at.call('POST', '/api/org/roles', {
      cookies: admin,
      body: { code: 'x', name: 'x', permissions: ['all.*'] },
    });
    expect(answer.status).toBe(400);
  });
});

describe('people', () => {
  test('join by a link that works once, choosing their own password', async () => {
    const invited = await at.call('POST', '/api/org/staff', {
      cookies: admin,
      body: {
        login: 'newcomer@first.test',
        name: '新人',
        phone: '13700001111',
        employeeNo: 'E9',
        roles: [role('guide', 'store', 'S1')],
      },
    });
    expect(invited.status).toBe(200);
    const token = invited.body['invitation'];
    const accept = (password: string) => at.call('POST', '/api/invitations/acceptance', { body: { token, password } });
    expect((await accept('password1234')).body).toMatchObject({ error: { code: 'weak_password' } });
    expect((await accept(goodPassword)).status).toBe(200);
    expect((await accept('another-good-secret-77')).body).toMatchObject({ error: { code: 'invitation_invalid' } });
    const cookies = await at.signIn('newcomer@first.test');
    expect(await codesFor(cookies)).toEqual(['S1']);
  });

  test('are found by whole login, phone or employee number, and shown with the phone masked', async () => {
    for (const search of ['newcomer@first.test', '137 0000 1111', 'E9']) {
      const { body } = await at.call('GET', `/api/org/staff?search=${encodeURIComponent(search)}`, { cookies: admin });
      expect(body).toMatchObject({ total: 1, items: [{ name: '新人', phone: '137****1111' }] });
    }
    expect((await at.call('GET', '/api/org/staff?search=newcomer', { cookies: admin })).body).toMatchObject({
      total: 0,
    });
  });

  test('of other stores are not seen by a store manager', async () => {
    const manager = await person('sees-own', role('store-manager', 'store', 'S2'));
    const colleague = await person('colleague', role('guide', 'store', 'S2'));
    const stranger = await person('stranger', role('guide', 'store', 'S4'));
    const { body } = await at.call('GET', '/api/org/staff', { cookies: manager.cookies });
    const seen = (body['items'] as { staffId: string }[]).map(({ staffId }) => staffId);
    expect(seen).toEqual(expect.arrayContaining([manager.staffId, colleague.staffId]));
    expect(seen).not.toContain(stranger.staffId);
    expect(seen).not.toContain(at.tenant.staffId);
    expect((await at.call('GET', `/api/org/staff/${stranger.staffId}`, { cookies: manager.cookies })).status).toBe(404);
  });

  test('who are disabled are out at once, and cannot come back by an old link', async () => {
    const { staffId, cookies } = await person('leaver', role('guide', 'store', 'S1'));
    const link = await at.call('POST', `/api/org/staff/${staffId}/invitation`, { cookies: admin });
    await at.call('PATCH', `/api/org/staff/${staffId}`, { cookies: admin, body: { status: 'disabled' } });
    expect((await at.call('GET', '/api/session', { cookies })).status).toBe(401);
    const back = await at.call('POST', '/api/invitations/acceptance', {
      body: { token: link.body['invitation'], password: goodPassword },
    });
    expect(back.status).toBe(410);
  });

  test('cannot take a login that is in use, in whatever spelling or company', async () => {
    const answer = await at.call('POST', '/api/org/staff', {
      cookies: otherAdmin,
      body: { login: 'Newcomer@FIRST.test', name: '另一个' },
    });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'login_taken' } } });
  });

  test('get the same link once when the request is repeated, and it is not readable in the database', async () => {
    const invite = () =>
      at.call('POST', '/api/org/staff', {
        cookies: admin,
        headers: { 'idempotency-key': 'invite-1' },
        body: { login: 'repeated@first.test', name: '重复' },
      });
    const [first, second] = [await invite(), await invite()];
    expect(second.body).toEqual(first.body);
    const client = await at.db.admin();
    const { rows } = await client.query<{ row: string }>(
      `select encode(response, 'escape') as row from platform.idempotency_keys`,
    );
    expect(rows.map(({ row }) => row).join()).not.toContain(first.body['invitation']);
    await client.end();
  });
});

describe('the tree', () => {
  test('refuses a region inside itself, and more than six levels', async () => {
    const inside = await at.call('PATCH', `/api/org/regions/${ids['east']}`, {
      cookies: admin,
      body: { parentRegionId: ids['shanghai'] },
    });
    expect(inside.body).toMatchObject({ error: { code: 'region_inside_itself' } });
    let parentRegionId: number | null = null;
    const levels: number[] = [];
    for (let level = 1; level <= 6; level += 1) {
      parentRegionId = await made(
        '/api/org/regions',
        { brandId: at.tenant.brandId, name: `第${level}层`, parentRegionId },
        'regionId',
      );
      levels.push(parentRegionId);
    }
    const deeper: Answer = await at.call('POST', '/api/org/regions', {
      cookies: admin,
      body: { brandId: at.tenant.brandId, name: '第7层', parentRegionId },
    });
    expect(deeper.body).toMatchObject({ error: { code: 'region_inside_itself' } });
    const pushed = await at.call('PATCH', `/api/org/regions/${levels[0]}`, {
      cookies: admin,
      body: { parentRegionId: ids['south'] },
    });
    expect(pushed.body).toMatchObject({ error: { code: 'region_inside_itself' } });
  });

  test('refuses a code that is in use and a zone that does not exist', async () => {
    const store = { brandId: at.tenant.brandId, code: 'S1', name: '又一家' };
    expect((await at.call('POST', '/api/org/stores', { cookies: admin, body: store })).body).toMatchObject({
      error: { code: 'code_taken' },
    });
    const brand = { code: 'mars', name: '火星', timezone: 'Mars/Olympus' };
    expect((await at.call('POST', '/api/org/brands', { cookies: admin, body: brand })).status).toBe(400);
  });

  test('changes only what is given of a store, within scope', async () => {
    const { cookies } = await person('store-editor', role('hq-admin', 'store', 'S3'));
    const changed = await at.call('PATCH', `/api/org/stores/${ids['S3']}`, {
      cookies,
      body: { hours: [{ days: [1, 2, 3], opens: '10:00', closes: '22:00' }], latitude: 31.2, longitude: 121.5 },
    });
    expect(changed.body).toMatchObject({ code: 'S3', name: '门店S3', latitude: 31.2, status: 'open' });
    expect(
      (await at.call('PATCH', `/api/org/stores/${ids['S1']}`, { cookies, body: { name: '不是我的' } })).status,
    ).toBe(404);
  });
});

describe('a shop', () => {
  test('is found by header or query, and a stranger may look around', async () => {
    const visit = (headers: Record<string, string>, query = '') =>
      at.call('GET', `/api/test/shop/shopper${query}`, { headers });
    expect((await visit({ 'x-brand': 'second-brand' })).body).toEqual({ brand: 'second-brand', visitor: 'anonymous' });
    expect((await visit({}, '?brand=first-brand')).body).toEqual({ brand: 'first-brand', visitor: 'anonymous' });
    expect((await visit({ 'x-brand': 'no-such' })).status).toBe(404);
    // With several companies in the installation no brand is the default one.
    expect((await visit({})).status).toBe(404);
    expect((await at.call('GET', '/api/test/shop/customer', { headers: { 'x-brand': 'first-brand' } })).status).toBe(
      401,
    );
  });

  test('knows its own signed-in customers, not those of another company', async () => {
    const session = await at.db.asSystem((ctx) => createCustomerSession(ctx, 4_711));
    const cookies = { shuke_customer: session.token };
    const visit = (brand: string) =>
      at.call('GET', '/api/test/shop/customer', { cookies, headers: { 'x-brand': brand } });
    expect((await visit('first-brand')).body).toEqual({ brand: 'first-brand', visitor: 'customer 4711' });
    expect((await visit('second-brand')).status).toBe(401);
    expect((await at.call('GET', '/api/session', { cookies: { shuke_session: session.token } })).status).toBe(401);
  });

  test('a staff session is no customer session', async () => {
    const cookies = { shuke_customer: admin['shuke_session'] ?? '' };
    const answer = await at.call('GET', '/api/test/shop/customer', { cookies, headers: { 'x-brand': 'first-brand' } });
    expect(answer.status).toBe(401);
  });
});

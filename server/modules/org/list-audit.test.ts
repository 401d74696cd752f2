import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { sealAudit } from '#platform/audit-seal';

import { openTestApp } from './test-app.ts';
import type { TestApp } from './test-app.ts';

let at: TestApp;
let auditor: Record<string, string>;
beforeAll(async () => {
  at = await openTestApp();
  await at.foundTenant('second');
  await at.addPerson('auditor', [{ roleCode: 'auditor', nodeKind: 'tenant', nodeId: 0 }]);
  auditor = await at.signIn('auditor');
  await at.signIn('admin@second.test');
  for (let n = 0; n < 3; n += 1)
    await at.call('POST', '/api/session', { body: { login: 'auditor', password: 'wrong' } });
  await sealAudit(at.db.database, pino({ level: 'silent' }));
});
afterAll(() => at.close());

interface Entry {
  seq: number;
  action: string;
  result: string;
  actorName: string | null;
  network: string;
}
const list = async (query = '') => {
  const { body } = await at.call('GET', `/api/org/audit${query}`, { cookies: auditor });
  return body as unknown as { items: Entry[]; nextCursor: string | null };
};

test('shows the newest first, page by page without gaps', async () => {
  const all = (await list()).items.map(({ seq }) => seq);
  expect(all).toEqual(Array.from({ length: all.length }, (_, index) => all.length - index));
  const paged: number[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await list(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    paged.push(...page.items.map(({ seq }) => seq));
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(all);
});

test('finds by action, result and person, with names and without full addresses', async () => {
  const { items } = await list('?action=org.sign-in&result=denied');
  expect(items).toHaveLength(3);
  expect(items[0]).toMatchObject({ action: 'org.sign-in', result: 'denied', actorName: '员工' });
  expect(items.every(({ network }) => /^10\.0\.\d+\.0\/24$/.test(network))).toBe(true);
  expect((await list('?actor=staff:nobody')).items).toEqual([]);
  expect((await list(`?from=${encodeURIComponent('2999-01-01')}`)).items).toEqual([]);
});

test('belongs to one company, and only to those who may read it', async () => {
  const { body } = await at.call('GET', '/api/org/audit/state', { cookies: auditor });
  const { items } = await list();
  expect(body).toMatchObject({ entries: items.length });
  const other = await at.signIn('admin@second.test');
  const theirs = await at.call('GET', '/api/org/audit', { cookies: other });
  expect(JSON.stringify(theirs.body)).not.toContain('auditor');
  await at.addPerson('guide', [{ roleCode: 'guide', nodeKind: 'tenant', nodeId: 0 }]);
  expect((await at.call('GET', '/api/org/audit', { cookies: await at.signIn('guide') })).status).toBe(403);
});

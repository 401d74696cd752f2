import { afterAll, beforeAll, expect, test } from 'vitest';

import { NotFound } from '#platform/errors';
import type { IdentifierRef } from '#platform/log/event';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { addIdentifier } from './add-identifier.ts';
import type { AddedIdentifier } from './add-identifier.ts';
import { blockIdentifier } from './block-identifier.ts';
import { createCustomer } from './create-customer.ts';
import { identify } from './identify.ts';
import { readProfile } from './read-profile.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const ref = (kind: string, value: string, scope = ''): IdentifierRef => ({ kind, scope, value });

/** A customer who came with these identifiers, months ago. */
async function seen(...identifiers: IdentifierRef[]): Promise<number> {
  const [found] = await db.asSystem((ctx) =>
    identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
      { tenantId: db.tenantId, identifiers, at: new Date('2026-06-01T04:00:00Z'), sourceId: 1, cause: 'order' },
    ]),
  );
  return found?.customerId ?? 0;
}
const add = (wanted: Omit<AddedIdentifier, 'scope' | 'reason'>, as = {}) =>
  db.asStaff((ctx) => addIdentifier(ctx, { scope: '', reason: '客户到店提供', ...wanted }), as);
const kindsOf = async (customerId: number) =>
  (await db.asStaff((ctx) => readProfile(ctx, customerId))).identifiers.map(({ kind }) => kind);
const audits = () =>
  db.asSystem((ctx) =>
    ctx.tx.query<{ action: string; details: unknown }>(
      `select action, details::text from platform.audit_pending where action = 'customers.identifier.add'`,
    ),
  );

test('a buyer of a file gets a phone, and whoever comes with that phone is them', async () => {
  const customerId = await seen(ref('buyer_id', '12345', 'file'));
  const before = (await audits()).length;
  expect(await add({ customerId, kind: 'phone', value: '139 0139 0001' })).toEqual({ customerId });
  expect(await kindsOf(customerId)).toEqual(['buyer_id', 'phone']);
  expect(await seen(ref('phone', '+8613901390001'))).toBe(customerId);
  // Saying it again changes nothing and tells no second story.
  expect(await add({ customerId, kind: 'phone', value: '13901390001' })).toEqual({ customerId });
  const rows = await audits();
  expect(rows).toHaveLength(before + 1);
  expect(JSON.stringify(rows)).not.toContain('13901390001');
});

test('an identifier of somebody else is refused with their masked name, and nobody is merged', async () => {
  const owner = await seen(ref('phone', '13901390002'), ref('member_no', 'M2'));
  const customerId = await seen(ref('buyer_id', '2', 'file'));
  await expect(add({ customerId, kind: 'phone', value: '13901390002' })).rejects.toMatchObject({
    code: 'identifier_taken',
    details: { customerId: owner, name: '139****0002' },
  });
  expect(await kindsOf(customerId)).toEqual(['buyer_id']);
});

test('whoever may not see the owner learns only that there is one', async () => {
  const scope = { all: false, storeIds: [7] } as const;
  await seen(ref('phone', '13901390003'));
  const { customerId } = await db.asStaff((ctx) => createCustomer(ctx, { phone: '13901390004', storeId: 7 }));
  const refused = await add({ customerId, kind: 'phone', value: '13901390003' }, { scope }).catch(
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ code: 'identifier_taken', details: { why: 'elsewhere' } });
  expect(JSON.stringify(refused)).not.toContain('0003');
});

test('a second member number is refused by the rule it breaks, and leaves nobody behind', async () => {
  const customerId = await seen(ref('member_no', 'M5'));
  const people = () => db.asSystem((ctx) => ctx.tx.query(`select from customers.people`));
  const before = (await people()).length;
  await expect(add({ customerId, kind: 'member_no', value: 'M6' })).rejects.toMatchObject({
    code: 'identifier_refused',
    details: { kind: 'member_no', why: 'single_valued' },
  });
  expect(await people()).toHaveLength(before);
  expect(await kindsOf(customerId)).toEqual(['member_no']);
});

test('a blocked phone stays nobody’s', async () => {
  const owner = await seen(ref('phone', '13901390007'), ref('member_no', 'M7'));
  const { identifiers } = await db.asStaff((ctx) => readProfile(ctx, owner));
  const identifierId = identifiers.find(({ kind }) => kind === 'phone')?.identifierId ?? 0;
  await db.asStaff((ctx) =>
    blockIdentifier(ctx, { customerId: owner, identifierId, isBlocked: true, reason: '门店电话' }),
  );
  const customerId = await seen(ref('buyer_id', '7', 'file'));
  await expect(add({ customerId, kind: 'phone', value: '13901390007' })).rejects.toMatchObject({
    code: 'identifier_refused',
    details: { why: 'blocked' },
  });
});

test('an anonymous visitor becomes known by the phone they gave', async () => {
  const customerId = await seen(ref('device', 'tablet-of-a-visitor'));
  const known = await add({ customerId, kind: 'phone', value: '13901390008' });
  expect(await kindsOf(known.customerId)).toEqual(['device', 'phone']);
});

test('what cannot name one person, and a customer of another brand, are refused', async () => {
  const customerId = await seen(ref('buyer_id', '9', 'file'));
  await expect(add({ customerId, kind: 'phone', value: '139****0009' })).rejects.toMatchObject({
    code: 'identifier_unusable',
  });
  await expect(
    add({ customerId, kind: 'phone', value: '13901390010' }, { tenantId: db.otherTenantId }),
  ).rejects.toBeInstanceOf(NotFound);
});

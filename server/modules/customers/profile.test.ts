import { afterAll, beforeAll, expect, test } from 'vitest';

import { NotFound } from '#platform/errors';
import type { ResolvedEvent } from '#platform/log/event';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { explainIdentity } from './explain-identity.ts';
import { identify } from './identify.ts';
import { listCustomers } from './list-customers.ts';
import { readProfile, revealIdentifier } from './read-profile.ts';
import { readTimeline } from './read-timeline.ts';
import { recordTimeline } from './record-timeline.ts';

let db: TestDatabase;
let customerId: number;
let originId: number;

beforeAll(async () => {
  db = await openTestDatabase();
  const [found] = await db.asSystem((ctx) =>
    identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
      {
        tenantId: db.tenantId,
        identifiers: [
          { kind: 'member_no', scope: 'demo', value: 'M1001' },
          { kind: 'phone', scope: '', value: '+8619901234567' },
        ],
        at: new Date('2026-11-01T04:00:00Z'),
        sourceId: 1,
        cause: 'sign_in',
      },
    ]),
  );
  customerId = found?.customerId ?? 0;
  originId = found?.originCustomerId ?? 0;
});
afterAll(() => db.close());

const page = { sort: 'last_seen', limit: 10, offset: 0 } as const;

test.each(['19901234567', '+86 199 0123 4567', '4567', '#1'])(
  'finds a customer by %s, and shows the phone masked',
  async (search) => {
    const { items } = await db.asStaff((ctx) => listCustomers(ctx, { ...page, search }));
    expect(items).toMatchObject([{ customerId, phone: '199****4567' }]);
  },
);

test('finds nobody by a number nobody has, and nothing of another tenant', async () => {
  expect((await db.asStaff((ctx) => listCustomers(ctx, { ...page, search: '19900000001' }))).items).toEqual([]);
  const other = await db.asStaff((ctx) => listCustomers(ctx, { ...page, search: '19901234567' }), {
    tenantId: db.otherTenantId,
  });
  expect(other.items).toEqual([]);
});

test('the profile masks identifiers and says what joined them', async () => {
  const profile = await db.asStaff((ctx) => readProfile(ctx, customerId));
  expect(JSON.stringify(profile)).not.toContain('19901234567');
  expect(profile.identifiers.map(({ kind }) => kind)).toEqual(['member_no', 'phone']);
  expect((await db.asStaff((ctx) => explainIdentity(ctx, customerId))).links).toMatchObject([
    { isInside: true, causes: ['sign_in'] },
  ]);
});

test('staff of another store do not find the customer at all', async () => {
  const scope = { all: false, storeIds: [99] } as const;
  await expect(db.asStaff((ctx) => readProfile(ctx, customerId), { scope })).rejects.toThrow(NotFound);
  await expect(db.asStaff((ctx) => readTimeline(ctx, customerId, { limit: 10 }), { scope })).rejects.toThrow(NotFound);
});

test('a reveal gives one value and leaves one audit row with the reason', async () => {
  const profile = await db.asStaff((ctx) => readProfile(ctx, customerId));
  const phone = profile.identifiers.find(({ kind }) => kind === 'phone');
  const value = await db.asStaff((ctx) =>
    revealIdentifier(ctx, { customerId, identifierId: phone?.identifierId ?? 0, reason: '客户来电核对地址' }),
  );
  expect(value).toBe('+8619901234567');
  const rows = await db.asSystem((ctx) =>
    ctx.tx.query(`select from platform.audit_pending where action = 'customers.reveal'`),
  );
  expect(rows).toHaveLength(1);
});

test('the timeline pages newest first, each event once', async () => {
  const event = (name: string, minute: number): ResolvedEvent => ({
    tenantId: db.tenantId,
    sourceId: 1,
    messageId: `${name}-${minute}`,
    type: 'track',
    name,
    occurredAt: Date.UTC(2026, 10, 2, 4, minute),
    receivedAt: Date.UTC(2026, 10, 2, 4, minute),
    identifiers: [],
    properties: { path: '/x' },
    resolvedCustomerId: customerId,
    originCustomerId: originId,
    subjectKey: '1',
  });
  const events = [event('Product Viewed', 1), event('Product Added', 2), event('Order Paid', 3)];
  await db.asPipeline((ctx) => recordTimeline(ctx, events));
  await db.asPipeline((ctx) => recordTimeline(ctx, events));
  const first = await db.asStaff((ctx) => readTimeline(ctx, customerId, { limit: 2 }));
  expect(first.items.map(({ name }) => name)).toEqual(['Order Paid', 'Product Added']);
  const second = await db.asStaff((ctx) =>
    readTimeline(ctx, customerId, { limit: 2, cursor: first.nextCursor ?? undefined }),
  );
  expect(second.items.map(({ name }) => name)).toEqual(['Product Viewed']);
  expect(second.nextCursor).toBeNull();
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { IdentifierRef, ResolvedEvent } from '#platform/log/event';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { consentingTo, recordConsents } from './consents.ts';
import { customerSummaries } from './customer-summaries.ts';
import type { Evidence } from './evidence.ts';
import { identify } from './identify.ts';
import './index.ts';
import { recordOrderTotals } from './record-order-totals.ts';
import { recordTimeline } from './record-timeline.ts';
import { readGoldenTraits } from './traits.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const id = (kind: string, value: string, scope = ''): IdentifierRef => ({ kind, scope, value });
const at = (iso: string) => new Date(`${iso}T08:00:00Z`);
const report = (more: Partial<Evidence> & Pick<Evidence, 'identifiers'>): Evidence => ({
  tenantId: 1,
  at: at('2026-03-01'),
  sourceId: 1,
  cause: 'identify',
  ...more,
});
async function who(...evidence: Evidence[]): Promise<number[]> {
  const found = await db.asPipeline((ctx) => identify({ ...ctx, vaults: ctx.services.vaults }, evidence));
  return found.map(({ customerId }) => customerId ?? 0);
}
const traitsOf = (customerId: number) =>
  db.asSystem(async (ctx) => {
    const vault = await ctx.services.vaults.forTenant(ctx.tx, 1);
    const traits = await readGoldenTraits(ctx.tx, vault, [customerId]);
    return Object.fromEntries(traits.map(({ name, value }) => [name, value]));
  });
const summary = async (customerId: number) => (await db.asStaff((ctx) => customerSummaries(ctx, [customerId])))[0];

let messages = 0;
const event = (
  customerId: number,
  name: string,
  properties: Record<string, unknown>,
  more: Partial<ResolvedEvent> = {},
): ResolvedEvent => ({
  tenantId: 1,
  sourceId: 0,
  messageId: `m${(messages += 1)}`,
  type: 'track',
  name,
  occurredAt: at('2026-03-05').getTime(),
  receivedAt: at('2026-03-05').getTime(),
  identifiers: [],
  customerId,
  properties,
  resolvedCustomerId: customerId,
  originCustomerId: customerId,
  subjectKey: String(customerId),
  ...more,
});

describe('attributes', () => {
  test('the newest word wins, null deletes, an empty text says nothing', async () => {
    const me = [id('member_no', 'T1', 'brand')];
    const [customerId = 0] = await who(
      report({ identifiers: me, at: at('2026-03-02'), traits: { city: '杭州', skinType: 'dry', gender: 'female' } }),
      report({ identifiers: me, at: at('2026-03-01'), traits: { city: '上海' } }),
      report({ identifiers: me, at: at('2026-03-03'), traits: { gender: null, city: '', skinType: 'oily' } }),
    );
    expect(await traitsOf(customerId)).toEqual({ city: '杭州', skin_type: 'oily' });
  });

  test('follow their identifier through a merge, and the newest of both people holds', async () => {
    const [a = 0, b = 0] = await who(
      report({
        identifiers: [id('member_no', 'T2', 'brand')],
        traits: { city: '北京', store_id: 3 },
        at: at('2026-01-01'),
      }),
      report({ identifiers: [id('phone', '13911113002')], traits: { city: '广州' }, at: at('2026-02-01') }),
    );
    expect([await traitsOf(a), await traitsOf(b)]).toMatchObject([{ city: '北京' }, { city: '广州' }]);
    const [both = 0] = await who(report({ identifiers: [id('member_no', 'T2', 'brand'), id('phone', '13911113002')] }));
    expect(await traitsOf(both)).toMatchObject({ city: '广州', store_id: 3 });
    expect(await summary(both)).toMatchObject({ storeId: 3 });
  });

  test('and events survive texts Postgres cannot keep', async () => {
    const [customerId = 0] = await who(
      report({ identifiers: [id('member_no', 'T9', 'brand')], traits: { city: 'a\0b\ud800', ['we\0ird']: 'x' } }),
    );
    expect(await traitsOf(customerId)).toEqual({ city: 'ab\ufffd' });
    const odd = event(customerId, 'Page \0 Viewed', {
      title: `${'x'.repeat(199)}😀`,
      channel: '\0',
      order_no: '\ud800',
    });
    await db.asPipeline((ctx) => recordTimeline(ctx, [odd]));
  });

  test('that name a person are stored encrypted, also under a name of the sender’s own', async () => {
    const [customerId = 0] = await who(
      report({
        identifiers: [id('member_no', 'T3', 'brand')],
        traits: { name: '张小花', emergencyContact: '13800001111', petName: '旺财', phone: '13911113003' },
      }),
    );
    expect(await summary(customerId)).toMatchObject({ displayName: '张**' });
    const admin = await db.admin();
    const { rows } = await admin.query<{ name: string; value: unknown; cipher: Buffer | null }>(
      `select name, value, value_cipher as cipher from customers.traits where customer_id = $1 order by name`,
      [customerId],
    );
    await admin.end();
    expect(rows.map(({ name, value, cipher }) => [name, value, cipher !== null])).toEqual([
      ['emergency_contact', null, true],
      ['name', null, true],
      ['pet_name', '旺财', false],
    ]);
  });
});

describe('orders', () => {
  test('count and sum what counts, in the currency ordered in most', async () => {
    const [customerId = 0] = await who(report({ identifiers: [id('buyer_id', 'o1', 'tmall')] }));
    const order = (amount: number, more: Record<string, unknown> = {}) => ({
      currency: 'CNY',
      amount_minor: amount,
      ...more,
    });
    await db.asPipeline((ctx) =>
      recordOrderTotals(ctx, [
        event(customerId, 'Order Paid', order(10_000)),
        event(customerId, 'Order Paid', order(20_000, { counted_minor: 18_000 })),
        event(customerId, 'Order Paid', order(99_000, { excluded: true })),
        event(customerId, 'Order Paid', order(500, { currency: 'GBP' })),
        event(customerId, 'Order Refunded', order(3_000)),
      ]),
    );
    expect(await summary(customerId)).toMatchObject({ ordersCount: 2, spendMinor: 25_000, spendCurrency: 'CNY' });
    await db.asPipeline((ctx) => recordOrderTotals(ctx, [event(customerId, 'Order Excluded', order(10_000))]));
    expect(await summary(customerId)).toMatchObject({ ordersCount: 1, spendMinor: 15_000 });
  });

  test('of two customers add up when they are merged', async () => {
    const [a = 0, b = 0] = await who(
      report({ identifiers: [id('buyer_id', 'o2', 'tmall')] }),
      report({ identifiers: [id('phone', '13911113005')] }),
    );
    const order = { currency: 'CNY', amount_minor: 100 };
    await db.asPipeline((ctx) =>
      recordOrderTotals(ctx, [
        event(a, 'Order Paid', order),
        event(b, 'Order Paid', order),
        event(b, 'Order Paid', order),
      ]),
    );
    const [both = 0] = await who(report({ identifiers: [id('buyer_id', 'o2', 'tmall'), id('phone', '13911113005')] }));
    expect(await summary(both)).toMatchObject({ ordersCount: 3, spendMinor: 300 });
  });
});

describe('the timeline', () => {
  test('keeps an event once, makes months as they come, and tells nothing that names a person', async () => {
    const [customerId = 0] = await who(report({ identifiers: [id('device', 'tl-1')] }));
    const viewed = event(customerId, 'Product Viewed', {
      sku: 'A1',
      title: '拨打 13800001111',
      secret: 'x',
      path: '/p/1',
    });
    const old = event(customerId, 'Order Paid', { order_no: 'N-7' }, { occurredAt: Date.UTC(2011, 5, 1) });
    await db.asPipeline((ctx) => recordTimeline(ctx, [viewed, old, viewed]));
    await db.asPipeline((ctx) => recordTimeline(ctx, [viewed]));
    const rows = await db.asSystem((ctx) =>
      ctx.tx.query(
        `select name, reference, details from customers.timeline where origin_customer_id = $1 order by at`,
        [customerId],
      ),
    );
    expect(rows).toEqual([
      { name: 'Order Paid', reference: 'N-7', details: { order_no: 'N-7' } },
      { name: 'Product Viewed', reference: '', details: { sku: 'A1', path: '/p/1' } },
    ]);
  });

  test('moves “last seen” by what customers do, not by what we do', async () => {
    const [customerId = 0] = await who(report({ identifiers: [id('device', 'tl-2')], at: at('2026-01-01') }));
    await db.asPipeline((ctx) => recordTimeline(ctx, [event(customerId, 'Segment Entered', {})]));
    expect((await summary(customerId))?.lastSeenAt).toEqual(at('2026-01-01'));
    await db.asPipeline((ctx) => recordTimeline(ctx, [event(customerId, 'Page Viewed', {})]));
    expect((await summary(customerId))?.lastSeenAt).toEqual(at('2026-03-05'));
  });
});

test('a consent withdrawn by either identity of a merged person holds, whatever the other agreed to', async () => {
  const [a = 0, b = 0] = await who(
    report({ identifiers: [id('buyer_id', 'c1', 'tmall')] }),
    report({ identifiers: [id('phone', '13911113009')] }),
  );
  const say = (customerId: number, isGranted: boolean, channel = '') => ({
    customerId,
    isGranted,
    channel,
    purpose: 'marketing',
    policyVersion: '1',
    source: 'test',
  });
  await db.asSystem((ctx) => recordConsents(ctx, [say(a, true), say(b, true), say(b, false, 'sms')]));
  const [both = 0] = await who(report({ identifiers: [id('buyer_id', 'c1', 'tmall'), id('phone', '13911113009')] }));
  const may = (channel: string) =>
    db.asSystem((ctx) => consentingTo(ctx, [both], { purpose: 'marketing', channel }).then((ids) => ids.has(both)));
  expect([await may('email'), await may('sms')]).toEqual([true, false]);
});

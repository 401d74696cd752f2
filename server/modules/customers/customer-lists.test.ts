import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Context } from '#platform/context';
import type { ResolvedEvent } from '#platform/log/event';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { identify } from './identify.ts';
import { listCustomers } from './list-customers.ts';
import type { CustomerFilter } from './list-customers.ts';
import { readTimeline } from './read-timeline.ts';
import { recordOrderTotals } from './record-order-totals.ts';
import { recordTimeline } from './record-timeline.ts';
import { searchCustomers } from './search-customers.ts';

const count = 4_000;
let db: TestDatabase;
let ids: number[];

const event = (customerId: number, name: string, day: number, properties: Record<string, unknown>): ResolvedEvent => ({
  tenantId: 1,
  sourceId: 1,
  messageId: `${customerId}-${name}-${day}`,
  type: 'track',
  name,
  occurredAt: Date.UTC(2026, 0, day),
  receivedAt: Date.UTC(2026, 0, day),
  identifiers: [],
  properties,
  resolvedCustomerId: customerId,
  originCustomerId: customerId,
  subjectKey: String(customerId),
});

beforeAll(async () => {
  db = await openTestDatabase();
  const evidence = Array.from({ length: count }, (_, n) => ({
    tenantId: 1,
    identifiers: [
      { kind: 'phone', scope: '', value: `1391${String(n).padStart(7, '0')}` },
      { kind: 'member_no', scope: 'brand', value: `CARD${String(n).padStart(6, '0')}` },
    ],
    at: new Date(Date.UTC(2025, 0, 1, 0, n)),
    sourceId: 1,
    cause: 'sign_in',
    traits: { name: n % 2 === 0 ? `李${n}号` : `王小${String.fromCharCode(0x4e00 + n)}`, store_id: 1 + (n % 8) },
  }));
  const found = await db.asPipeline((ctx) => identify({ ...ctx, vaults: ctx.services.vaults }, evidence));
  ids = found.map(({ customerId }) => customerId ?? 0);
  await db.asPipeline(async (ctx) => {
    const paid = ids.map((id, n) =>
      event(id, 'Order Paid', 1 + (n % 28), { order_no: `NO-${n}`, currency: 'CNY', amount_minor: n % 50 }),
    );
    await recordTimeline(ctx, paid);
    await recordOrderTotals(ctx, paid);
  });
  const admin = await db.admin();
  await admin.query('analyze');
  await admin.end();
}, 120_000);
afterAll(() => db.close());

/** The plans of every statement the work runs, as its own role sees them. */
function explaining(ctx: Context, plans: string[]): Context {
  const { tx } = ctx;
  const query: typeof tx.query = async (text, values = []) => {
    if (/^\s*select/.test(text)) {
      const rows = await tx.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    return tx.query(text, values);
  };
  return { ...ctx, tx: Object.assign(Object.create(tx) as typeof tx, { query }) };
}

const page = { sort: 'last_seen', limit: 20, offset: 0 } as const;
const list = (filter: Partial<CustomerFilter>) => db.asStaff((ctx) => listCustomers(ctx, { ...page, ...filter }));

describe('a search', () => {
  test.each([
    ['a phone', () => '13910000042', 42],
    ['the last four digits of a phone or a customer number', () => '0042', 42],
    ['a card number', () => 'CARD000077', 77],
    ['an order number', () => 'NO-1234', 1234],
    ['a whole name', () => '王小丅', 0x4e05 - 0x4e00],
  ])('finds by %s', async (_what, text, n) => {
    expect((await list({ search: text() })).items.map(({ customerId }) => customerId)).toContain(ids[n]);
  });

  test('finds nobody of another store', async () => {
    const scope = { all: false, storeIds: [1] } as const;
    const { items } = await db.asStaff((ctx) => listCustomers(ctx, { ...page, search: '13910000042' }), { scope });
    expect(items).toEqual([]);
  });

  test.each(['13910000042', '0042', 'CARD000077', 'NO-1234', '王小丅', '#12'])(
    'for %s reads no table from end to end under row-level security',
    async (text) => {
      const plans: string[] = [];
      await db.asStaff((ctx) => searchCustomers(explaining(ctx, plans), text));
      expect(plans.length).toBeGreaterThan(0);
      expect(plans.filter((plan) => /Seq Scan on (customers|identifiers|timeline|traits)/.test(plan))).toEqual([]);
    },
  );
});

describe('a list', () => {
  test.each(['last_seen', 'spend', 'orders', 'created'] as const)(
    'by %s pages over everybody, each once',
    async (sort) => {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const { items, nextCursor } = await list({ sort, limit: 170, cursor });
        seen.push(...items.map(({ customerId }) => customerId));
        cursor = nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen.length).toBe(count);
      expect(new Set(seen).size).toBe(count);
    },
  );

  test('filters, counts what matches, and shows staff of a store theirs only', async () => {
    expect((await list({ storeId: 3 })).total).toBe(count / 8);
    expect((await list({ minOrders: 2 })).total).toBe(0);
    const scope = { all: false, storeIds: [2] } as const;
    const mine = await db.asStaff((ctx) => listCustomers(ctx, page), { scope });
    expect([mine.total, mine.figures.customers]).toEqual([count / 8, count / 8]);
    expect(new Set(mine.items.map(({ storeId }) => storeId))).toEqual(new Set([2]));
  });

  test.each(['last_seen', 'spend', 'orders', 'created'] as const)('by %s is read off an index', async (sort) => {
    const plans: string[] = [];
    await db.asStaff((ctx) => listCustomers(explaining(ctx, plans), { ...page, sort, cursor: '5_5' }));
    const [paged] = plans.filter((plan) => /Limit/.test(plan) && !/Aggregate/.test(plan));
    expect(paged).toMatch(new RegExp(`Index (Only )?Scan using customers_${sort === 'last_seen' ? 'seen' : sort}`));
    expect(paged).not.toMatch(/Sort Key/);
  });
});

test('a timeline page is read off the index of each origin', async () => {
  const plans: string[] = [];
  await db.asStaff((ctx) => readTimeline(explaining(ctx, plans), ids[5] ?? 0, { limit: 10 }));
  expect(plans.at(-1)).toMatch(/Index Scan.*using timeline_/);
  expect(plans.at(-1)).not.toMatch(/Seq Scan on timeline/);
});

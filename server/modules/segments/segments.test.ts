import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { recordOrders } from '#orders';
import type { NewOrder } from '#orders';
import { createDefinition, NotPublishable, runningDefinitions } from '#platform/definitions';
import type { ResolvedEvent } from '#platform/log/event';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { segmentKind } from './condition.ts';
import type { Condition } from './condition.ts';
import { recomputeAll } from './refresh-members.ts';
import { countCondition, explainCondition, publishSegment, segmentMembers } from './segment.ts';
import { subscriptions } from './subscriptions.ts';

let db: TestDatabase;
let people: number[];

function purchase(buyer: string, daysAgo: number, amountMinor: number): NewOrder {
  const at = new Date(Date.now() - daysAgo * 86_400_000);
  return {
    sourceId: 9,
    sourceOrderNo: `${buyer}-${daysAgo}-${amountMinor}`,
    sourceUpdatedAt: at,
    channel: daysAgo % 2 === 0 ? 'tmall' : 'douyin',
    buyer: [{ kind: 'member_no', scope: 'test', value: buyer }],
    head: { status: 'paid', placedAt: at, paidAt: at, payableMinor: amountMinor, paidMinor: amountMinor },
    lines: [{ skuCode: 'A', title: '杯子', quantity: 1, unitPriceMinor: amountMinor, amountMinor }],
  };
}

const record = async (orders: NewOrder[]) => {
  await db.asSystem((ctx) => recordOrders(ctx, orders));
};
const event = (customerId: number, name: string, daysAgo = 0): ResolvedEvent => ({
  tenantId: db.tenantId,
  sourceId: 1,
  messageId: `${name}-${customerId}-${daysAgo}-${Math.floor(performance.now() * 1e6)}`,
  type: 'track',
  name,
  occurredAt: Date.now() - daysAgo * 86_400_000,
  receivedAt: Date.now(),
  identifiers: [],
  properties: {},
  resolvedCustomerId: customerId,
  originCustomerId: customerId,
  subjectKey: '1',
});
const deliver = (events: ResolvedEvent[]) => db.asPipeline(async (ctx) => subscriptions[0]?.handle(ctx, events));
const publish = (condition: Condition, name = '人群') =>
  db.asStaff(async (ctx) => {
    const id = await createDefinition(ctx, segmentKind, { name, content: { condition, description: '' } });
    await publishSegment(ctx, id, '');
    return id;
  });
const membersOf = (id: string) => db.asSystem((ctx) => segmentMembers(ctx, id, { limit: 10_000 }));

beforeAll(async () => {
  db = await openTestDatabase();
  // Buyer B<n> has n orders of ¥10 × n, the latest n days ago.
  await record(
    [1, 2, 3, 4, 5, 6].flatMap((n) => Array.from({ length: n }, (_, i) => purchase(`B${n}`, n + i * 20, n * 1_000))),
  );
  const rows = await db.asSystem((ctx) =>
    ctx.tx.query<{ customer_id: number }>(
      `select customer_id from orders.purchases group by customer_id order by count(*)`,
    ),
  );
  people = rows.map(({ customer_id }) => customer_id);
});
afterAll(() => db.close());

const nth = (...numbers: number[]) => numbers.map((n) => people[n - 1]).toSorted((a = 0, b = 0) => a - b);

describe('conditions', () => {
  const cases: [string, Condition, number[]][] = [
    ['at least three orders ever', { kind: 'order_count', withinDays: null, count: { min: 3 } }, [3, 4, 5, 6]],
    ['no order in the last two days', { kind: 'order_count', withinDays: 2, count: { max: 0 } }, [2, 3, 4, 5, 6]],
    ['spent ¥90 to ¥250', { kind: 'spend', withinDays: null, amountMinor: { min: 9_000, max: 25_000 } }, [3, 4, 5]],
    ['last order four or five days ago', { kind: 'last_order_days_ago', days: { min: 4, max: 5 } }, [4, 5]],
    ['bought on Tmall', { kind: 'bought_on_channel', withinDays: null, channels: ['tmall'] }, [2, 4, 6]],
    [
      'nested all, any and not',
      {
        kind: 'all',
        conditions: [
          { kind: 'order_count', withinDays: null, count: { min: 2 } },
          {
            kind: 'not',
            condition: {
              kind: 'any',
              conditions: [{ kind: 'bought_on_channel', withinDays: null, channels: ['tmall'] }],
            },
          },
        ],
      },
      [3, 5],
    ],
  ];
  test.each(cases)('%s', async (_name, condition, expected) => {
    const id = await publish(condition);
    expect(await membersOf(id)).toEqual(nth(...expected));
    expect(await db.asStaff((ctx) => countCondition(ctx, condition))).toMatchObject({
      customers: expected.length,
      base: 6,
    });
  });

  test('explains each part for one customer', async () => {
    const condition: Condition = {
      kind: 'all',
      conditions: [
        { kind: 'order_count', withinDays: null, count: { min: 2 } },
        { kind: 'not', condition: { kind: 'known', known: true } },
      ],
    };
    const explained = await db.asStaff((ctx) => explainCondition(ctx, condition, people[2] ?? 0));
    expect(explained).toMatchObject({
      holds: false,
      parts: [{ holds: true }, { holds: false, parts: [{ holds: true }] }],
    });
  });

  test('text in a condition never becomes SQL', async () => {
    const condition: Condition = { kind: 'bought_on_channel', withinDays: null, channels: [`x') or true --`] };
    expect(await db.asStaff((ctx) => countCondition(ctx, condition))).toMatchObject({ customers: 0 });
  });

  test('refuses to publish what nests too deep', async () => {
    let condition: Condition = { kind: 'known', known: true };
    for (let i = 0; i < 9; i += 1) condition = { kind: 'not', condition };
    await expect(publish(condition)).rejects.toThrow(NotPublishable);
  });
});

describe('membership', () => {
  test('announces entering and leaving exactly once, when an event touches the customer', async () => {
    const id = await publish({ kind: 'event_count', event: 'Product Viewed', withinDays: 7, count: { min: 3 } });
    const [customer = 0] = people;
    await deliver([event(customer, 'Product Viewed'), event(customer, 'Product Viewed', 1)]);
    expect(await membersOf(id)).toEqual([]);
    await deliver([event(customer, 'Product Viewed', 3), event(customer, 'Product Viewed', 90)]);
    await deliver([event(customer, 'Product Viewed')]);
    expect(await membersOf(id)).toEqual([customer]);
    const entered = await db.asPipeline((ctx) =>
      ctx.tx.query(`select from log.outbox where tenant_id = $1 and position(convert_to($2, 'UTF8') in body) > 0`, [
        db.tenantId,
        `segment:${id}:${customer}:in`,
      ]),
    );
    expect(entered).toHaveLength(1);
  });

  test('shows another tenant nothing', async () => {
    const id = await publish({ kind: 'known', known: true });
    expect(await db.asStaff((ctx) => segmentMembers(ctx, id, { limit: 10 }), { tenantId: db.otherTenantId })).toEqual(
      [],
    );
  });

  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({
      kind: fc.constant('order_count' as const),
      withinDays: fc.constantFrom(null, 5, 30),
      count: fc.record({ min: fc.integer({ min: 0, max: 4 }) }),
    }),
    fc.record({
      kind: fc.constant('event_count' as const),
      event: fc.constantFrom('Product Viewed', 'Product Added'),
      withinDays: fc.constantFrom(1, 10),
      count: fc.oneof(
        fc.record({ min: fc.integer({ min: 0, max: 3 }) }),
        fc.record({ max: fc.integer({ min: 0, max: 3 }) }),
      ),
    }),
    fc.record({
      kind: fc.constant('spend' as const),
      withinDays: fc.constantFrom(null, 20),
      amountMinor: fc.record({ max: fc.integer({ min: 0, max: 20_000 }) }),
    }),
  );
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.record({
        kind: fc.constantFrom('all' as const, 'any' as const),
        conditions: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), condition: tie('condition') }),
    ),
  }));

  test('kept up event by event equals the full recompute, for any condition and any events', async () => {
    await fc.assert(
      fc.asyncProperty(
        condition,
        fc.array(
          fc.record({
            who: fc.integer({ min: 0, max: 5 }),
            what: fc.constantFrom('Product Viewed', 'Product Added', 'buy'),
            ago: fc.integer({ min: 0, max: 12 }),
          }),
          { maxLength: 12 },
        ),
        async (what, acts) => {
          const id = await publish(what);
          for (const act of acts) {
            if (act.what === 'buy') await record([purchase(`B${act.who + 1}`, act.ago, 700 + act.ago)]);
            await deliver([event(people[act.who] ?? 0, act.what === 'buy' ? 'Order Paid' : act.what, act.ago)]);
          }
          const kept = await membersOf(id);
          await recomputeAll({ ...db, signal: new AbortController().signal });
          expect(await membersOf(id)).toEqual(kept);
          await db.asPipeline((ctx) =>
            ctx.tx.execute(`update platform.definitions set status = 'archived' where definition_id = $1`, [id]),
          );
        },
      ),
      { numRuns: 25 },
    );
    expect(await db.asPipeline((ctx) => runningDefinitions(ctx.tx, segmentKind, null))).not.toEqual([]);
  }, 120_000);
});

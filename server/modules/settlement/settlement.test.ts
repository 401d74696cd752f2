import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { identify } from '#customers';
import { recordOrders } from '#orders';
import type { NewOrder } from '#orders';
import { createDefinition, publishDefinition, saveDraft } from '#platform/definitions';
import { newId } from '#platform/ids';
import type { ResolvedEvent } from '#platform/log/event';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { closeStatements, previewClosing } from './close-statements.ts';
import { confirmCommission } from './confirm-commission.ts';
import { SettlementPlan, settlementPlanKind } from './plan.ts';
import {
  explainCommission,
  listPartners,
  listStatementLines,
  listStatements,
  ownStatementLines,
  readEarnings,
  readStatement,
} from './read-settlement.ts';
import { settleOrders } from './settle-orders.ts';
import { nextCommission, shareEarning } from './share-earning.ts';

let db: TestDatabase;
let planId: string;
const plan: SettlementPlan = {
  kind: 'stepped',
  measure: 'orders',
  mode: 'whole',
  bands: [
    { upTo: 2, rateBps: 500 },
    { upTo: null, rateBps: 1_000 },
  ],
  base: 'net_goods',
  holdDays: 15,
  paidLevels: 1,
};

beforeAll(async () => {
  db = await openTestDatabase();
  planId = await db.asStaff(async (ctx) => {
    const id = await createDefinition(ctx, settlementPlanKind, { name: '推广佣金', content: plan });
    await publishDefinition(ctx, settlementPlanKind, id);
    return id;
  });
});
afterAll(() => db.close());

let people = 0;
const person = async () => {
  const [found] = await db.asSystem((ctx) =>
    identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
      {
        tenantId: db.tenantId,
        identifiers: [{ kind: 'member_no', scope: 'test', value: `S${(people += 1)}` }],
        at: ctx.now,
        sourceId: 1,
        cause: 'sign_in',
      },
    ]),
  );
  return { customerId: found?.customerId ?? 0, member: `S${people}` };
};

const at = new Date('2026-10-10T02:00:00Z');
interface Bought {
  readonly orderId: string;
  readonly no: string;
  readonly buyer: { customerId: number; member: string };
  readonly amountMinor: number;
}
async function record(
  { no, buyer, amountMinor }: Omit<Bought, 'orderId'>,
  refundedMinor = 0,
  minute = 0,
  more: Partial<NewOrder['head']> = {},
): Promise<string> {
  const order: NewOrder = {
    sourceId: 3,
    sourceOrderNo: no,
    sourceUpdatedAt: new Date(at.getTime() + minute * 60_000),
    channel: 'mall',
    buyer: [{ kind: 'member_no', scope: 'test', value: buyer.member }],
    head: { status: 'paid', placedAt: at, paidAt: at, payableMinor: amountMinor, paidMinor: amountMinor, ...more },
    lines: [{ skuCode: 'A', title: '面霜', quantity: 1, unitPriceMinor: amountMinor, amountMinor }],
    refunds:
      refundedMinor > 0
        ? [
            {
              refundNo: 'R1',
              status: 'done',
              amountMinor: refundedMinor,
              refundedAt: new Date(at.getTime() + minute * 60_000),
            },
          ]
        : [],
  };
  const [recorded] = await db.asSystem((ctx) => recordOrders(ctx, [order]));
  return recorded?.orderId ?? '';
}
const event = (
  name: string,
  partner: number,
  properties: Record<string, unknown>,
  occurredAt = at.getTime(),
): ResolvedEvent => ({
  tenantId: db.tenantId,
  sourceId: 0,
  messageId: newId(),
  type: 'track',
  name,
  occurredAt,
  receivedAt: occurredAt,
  identifiers: [],
  properties,
  resolvedCustomerId: partner,
  originCustomerId: partner,
  subjectKey: '1',
});
const deliver = (events: ResolvedEvent[]) => db.asPipeline((ctx) => settleOrders.handle(ctx, events));
async function buy(partner: number, amountMinor: number): Promise<Bought> {
  const buyer = await person();
  const no = `N${newId()}`;
  const orderId = await record({ no, buyer, amountMinor });
  await deliver([
    event('Order Attributed', partner, {
      order_id: orderId,
      buyer_customer_id: buyer.customerId,
      currency: 'CNY',
      first_order: true,
    }),
  ]);
  return { orderId, no, buyer, amountMinor };
}
async function refund(partner: number, bought: Bought, refundedMinor: number, minute: number) {
  await record(bought, refundedMinor, minute);
  await deliver([event('Order Refunded', partner, { order_id: bought.orderId })]);
}
const receive = (partner: number, bought: Bought) =>
  deliver([event('Order Received', partner, { order_id: bought.orderId }, at.getTime() + 86_400_000)]);
const confirm = (now: string) => db.asSystem((ctx) => confirmCommission(ctx), { now: new Date(now) });
const earnings = (partner: number) => db.asStaff((ctx) => readEarnings(ctx, partner));

describe('a commission', () => {
  test('is estimated when paid, and the reached rate applies to the whole month', async () => {
    const { customerId } = await person();
    await buy(customerId, 10_000);
    await buy(customerId, 10_000);
    expect((await earnings(customerId)).pendingMinor).toBe(1_000);
    await buy(customerId, 10_000);
    expect(await earnings(customerId)).toMatchObject({ pendingMinor: 3_000, payableMinor: 0 });
  });

  test('is payable only after receipt and hold, once', async () => {
    const { customerId } = await person();
    const bought = await buy(customerId, 20_000);
    await confirm('2027-01-01T00:00:00Z');
    expect((await earnings(customerId)).payableMinor).toBe(0);
    await receive(customerId, bought);
    await confirm('2026-10-26T01:59:00Z');
    expect((await earnings(customerId)).payableMinor).toBe(0);
    await confirm('2026-10-26T02:00:00Z');
    await confirm('2026-10-27T02:00:00Z');
    expect(await earnings(customerId)).toMatchObject({ pendingMinor: 0, payableMinor: 1_000 });
  });

  test('becomes payable also when the order was received before anybody knew whose it is', async () => {
    const { customerId } = await person();
    const buyer = await person();
    const no = `N${newId()}`;
    const orderId = await record({ no, buyer, amountMinor: 20_000 }, 0, 0, { receivedAt: at });
    const attributed = event('Order Attributed', customerId, {
      order_id: orderId,
      buyer_customer_id: buyer.customerId,
      currency: 'CNY',
      first_order: true,
    });
    await deliver([event('Order Received', customerId, { order_id: orderId })]);
    await deliver([attributed]);
    await confirm('2026-10-25T01:59:00Z');
    expect((await earnings(customerId)).payableMinor).toBe(0);
    await confirm('2026-10-25T02:00:00Z');
    expect(await earnings(customerId)).toMatchObject({ pendingMinor: 0, payableMinor: 1_000 });
  });

  test('is reversed by target difference on partial refunds, also after it became payable, and explains each movement', async () => {
    const { customerId } = await person();
    const bought = await buy(customerId, 20_000);
    await receive(customerId, bought);
    await confirm('2026-11-01T00:00:00Z');
    await refund(customerId, bought, 5_000, 1);
    expect((await earnings(customerId)).payableMinor).toBe(750);
    await refund(customerId, bought, 20_000, 2);
    await deliver([event('Order Refunded', customerId, { order_id: bought.orderId })]);
    expect(await earnings(customerId)).toMatchObject({ payableMinor: 0, orders: [{ state: 'reversed' }] });
    const { lines } = await db.asStaff((ctx) => explainCommission(ctx, bought.orderId));
    expect(lines.map(({ kind, amountMinor }) => [kind, amountMinor])).toEqual([
      ['estimated', 1_000],
      ['payable', 1_000],
      ['payable', -250],
      ['payable', -750],
    ]);
  });

  test('a month keeps the version of the plan it began with', async () => {
    const { customerId } = await person();
    await buy(customerId, 10_000);
    await db.asStaff(async (ctx) => {
      const [row] = await ctx.tx.query<{ revision: number }>(
        `select revision from platform.definitions where definition_id = $1`,
        [planId],
      );
      await saveDraft(ctx, settlementPlanKind, planId, {
        content: { ...plan, bands: [{ upTo: null, rateBps: 3_000 }] },
        revision: row?.revision ?? 0,
      });
      await publishDefinition(ctx, settlementPlanKind, planId);
    });
    await buy(customerId, 10_000);
    expect((await earnings(customerId)).pendingMinor).toBe(1_000);
    const other = await person();
    await buy(other.customerId, 10_000);
    expect((await earnings(other.customerId)).pendingMinor).toBe(3_000);
  });
});

test('a statement is the sum of its lines, is made once, and a later refund is a line of the next one', async () => {
  const { customerId } = await person();
  const bought = await buy(customerId, 10_000);
  await receive(customerId, bought);
  await confirm('2026-10-30T00:00:00Z');
  const close = (month: string) =>
    db.asSystem((ctx) => closeStatements(ctx, month), { now: new Date('2026-12-02T00:00:00Z') });
  const foreseen = await db.asStaff((ctx) => previewClosing(ctx, '2026-10-01'));
  expect(await close('2026-10-01')).toBe(foreseen.statements);
  expect(await db.asStaff((ctx) => previewClosing(ctx, '2026-10-01'))).toMatchObject({ statements: 0, lines: 0 });
  await close('2026-10-01');
  const list = await db.asStaff((ctx) =>
    ctx.tx.query<{ id: string; total: number }>(
      `select statement_id as id, total_minor as total from settlement.statements where partner_customer_id = $1 order by period_on`,
      [customerId],
    ),
  );
  expect(list).toHaveLength(1);
  const statement = await db.asStaff((ctx) => readStatement(ctx, list[0]?.id ?? ''));
  const { items } = await db.asStaff((ctx) => listStatementLines(ctx, statement.statementId, { limit: 100 }));
  expect(items.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(statement.totalMinor);
  expect(items).toMatchObject([
    { orderNo: bought.no, reason: { code: 'commission_confirmed', rate_bps: 3_000, base_minor: 10_000 } },
  ]);
  expect(statement.lines).toBe(1);
  await expect(
    db.asStaff((ctx) => ownStatementLines(ctx, statement.statementId, { limit: 5 }, customerId + 1)),
  ).rejects.toThrow('statement');
  await refund(customerId, bought, 10_000, 3);
  await close('2026-11-01');
  const after = await db.asStaff((ctx) =>
    ctx.tx.query<{ total: number }>(
      `select total_minor as total from settlement.statements where partner_customer_id = $1 order by period_on`,
      [customerId],
    ),
  );
  expect(after.reduce((sum, { total }) => sum + total, 0)).toBe(0);
  expect(after.at(-1)?.total).toBe(-statement.totalMinor);
});

test('a month that is not over is not closed, by the clock of the brand', async () => {
  const close = (month: string, now: string) =>
    db.asSystem((ctx) => closeStatements(ctx, month), { now: new Date(now) });
  await expect(close('2026-11-01', '2026-11-30T15:59:59Z')).rejects.toMatchObject({ code: 'month_not_over' });
  await expect(close('2027-01-01', '2026-11-30T15:59:59Z')).rejects.toMatchObject({ code: 'month_not_over' });
  await close('2026-11-01', '2026-11-30T16:00:00Z');
});

test('statements, their lines and partners page through without a gap or a double, and figures are those of all pages', async () => {
  for (let index = 0; index < 5; index += 1) {
    const { customerId } = await person();
    // Two partners of the same amount, so that the order within a page is decided by the id.
    for (let order = 0; order < 3; order += 1) {
      const bought = await buy(customerId, 10_000 + (index >> 1) * 1_000);
      await receive(customerId, bought);
    }
  }
  await confirm('2026-11-30T00:00:00Z');
  await db.asSystem((ctx) => closeStatements(ctx, '2026-11-01'), { now: new Date('2026-12-02T00:00:00Z') });
  const all = async <Row>(read: (cursor?: string) => Promise<{ items: readonly Row[]; nextCursor: string | null }>) => {
    const rows: Row[] = [];
    let cursor: string | undefined;
    do {
      const page = await read(cursor);
      rows.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return rows;
  };
  const statements = await all((cursor) => db.asStaff((ctx) => listStatements(ctx, { cursor, limit: 2 })));
  const whole = await db.asStaff((ctx) => listStatements(ctx, { limit: 200 }));
  expect(statements).toEqual(whole.items);
  expect(whole.figures).toMatchObject({
    statements: statements.length,
    totalMinor: statements.reduce((sum, { totalMinor }) => sum + totalMinor, 0),
  });
  const three = statements.find(({ lines }) => lines === 3)?.statementId ?? '';
  const lines = await all((cursor) => db.asStaff((ctx) => listStatementLines(ctx, three, { cursor, limit: 2 })));
  expect(new Set(lines.map(({ lineId }) => lineId)).size).toBe(3);
  const month = { periodOn: '2026-10-01' };
  const partners = await all((cursor) => db.asStaff((ctx) => listPartners(ctx, { ...month, cursor, limit: 2 })));
  const everyone = await db.asStaff((ctx) => listPartners(ctx, { ...month, limit: 200 }));
  expect(partners).toEqual(everyone.items);
  expect(everyone.figures).toMatchObject({
    partners: partners.length,
    amountMinor: partners.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
  });
});

describe('what the next share earns', () => {
  const marginal = SettlementPlan.parse({
    kind: 'stepped',
    measure: 'net_sales',
    mode: 'marginal',
    bands: [
      { upTo: 10_000, rateBps: 500 },
      { upTo: null, rateBps: 1_000 },
    ],
  });
  test('is the line of the decision with one order more', () => {
    expect(nextCommission(marginal, [], 10_000)).toEqual({ rateBps: 500, amountMinor: 500 });
    const sold = { orderId: 'a', keptBaseMinor: 8_000, isNewCustomer: true, paidAtMs: 1 };
    // Two thousand at 5 %, the rest at 10 %.
    expect(nextCommission(marginal, [sold], 10_000)).toEqual({ rateBps: 1_000, amountMinor: 900 });
  });
  test('is told where a plan runs, by the version the month is bound to, and null where none does', async () => {
    const { customerId } = await person();
    const told = (as = {}) => db.asStaff((ctx) => shareEarning(ctx, customerId, undefined), as);
    expect(await told()).toMatchObject({ amountMinor: null, currency: 'CNY', holdDays: 15 });
    expect(await told({ tenantId: db.otherTenantId })).toBeNull();
  });
});

test('whatever happens in whatever order, lines, ledger and targets agree', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          act: fc.constantFrom('buy', 'refund', 'receive', 'confirm', 'repeat'),
          which: fc.nat(5),
          share: fc.integer({ min: 1, max: 100 }),
        }),
        { minLength: 3, maxLength: 14 },
      ),
      async (acts) => {
        const { customerId } = await person();
        const orders: Bought[] = [];
        for (const [minute, { act, which, share }] of acts.entries()) {
          const bought = orders[which % Math.max(orders.length, 1)];
          if (act === 'buy' || !bought) orders.push(await buy(customerId, 1_000 + which * 777));
          else if (act === 'refund')
            await refund(customerId, bought, Math.ceil((bought.amountMinor * share) / 100), minute + 10);
          else if (act === 'receive') await receive(customerId, bought);
          else if (act === 'confirm') await confirm('2026-12-01T00:00:00Z');
          else await deliver([event('Order Included', customerId, { order_id: bought.orderId })]);
        }
        const [sums] = await db.asStaff((ctx) =>
          ctx.tx.query<{ targets: number; estimated: number; payable: number; confirmed: number }>(
            `select (select sum(target_minor)::bigint from settlement.entries where partner_customer_id = $1) as targets,
                    coalesce((select sum(l.amount_minor) from settlement.lines l join settlement.entries e using (tenant_id, plan_id, order_id)
                       where l.partner_customer_id = $1 and l.kind = 'estimated' and e.confirmed_at is null), 0)::bigint as estimated,
                    coalesce((select sum(amount_minor) from settlement.lines where partner_customer_id = $1 and kind = 'payable'), 0)::bigint as payable,
                    0::bigint as confirmed`,
            [customerId],
          ),
        );
        const { pendingMinor, payableMinor } = await earnings(customerId);
        expect((sums?.estimated ?? 0) + (sums?.payable ?? 0)).toBe(sums?.targets);
        expect([pendingMinor, payableMinor]).toEqual([sums?.estimated, sums?.payable]);
      },
    ),
    { numRuns: 15 },
  );
}, 180_000);

import { balancesOf } from '#ledger';
import type { CustomerBalance } from '#ledger';
import { recordOrders } from '#orders';
import type { NewOrder, NewRefund } from '#orders';
import type { Context } from '#platform/context';
import { everyStore } from '#platform/context';
import { createDefinition, publishDefinition } from '#platform/definitions';
import { newId } from '#platform/ids';
import type { ResolvedEvent } from '#platform/log/event';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { points } from '../accounts.ts';
import { programmeKind } from '../programme.ts';
import { subscriptions } from '../subscriptions.ts';

/** An instant on a day of the brand, noon in Shanghai unless an hour is given. */
export const at = (day: string, hour = 12) => new Date(`${day}T${String(hour).padStart(2, '0')}:00:00+08:00`);

interface Bought {
  readonly orderId: string;
  readonly orderNo: string;
  readonly customerId: number;
}

/** A brand that sells in several channels, its loyalty programme, and the clock in the test's hand. */
export interface Shop {
  readonly db: TestDatabase;
  /** Publishes a programme; answers its id. */
  publish(content: unknown): Promise<string>;
  within<T>(now: Date, work: (ctx: Context) => Promise<T>): Promise<T>;
  /** An order paid in any channel, settled as the pipeline does. */
  buy(
    buyer: string,
    amountMinor: number,
    when: Date,
    more?: Partial<Pick<NewOrder, 'channel' | 'lines'>>,
  ): Promise<Bought>;
  /** Everything refunded so far under a refund number. */
  refund(bought: Bought, refundNo: string, amountMinor: number, when: Date): Promise<void>;
  receive(bought: Bought, when: Date): Promise<void>;
  /** Hands events to loyalty's subscriptions. */
  deliver(now: Date, events: readonly (Partial<ResolvedEvent> & { name: string })[]): Promise<void>;
  pointsOf(customerId: number, now: Date): Promise<CustomerBalance>;
  tierOf(customerId: number): Promise<string | null>;
  announced(name: string, customerId?: number): Promise<Record<string, unknown>[]>;
}

let nextOrder = 0;

export async function openShop(): Promise<Shop> {
  const db = await openTestDatabase();
  const within: Shop['within'] = (now, work) => db.asSystem(work, { now });
  const deliver: Shop['deliver'] = async (now, events) => {
    const full = events.map((event) => ({
      tenantId: db.tenantId,
      sourceId: 0,
      messageId: newId(),
      type: 'track' as const,
      occurredAt: now.getTime(),
      receivedAt: now.getTime(),
      identifiers: [],
      properties: {},
      resolvedCustomerId: null,
      originCustomerId: null,
      subjectKey: '1',
      ...event,
    }));
    await db.database.work({ tenantId: null, scope: everyStore }, async (tx) => {
      for (const subscription of subscriptions) {
        const { events: wanted } = subscription;
        const own = full.filter(({ name }) => wanted === '*' || wanted.includes(name));
        if (own.length > 0) await subscription.handle({ tx, now, services: db.services }, own);
      }
    });
  };
  const record = async (order: NewOrder, now: Date) => {
    const [recorded] = await within(now, (ctx) => recordOrders(ctx, [order]));
    if (!recorded || recorded.customerId === null) throw new Error('the order has no buyer');
    return { orderId: recorded.orderId, orderNo: order.sourceOrderNo, customerId: recorded.customerId };
  };
  return {
    db,
    within,
    deliver,
    publish: (content) =>
      db.asStaff(async (ctx) => {
        const id = await createDefinition(ctx, programmeKind, { name: '会员', content });
        await publishDefinition(ctx, programmeKind, id);
        return id;
      }),
    async buy(buyer, amountMinor, when, { channel = 'tmall', lines } = {}) {
      const bought = await record(
        {
          sourceId: 1,
          sourceOrderNo: `o${(nextOrder += 1)}`,
          sourceUpdatedAt: when,
          channel,
          buyer: [{ kind: 'buyer_id', scope: channel, value: buyer }],
          head: { status: 'paid', placedAt: when, paidAt: when, payableMinor: amountMinor, paidMinor: amountMinor },
          lines: lines ?? [{ skuCode: 'A', quantity: 1, unitPriceMinor: amountMinor, amountMinor }],
        },
        when,
      );
      await deliver(when, [{ name: 'Order Paid', properties: { order_id: bought.orderId } }]);
      return bought;
    },
    async refund({ orderId, orderNo }, refundNo, amountMinor, when) {
      const refunds: NewRefund[] = [{ refundNo, status: 'done', amountMinor, refundedAt: when }];
      await record({ sourceId: 1, sourceOrderNo: orderNo, sourceUpdatedAt: when, channel: 'tmall', refunds }, when);
      await deliver(when, [{ name: 'Order Refunded', properties: { order_id: orderId } }]);
    },
    receive: ({ orderId }, when) => deliver(when, [{ name: 'Order Received', properties: { order_id: orderId } }]),
    async pointsOf(customerId, now) {
      const balance = await within(now, async (ctx) => (await balancesOf(ctx, points, [customerId])).get(customerId));
      if (!balance) throw new Error('no balance');
      return balance;
    },
    async tierOf(customerId) {
      const rows = await within(new Date(), (ctx) =>
        ctx.tx.query<{ tier_code: string | null }>(
          `select tier_code from loyalty.members where tenant_id = $1 and customer_id = $2 and status = 'active'`,
          [ctx.tenantId, customerId],
        ),
      );
      return rows[0]?.tier_code ?? null;
    },
    announced: (name, customerId) =>
      within(new Date(), async (ctx) => {
        const rows = await ctx.tx.query<{ properties: Record<string, unknown> }>(
          `select b -> 'properties' as properties from (select id, convert_from(body, 'utf8')::jsonb as b from log.outbox where get_byte(body, 0) = 123) o
            where b ->> 'name' = $1 and ($2::bigint is null or (b ->> 'customerId')::bigint = $2) order by id`,
          [name, customerId ?? null],
        );
        return rows.map(({ properties }) => properties);
      }),
  };
}

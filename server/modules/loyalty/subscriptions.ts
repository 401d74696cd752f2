import type { PipelineContext, ResolvedEvent, Subscription } from '#platform/log/event';

import { moveMembers } from './renew-tiers.ts';
import { reviewTiers } from './review-tiers.ts';
import { rewardableEvents, rewardBehaviours } from './reward-behaviours.ts';
import { loyaltyActor, readRunning } from './running.ts';
import type { LoyaltyContext, Running } from './running.ts';
import { noteReceipts, settleOrders } from './settle-orders.ts';

/** Runs the work once per company of a batch that has a programme in force. */
async function perTenant(
  { tx, now }: PipelineContext,
  events: readonly ResolvedEvent[],
  work: (ctx: LoyaltyContext, running: Running, own: readonly ResolvedEvent[]) => Promise<void>,
): Promise<void> {
  for (const [tenantId, own] of Map.groupBy(events, (event) => event.tenantId)) {
    const running = await readRunning({ tx, tenantId });
    if (running.programmes.length > 0) await work({ tx, tenantId, now, actor: loyaltyActor }, running, own);
  }
}

const orderOf = ({ properties }: ResolvedEvent) => {
  const { order_id: orderId } = properties;
  return typeof orderId === 'string' ? [orderId] : [];
};

const numberOf = (value: unknown) => (typeof value === 'number' ? value : null);

export const subscriptions: readonly Subscription[] = [
  {
    name: 'loyalty.settle-orders',
    events: ['Order Paid', 'Order Refunded', 'Order Cancelled', 'Order Included', 'Order Excluded', 'Order Attributed'],
    handle: (pipeline, events) =>
      perTenant(pipeline, events, async (ctx, running, own) => {
        const settled = await settleOrders(ctx, running, own.flatMap(orderOf));
        await reviewTiers(ctx, running, settled);
      }),
  },
  {
    name: 'loyalty.note-receipts',
    events: ['Order Received'],
    handle: (pipeline, events) =>
      perTenant(pipeline, events, (ctx, running, own) =>
        noteReceipts(
          ctx,
          running,
          own.flatMap((event) =>
            orderOf(event).map((orderId) => ({ orderId, receivedAt: new Date(event.occurredAt) })),
          ),
        ),
      ),
  },
  {
    name: 'loyalty.reward-behaviours',
    events: rewardableEvents,
    handle: (pipeline, events) => perTenant(pipeline, events, rewardBehaviours),
  },
  {
    name: 'loyalty.move-members',
    events: ['Customer Merged', 'Customer Split'],
    handle: (pipeline, events) =>
      perTenant(pipeline, events, async (ctx, running, own) => {
        const people: number[] = [];
        for (const { name, properties } of own) {
          const [fromId, toId] = [numberOf(properties['from_customer_id']), numberOf(properties['to_customer_id'])];
          if (fromId === null || toId === null) continue;
          const kind = name === 'Customer Merged' ? ('merge' as const) : ('split' as const);
          for (const programme of running.programmes)
            await moveMembers(ctx, programme, running.zone, { fromId, toId, kind });
          people.push(...(kind === 'merge' ? [toId] : [fromId, toId]));
        }
        await reviewTiers(ctx, running, { customerIds: [...new Set(people)], lowered: people });
      }),
  },
];

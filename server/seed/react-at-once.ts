import { customersToday } from '#customers';
import { loyalty } from '#loyalty';
import type { Context } from '#platform/context';
import type { ResolvedEvent, Subscription } from '#platform/log/event';
import { readOwnFacts } from '#platform/log/outbox-reader';
import { referral } from '#referral';
import { settlement } from '#settlement';

/**
 * Reactions that bring an order to what it counts for and so may meet the same fact again: when the pipeline delivers it later,
 * under today's clock, they find everything done.
 */
const repeatable = new Set([
  'referral.attribute-orders',
  'settlement.settle-orders',
  'loyalty.settle-orders',
  'loyalty.note-receipts',
]);
const reactions: readonly Subscription[] = [referral, settlement, loyalty]
  .flatMap(({ subscriptions = [] }) => subscriptions)
  .filter(({ name }) => repeatable.has(name));

/** Lets commission, points and tiers follow what the transaction has announced, as of the context's time, until nothing new is said. */
export async function reactAtOnce(ctx: Context): Promise<void> {
  const sealer = await ctx.services.vaults.forInstallation(ctx.tx);
  let last = 0;
  for (;;) {
    const facts = await readOwnFacts(ctx.tx, sealer, last);
    last = facts.at(-1)?.id ?? last;
    if (facts.length === 0) return;
    const events = await resolved(
      ctx,
      facts.map(({ event }) => event),
    );
    for (const reaction of reactions) {
      const wanted = events.filter(({ name }) => reaction.events.includes(name));
      if (wanted.length > 0) await reaction.handle({ tx: ctx.tx, now: ctx.now, services: ctx.services }, wanted);
    }
  }
}

async function resolved(
  ctx: Context,
  events: readonly Omit<ResolvedEvent, 'resolvedCustomerId' | 'originCustomerId' | 'subjectKey'>[],
) {
  const today = await customersToday(
    ctx,
    events.flatMap(({ tenantId, customerId }) => (customerId === undefined ? [] : [{ tenantId, customerId }])),
  );
  return events.map((event): ResolvedEvent => ({
    ...event,
    resolvedCustomerId: today.get(`${event.tenantId}:${event.customerId}`) ?? null,
    originCustomerId: event.customerId ?? null,
    subjectKey: String(event.customerId ?? 0),
  }));
}

import { decideRaise, decideTakeBack } from './decide-tier.ts';
import type { TierDecision } from './decide-tier.ts';
import { programmeWindows, rankOf } from './programme.ts';
import type { Programme } from './programme.ts';
import { readFacts } from './purchases.ts';
import type { LoyaltyContext, Running } from './running.ts';
import { changeTiers, lockMembers } from './tier-store.ts';
import type { Member } from './tier-store.ts';

/**
 * Looks at the tiers of customers whose purchases changed: raises at once; takes back what only a refunded order had reached, for the
 * customers named in `lowered`. Customers who buy become members.
 */
export async function reviewTiers(
  ctx: LoyaltyContext,
  running: Running,
  { customerIds, lowered = [] }: { customerIds: readonly number[]; lowered?: readonly number[] },
): Promise<void> {
  if (customerIds.length === 0) return;
  for (const programme of running.programmes)
    await reviewProgramme(ctx, running, programme, customerIds, new Set(lowered));
}

async function reviewProgramme(
  ctx: LoyaltyContext,
  { zone }: Running,
  programme: Programme,
  customerIds: readonly number[],
  lowered: ReadonlySet<number>,
): Promise<void> {
  const { content } = programme;
  const members = await lockMembers(ctx, programme, customerIds);
  const terms = { windows: programmeWindows(content), zone, currency: content.currency, channels: content.channels };
  const today = await readFacts(
    ctx,
    members.map(({ customerId }) => ({ customerId, asOf: ctx.now })),
    terms,
  );
  const inDoubt = members.filter((member) => lowered.has(member.customerId) && member.tierSince !== null);
  const whenReached = await readFacts(
    ctx,
    inDoubt.map(({ customerId, tierSince }) => ({ customerId, asOf: tierSince ?? ctx.now })),
    terms,
  );
  const decide = (member: Member): TierDecision | null => {
    const [now, then] = [today.get(member.customerId), whenReached.get(member.customerId)];
    if (!now) return null;
    return (
      decideRaise(content, member, now) ??
      (then ? decideTakeBack(content, member, { whenReached: then, today: now, now: ctx.now }) : null)
    );
  };
  const changes = members.flatMap((member) => {
    const decision = decide(member);
    return decision && rankOf(content, decision.to) !== rankOf(content, member.tierCode) ? [{ member, decision }] : [];
  });
  await changeTiers(ctx, programme, zone, changes);
}

import type { Condition, Progress, PurchaseFacts } from './condition.ts';
import { rankOf, reachedTier } from './programme.ts';
import type { ProgrammeContent, Tier } from './programme.ts';

/** A member as tiers are decided about them. */
export interface MemberTier {
  readonly tierCode: string | null;
  readonly grantedUntil: Date | null;
}

export type TierCause = 'reached' | 'refund' | 'renewal' | 'inactivity' | 'granted' | 'merged';

export interface TierDecision {
  readonly to: string | null;
  readonly cause: TierCause;
  readonly progress: readonly Progress[];
}

/** A purchase can only raise a member, at once. Null when nothing changes. */
export function decideRaise(content: ProgrammeContent, member: MemberTier, facts: PurchaseFacts): TierDecision | null {
  const { rank, tier, judgement } = reachedTier(content, facts);
  if (!tier || rank <= rankOf(content, member.tierCode)) return null;
  return { to: tier.code, cause: 'reached', progress: judgement.progress };
}

/**
 * After a refund: a tier whose condition no longer holds over the window in which it was reached is taken back, to the highest one that
 * holds then or now. What was granted stays until its time.
 */
export function decideTakeBack(
  content: ProgrammeContent,
  member: MemberTier,
  { whenReached, today, now }: { whenReached: PurchaseFacts; today: PurchaseFacts; now: Date },
): TierDecision | null {
  const current = rankOf(content, member.tierCode);
  if (content.takeBack === 'at_end' || current < 0) return null;
  if (member.grantedUntil !== null && member.grantedUntil > now) return null;
  const [then, currently] = [reachedTier(content, whenReached), reachedTier(content, today)];
  const kept = then.rank >= currently.rank ? then : currently;
  if (kept.rank >= current) return null;
  return { to: kept.tier?.code ?? null, cause: 'refund', progress: kept.judgement.progress };
}

/** At the end of validity: kept when the retention condition holds over the period, else down to the highest tier that holds. */
export function decideRenewal(content: ProgrammeContent, member: MemberTier, period: PurchaseFacts): TierDecision {
  const current = rankOf(content, member.tierCode);
  const condition = (tier: Tier): Condition =>
    rankOf(content, tier.code) === current ? (tier.retention ?? tier.entry) : tier.entry;
  const reached = reachedTier({ ...content, tiers: content.tiers.slice(0, current + 1) }, period, condition);
  return { to: reached.tier?.code ?? null, cause: 'renewal', progress: reached.judgement.progress };
}

import { balancesOf, openLots } from '#ledger';
import type { CustomerBalance } from '#ledger';

import { points } from './accounts.ts';
import { judge } from './condition.ts';
import type { Progress } from './condition.ts';
import { programmeWindows, rankOf } from './programme.ts';
import type { Programme } from './programme.ts';
import { readFacts } from './purchases.ts';
import { readRunning } from './running.ts';
import type { LoyaltyContext } from './running.ts';
import { memberColumns } from './tier-store.ts';
import type { Member } from './tier-store.ts';

/** A customer's standing in one programme. */
export interface Membership {
  readonly programmeId: string;
  readonly programme: string;
  readonly joinedAt: Date | null;
  readonly tier: { readonly code: string; readonly name: string } | null;
  readonly tierSince: Date | null;
  readonly validUntil: Date | null;
  /** Set while the tier is in danger for want of purchases. */
  readonly observedUntil: Date | null;
  readonly benefits: readonly { readonly code: string; readonly name: string; readonly kind: string }[];
  /** The next tier and what is still missing for it; null at the top, or when it cannot be reached by buying. */
  readonly next: { readonly code: string; readonly name: string; readonly missing: readonly Progress[] } | null;
}

/** Everything loyalty knows of one customer: standing in every programme, points, and what expires next. */
export interface Standing {
  readonly memberships: readonly Membership[];
  readonly points: CustomerBalance;
  /** The next lots to expire, oldest first. */
  readonly expiring: readonly { readonly points: number; readonly expiresAt: Date }[];
}

/** Reads a customer's standing; a customer who never bought has no tier and no points. */
export async function readStanding(ctx: LoyaltyContext, customerId: number): Promise<Standing> {
  const { programmes, zone } = await readRunning(ctx);
  const memberships: Membership[] = [];
  for (const programme of programmes) memberships.push(await readMembership(ctx, programme, zone, customerId));
  const balances = await balancesOf(ctx, points, [customerId]);
  const lots = await openLots(ctx, points, customerId);
  const expiring = lots.flatMap(({ remaining, held, expiresAt }) =>
    expiresAt !== null && remaining > held ? [{ points: remaining - held, expiresAt }] : [],
  );
  const none = { balance: 0, available: 0, pending: 0, held: 0, debt: 0 };
  return { memberships, points: balances.get(customerId) ?? none, expiring: expiring.slice(0, 10) };
}

async function readMembership(
  ctx: LoyaltyContext,
  programme: Programme,
  zone: string,
  customerId: number,
): Promise<Membership> {
  const { programmeId, name, content } = programme;
  const [member] = await ctx.tx.query<Member>(
    `select ${memberColumns} from loyalty.members where tenant_id = $1 and programme_id = $2 and customer_id = $3 and status = 'active'`,
    [ctx.tenantId, programmeId, customerId],
  );
  const facts = await readFacts(ctx, [{ customerId, asOf: ctx.now }], {
    windows: programmeWindows(content),
    zone,
    currency: content.currency,
    channels: content.channels,
  });
  const bought = facts.get(customerId) ?? { spendMinor: {}, orders: {}, largestMinor: {} };
  const rank = rankOf(content, member?.tierCode ?? null);
  const tier = content.tiers[rank];
  const next = content.tiers[rank + 1];
  const benefits = content.benefits.filter(
    ({ tiers, unlock }) =>
      (tiers.length === 0 && unlock === null) ||
      (tier !== undefined && tiers.includes(tier.code)) ||
      (unlock !== null && judge(unlock, bought).holds),
  );
  return {
    programmeId,
    programme: name,
    joinedAt: member?.joinedAt ?? null,
    tier: tier ? { code: tier.code, name: tier.name } : null,
    tierSince: member?.tierSince ?? null,
    validUntil: member?.validUntil ?? null,
    observedUntil: member?.observedUntil ?? null,
    benefits: benefits.map(({ code, name: title, kind }) => ({ code, name: title, kind })),
    next:
      next && next.entry.kind !== 'granted'
        ? {
            code: next.code,
            name: next.name,
            missing: judge(next.entry, bought).progress.filter(({ reached, needed }) => reached < needed),
          }
        : null,
  };
}

/** Members of a programme with their points, in customer order; `after` is the last one of the page before. */
export async function listMembers(
  ctx: LoyaltyContext,
  {
    programmeId,
    tierCode,
    after,
    limit,
  }: { programmeId: string; tierCode?: string | undefined; after: number; limit: number },
): Promise<(Member & { readonly points: CustomerBalance | null })[]> {
  const rows = await ctx.tx.query<Member>(
    `select ${memberColumns} from loyalty.members m
      where tenant_id = $1 and programme_id = $2 and status = 'active' and ($3::text is null or tier_code = $3) and customer_id > $4
        and exists (select from customers.people p where p.tenant_id = m.tenant_id and p.customer_id = m.customer_id)
      order by customer_id limit $5`,
    [ctx.tenantId, programmeId, tierCode ?? null, after, limit],
  );
  const balances = await balancesOf(
    ctx,
    points,
    rows.map(({ customerId }) => customerId),
  );
  return rows.map((row) => ({ ...row, points: balances.get(row.customerId) ?? null }));
}

/** Tier codes of customers in the main programme, for prices and segments. */
export async function tiersOf(ctx: LoyaltyContext, customerIds: readonly number[]): Promise<Map<number, string>> {
  const programme = (await readRunning(ctx)).programmes.find(({ isMain }) => isMain);
  if (!programme) return new Map();
  const rows = await ctx.tx.query<{ customer_id: number; tier_code: string }>(
    `select customer_id, tier_code from loyalty.members
      where tenant_id = $1 and programme_id = $2 and customer_id = any($3) and status = 'active' and tier_code is not null`,
    [ctx.tenantId, programme.programmeId, customerIds],
  );
  return new Map(rows.map((row) => [row.customer_id, row.tier_code]));
}

/** The names of customers' tiers in the main programme; those without a tier are left out. */
export async function tierNamesOf(ctx: LoyaltyContext, customerIds: readonly number[]): Promise<Map<number, string>> {
  const programme = (await readRunning(ctx)).programmes.find(({ isMain }) => isMain);
  const names = new Map(programme?.content.tiers.map(({ code, name }) => [code, name]));
  const codes = await tiersOf(ctx, customerIds);
  return new Map([...codes].map(([customerId, code]) => [customerId, names.get(code) ?? code]));
}

/** The points each customer can spend now. */
export async function spendablePoints(
  ctx: Pick<LoyaltyContext, 'tx' | 'tenantId' | 'now'>,
  customerIds: readonly number[],
): Promise<Map<number, number>> {
  const balances = await balancesOf(ctx, points, customerIds);
  return new Map([...balances].map(([customerId, { available }]) => [customerId, available]));
}

export interface TierChangeView {
  readonly changeId: string;
  readonly programmeId: string;
  readonly fromTier: string | null;
  readonly toTier: string | null;
  readonly cause: string;
  readonly progress: readonly Progress[];
  readonly actor: string;
  readonly changedAt: Date;
}

/** A customer's changes of tier with their reasons, newest first. */
export function listTierChanges(ctx: LoyaltyContext, customerId: number, limit = 50): Promise<TierChangeView[]> {
  return ctx.tx.query<TierChangeView>(
    `select change_id as "changeId", programme_id as "programmeId", from_tier as "fromTier", to_tier as "toTier", cause,
            reason -> 'progress' as progress, actor, changed_at as "changedAt"
       from loyalty.tier_changes where tenant_id = $1 and customer_id = $2 order by changed_at desc, change_id desc limit $3`,
    [ctx.tenantId, customerId, limit],
  );
}

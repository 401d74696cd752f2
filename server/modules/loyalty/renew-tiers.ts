import { emit } from '#platform/outbox';

import { decideRenewal } from './decide-tier.ts';
import { programmeWindows, rankOf } from './programme.ts';
import type { Programme } from './programme.ts';
import { endOfDayAfter, readFacts } from './purchases.ts';
import type { LoyaltyContext, Running } from './running.ts';
import { changeTiers, memberColumns } from './tier-store.ts';
import type { Member } from './tier-store.ts';

/** Looks again at tiers whose validity is over, at most `limit` members of a programme; answers how many. */
export async function renewTiers(
  ctx: LoyaltyContext,
  { zone }: Running,
  programme: Programme,
  limit = 500,
): Promise<number> {
  const { programmeId, content } = programme;
  const due = await ctx.tx.query<Member>(
    `select ${memberColumns} from loyalty.members
      where tenant_id = $1 and programme_id = $2 and status = 'active' and valid_until < $3
      order by valid_until, customer_id limit $4 for update skip locked`,
    [ctx.tenantId, programmeId, ctx.now, limit],
  );
  if (due.length === 0) return 0;
  const facts = await readFacts(
    ctx,
    due.map(({ customerId, periodFrom }) => ({ customerId, asOf: ctx.now, from: periodFrom ?? undefined })),
    { windows: programmeWindows(content), zone, currency: content.currency, channels: content.channels },
  );
  const decided = due.flatMap((member) => {
    const period = facts.get(member.customerId);
    return period ? [{ member, decision: decideRenewal(content, member, period) }] : [];
  });
  const kept = decided.filter(({ member, decision }) => decision.to === member.tierCode);
  await ctx.tx.execute(
    `update loyalty.members set period_from = $4, granted_until = null,
            valid_until = case when $6::int is not null then ${endOfDayAfter('$4::timestamptz', '$5', '$6::int')} end
      where tenant_id = $1 and programme_id = $2 and customer_id = any($3)`,
    [ctx.tenantId, programmeId, kept.map(({ member }) => member.customerId), ctx.now, zone, content.validityMonths],
  );
  await changeTiers(
    ctx,
    programme,
    zone,
    decided.filter(({ member, decision }) => decision.to !== member.tierCode),
  );
  return due.length;
}

interface IdleRow extends Member {
  readonly idle: boolean;
}

/**
 * Watches members of tiers with an inactivity rule: who has not bought for its days is observed and told ('Tier At Risk'); who still has
 * not bought when the observation ends goes one tier down; who bought is no longer observed.
 */
export async function watchInactivity(ctx: LoyaltyContext, { zone }: Running, programme: Programme): Promise<void> {
  const { programmeId, content, name } = programme;
  for (const [rank, tier] of content.tiers.entries()) {
    if (!tier.inactivity || rank === 0) continue;
    const members = await ctx.tx.query<IdleRow>(
      `select * from (
         select ${memberColumns},
                coalesce((select max(p.bought_at) from orders.purchases p
                           where p.tenant_id = m.tenant_id and p.customer_id = m.customer_id and p.kind = 'sale' and p.amount_minor > 0),
                         m.tier_since) < $4::timestamptz - make_interval(days => $5) as idle
           from loyalty.members m
          where m.tenant_id = $1 and m.programme_id = $2 and m.status = 'active' and m.tier_code = $3
            and (m.granted_until is null or m.granted_until < $4)) w
        where idle and ("observedUntil" is null or "observedUntil" < $4) or not idle and "observedUntil" is not null
        order by "customerId" limit 5000`,
      [ctx.tenantId, programmeId, tier.code, ctx.now, tier.inactivity.days],
    );
    const until = new Date(ctx.now.getTime() + tier.inactivity.observeDays * 86_400_000);
    const [idle, active] = [members.filter((member) => member.idle), members.filter((member) => !member.idle)];
    const observed = idle.filter((member) => member.observedUntil === null);
    await setObserved(ctx, programmeId, active, null);
    await setObserved(ctx, programmeId, observed, until);
    await emit(
      ctx,
      observed.map(({ customerId }) => ({
        tenantId: ctx.tenantId,
        name: 'Tier At Risk',
        messageId: `tier-at-risk:${programmeId}:${customerId}:${ctx.now.toISOString().slice(0, 10)}`,
        occurredAt: ctx.now,
        customerId,
        properties: { programme_id: programmeId, programme: name, tier: tier.code, until: until.toISOString() },
      })),
    );
    const below = content.tiers[rank - 1]?.code ?? null;
    const fallen = idle.filter((member) => member.observedUntil !== null);
    await changeTiers(
      ctx,
      programme,
      zone,
      fallen.map((member) => ({ member, decision: { to: below, cause: 'inactivity' as const, progress: [] } })),
    );
  }
}

async function setObserved(
  ctx: LoyaltyContext,
  programmeId: string,
  members: readonly Member[],
  until: Date | null,
): Promise<void> {
  if (members.length === 0) return;
  await ctx.tx.execute(
    `update loyalty.members set observed_until = $4 where tenant_id = $1 and programme_id = $2 and customer_id = any($3)`,
    [ctx.tenantId, programmeId, members.map(({ customerId }) => customerId), until],
  );
}

/** After merges and splits: the person keeps the higher tier; who is split off gets the own place back. */
export async function moveMembers(
  ctx: LoyaltyContext,
  programme: Programme,
  zone: string,
  { fromId, toId, kind }: { fromId: number; toId: number; kind: 'merge' | 'split' },
): Promise<void> {
  const { programmeId, content } = programme;
  if (kind === 'split') {
    await ctx.tx.execute(
      `update loyalty.members set status = 'active' where tenant_id = $1 and programme_id = $2 and customer_id = $3 and status = 'merged'`,
      [ctx.tenantId, programmeId, toId],
    );
    return;
  }
  const rows = await ctx.tx.query<Member>(
    `select ${memberColumns} from loyalty.members
      where tenant_id = $1 and programme_id = $2 and customer_id = any($3) and status = 'active' order by customer_id for update`,
    [ctx.tenantId, programmeId, [fromId, toId]],
  );
  const from = rows.find((row) => row.customerId === fromId);
  if (!from) return;
  await ctx.tx.execute(
    `insert into loyalty.members (tenant_id, programme_id, customer_id, joined_at) values ($1, $2, $3, $4)
     on conflict (tenant_id, programme_id, customer_id) do update
        set joined_at = least(loyalty.members.joined_at, excluded.joined_at), status = 'active'`,
    [ctx.tenantId, programmeId, toId, from.joinedAt],
  );
  await ctx.tx.execute(
    `update loyalty.members set status = 'merged' where tenant_id = $1 and programme_id = $2 and customer_id = $3`,
    [ctx.tenantId, programmeId, fromId],
  );
  const to = rows.find((row) => row.customerId === toId) ?? { customerId: toId, tierCode: null };
  if (rankOf(content, from.tierCode) <= rankOf(content, to.tierCode)) return;
  const grantedUntil = from.grantedUntil ?? undefined;
  await changeTiers(ctx, programme, zone, [
    { member: to, decision: { to: from.tierCode, cause: 'merged', progress: [] }, grantedUntil },
  ]);
}

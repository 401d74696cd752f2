import { actorRef } from '#platform/context';
import { newId } from '#platform/ids';
import { emit } from '#platform/outbox';

import type { TierDecision } from './decide-tier.ts';
import { rankOf } from './programme.ts';
import type { Programme } from './programme.ts';
import { endOfDayAfter } from './purchases.ts';
import type { LoyaltyContext } from './running.ts';

/** A customer's place in a programme, as stored. */
export interface Member {
  readonly customerId: number;
  readonly joinedAt: Date;
  readonly tierCode: string | null;
  readonly tierSince: Date | null;
  readonly periodFrom: Date | null;
  readonly validUntil: Date | null;
  readonly grantedUntil: Date | null;
  readonly observedUntil: Date | null;
}

export const memberColumns = `customer_id as "customerId", joined_at as "joinedAt", tier_code as "tierCode", tier_since as "tierSince",
  period_from as "periodFrom", valid_until as "validUntil", granted_until as "grantedUntil", observed_until as "observedUntil"`;

/** Makes customers members where they are not yet, and locks their places in customer order. */
export async function lockMembers(
  ctx: LoyaltyContext,
  { programmeId }: Programme,
  customerIds: readonly number[],
): Promise<Member[]> {
  await ctx.tx.execute(
    `insert into loyalty.members (tenant_id, programme_id, customer_id, joined_at)
     select $1, $2, id, $4 from unnest($3::bigint[]) id order by id on conflict do nothing`,
    [ctx.tenantId, programmeId, customerIds, ctx.now],
  );
  return ctx.tx.query<Member>(
    `select ${memberColumns} from loyalty.members
      where tenant_id = $1 and programme_id = $2 and customer_id = any($3) and status = 'active' order by customer_id for update`,
    [ctx.tenantId, programmeId, customerIds],
  );
}

export interface TierChange {
  readonly member: Pick<Member, 'customerId' | 'tierCode'>;
  readonly decision: TierDecision;
  readonly grantedUntil?: Date | undefined;
}

/** Writes decided changes of tier with their reasons, and announces each as 'Tier Changed'. */
export async function changeTiers(
  ctx: LoyaltyContext,
  { programmeId, name, content, isMain }: Programme,
  zone: string,
  changes: readonly TierChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const ids = changes.map(() => newId());
  await ctx.tx.execute(
    `with changed as (
       insert into loyalty.tier_changes (tenant_id, programme_id, actor, changed_at, change_id, customer_id, from_tier, to_tier, cause, reason)
       select $1, $2, $3, $4, * from unnest($5::uuid[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::jsonb[]))
     update loyalty.members m
        set tier_code = n.to_tier, tier_since = case when n.to_tier is null then null else $4::timestamptz end, period_from = $4,
            granted_until = n.granted_until, observed_until = null,
            valid_until = coalesce(n.granted_until, case when n.lasts then ${endOfDayAfter('$4::timestamptz', '$13', '$14::int')} end)
       from unnest($6::bigint[], $8::text[], $11::timestamptz[], $12::boolean[]) n(customer_id, to_tier, granted_until, lasts)
      where m.tenant_id = $1 and m.programme_id = $2 and m.customer_id = n.customer_id`,
    [
      ctx.tenantId,
      programmeId,
      actorRef(ctx.actor),
      ctx.now,
      ids,
      changes.map(({ member }) => member.customerId),
      changes.map(({ member }) => member.tierCode),
      changes.map(({ decision }) => decision.to),
      changes.map(({ decision }) => decision.cause),
      changes.map(({ decision }) => JSON.stringify({ progress: decision.progress })),
      changes.map(({ grantedUntil }) => grantedUntil ?? null),
      changes.map(
        ({ decision }) =>
          content.validityMonths !== null && content.tiers[rankOf(content, decision.to)]?.entry.kind !== 'everyone',
      ),
      zone,
      content.validityMonths,
    ],
  );
  await emit(
    ctx,
    changes.map(({ member, decision }, index) => ({
      tenantId: ctx.tenantId,
      name: 'Tier Changed',
      messageId: `tier-changed:${ids[index] ?? ''}`,
      occurredAt: ctx.now,
      customerId: member.customerId,
      properties: {
        programme_id: programmeId,
        programme: name,
        is_main: isMain,
        tier: decision.to ?? '',
        ...(member.tierCode === null ? {} : { previous_tier: member.tierCode }),
        direction: rankOf(content, decision.to) > rankOf(content, member.tierCode) ? 'up' : 'down',
        reason: decision.cause,
      },
    })),
  );
}

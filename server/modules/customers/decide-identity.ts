import { audit } from '#platform/audit';
import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import { newId } from '#platform/ids';
import { maskText } from '#platform/personal-data';

import { changeIdentity } from './change-identity.ts';
import type { IdentityChanged } from './change-identity.ts';
import { lockIdentity } from './record-change.ts';
import { requireCustomer } from './require-customer.ts';
import { sqlList } from './sql-list.ts';

/** A decision of staff about whose identifiers are. */
export interface Decision {
  readonly kind: 'merge' | 'split';
  readonly sideA: readonly number[];
  /** Empty for a merge. */
  readonly sideB: readonly number[];
  readonly reason: string;
}

/**
 * Writes a decision, takes back the earlier ones it contradicts, and judges everybody concerned again. Above all evidence until it is
 * taken back. The caller has checked that the caller of the endpoint may see the customers.
 */
export async function decideIdentity(
  ctx: Context,
  wanted: Decision,
): Promise<IdentityChanged & { decisionId: string }> {
  const { tx, tenantId, now } = ctx;
  await lockIdentity(tx, tenantId);
  const decision = await withoutRecycled(ctx, wanted);
  const decisionId = newId();
  const members = [...new Set([...decision.sideA, ...decision.sideB])];
  const revoked = await contradicted(ctx, decision);
  await revokeDecisions(
    ctx,
    revoked.map((one) => one.decisionId),
  );
  await tx.execute(
    `insert into customers.identity_decisions (tenant_id, decision_id, kind, side_a, side_b, reason, decided_by, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tenantId,
      decisionId,
      decision.kind,
      sqlList(decision.sideA),
      sqlList(decision.sideB),
      maskText(decision.reason),
      actorRef(ctx.actor),
      now,
    ],
  );
  await tx.execute(
    `insert into customers.decision_members (tenant_id, identifier_id, decision_id) select $1, m, $3 from unnest($2::bigint[]) m`,
    [tenantId, sqlList(members), decisionId],
  );
  const changed = await judgeAgain(ctx, [...members, ...revoked.flatMap((one) => one.members)], decisionId);
  await audit(ctx, {
    action: decision.kind === 'merge' ? 'customers.merge' : 'customers.split',
    objectType: 'identity_decision',
    objectId: decisionId,
    purpose: decision.reason,
    details: { side_a: decision.sideA, side_b: decision.sideB, revoked: revoked.map((one) => one.decisionId) },
  });
  return { ...changed, decisionId };
}

/** A number that changed hands belongs to whoever had it when: no decision about people pins it, unless it is all there is. */
async function withoutRecycled({ tx, tenantId }: Context, decision: Decision): Promise<Decision> {
  const rows = await tx.query<{ id: number }>(
    `select i.identifier_id as id from customers.identifiers i
      where i.tenant_id = $1 and i.identifier_id = any ($2::bigint[])
        and exists (select from customers.identifiers e
                     where e.tenant_id = $1 and e.blind_index = i.blind_index and e.era > 0)`,
    [tenantId, sqlList([...decision.sideA, ...decision.sideB])],
  );
  const recycled = new Set(rows.map(({ id }) => id));
  const pinned = (side: readonly number[]) => {
    const others = side.filter((id) => !recycled.has(id));
    return others.length > 0 ? others : side;
  };
  return { ...decision, sideA: pinned(decision.sideA), sideB: pinned(decision.sideB) };
}

/** Takes decisions back and judges everybody concerned again by evidence and what else is decided. */
export async function revokeAndJudge(
  ctx: Context,
  decisionIds: readonly string[],
  reason: string,
): Promise<IdentityChanged> {
  await lockIdentity(ctx.tx, ctx.tenantId);
  const rows = await ctx.tx.query<{ members: number[] }>(
    `select side_a || side_b as members from customers.identity_decisions
      where tenant_id = $1 and decision_id = any ($2::uuid[]) and revoked_at is null`,
    [ctx.tenantId, decisionIds],
  );
  await revokeDecisions(ctx, decisionIds);
  const changed = await judgeAgain(
    ctx,
    rows.flatMap(({ members }) => members),
  );
  await audit(ctx, {
    action: 'customers.decision.revoke',
    objectType: 'identity_decision',
    objectId: decisionIds.join(' '),
    purpose: reason,
  });
  return changed;
}

async function revokeDecisions(ctx: Context, decisionIds: readonly string[]): Promise<void> {
  if (decisionIds.length === 0) return;
  await ctx.tx.execute(
    `update customers.identity_decisions set revoked_at = $3, revoked_by = $4
      where tenant_id = $1 and decision_id = any ($2::uuid[]) and revoked_at is null`,
    [ctx.tenantId, decisionIds, ctx.now, actorRef(ctx.actor)],
  );
}

/** Standing decisions of the other kind that hold the same identifiers the other way round. */
async function contradicted(
  { tx, tenantId }: Context,
  { kind, sideA, sideB }: Decision,
): Promise<{ decisionId: string; members: number[] }[]> {
  const opposite = kind === 'merge' ? 'split' : 'merge';
  return tx.query(
    `select decision_id as "decisionId", side_a || side_b as members from customers.identity_decisions
      where tenant_id = $1 and kind = $2 and revoked_at is null
        and case when $2 = 'split' then side_a && $3::bigint[] and side_b && $3::bigint[]
                 else side_a && $3::bigint[] and side_a && $4::bigint[] end`,
    [tenantId, opposite, sqlList(sideA), sqlList(sideB)],
  );
}

/** Judges identifiers again, as after any change of what is decided about them. */
export async function judgeAgain(
  ctx: Context,
  identifierIds: readonly number[],
  decisionId?: string,
): Promise<IdentityChanged> {
  const { tx, tenantId, now, services } = ctx;
  return changeIdentity(tx, {
    tenantId,
    now,
    vault: await services.vaults.forTenant(tx, tenantId),
    seeds: [...new Set(identifierIds)],
    added: new Map(),
    followers: [],
    widened: new Map(),
    links: [],
    cause: 'staff',
    actor: actorRef(ctx.actor),
    decisionId,
  });
}

/** The identifiers of a customer the caller may see; a customer of another store or tenant does not exist. */
export async function identifiersOf(ctx: Context, customerId: number): Promise<number[]> {
  await requireCustomer(ctx, customerId);
  const rows = await ctx.tx.query<{ id: number }>(
    `select identifier_id as id from customers.identifiers where tenant_id = $1 and customer_id = $2 order by 1`,
    [ctx.tenantId, customerId],
  );
  return rows.map(({ id }) => id);
}

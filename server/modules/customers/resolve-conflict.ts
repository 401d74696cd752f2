import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import { decideIdentity, identifiersOf } from './decide-identity.ts';
import { ConflictAlreadyResolved } from './errors.ts';
import { mergeCustomers } from './merge-customers.ts';

/** Decides a conflict: the two are one person after all, or stay apart whatever comes. */
export async function resolveConflict(
  ctx: Context,
  { conflictId, decision, reason }: { conflictId: string; decision: 'merge' | 'keep_apart'; reason: string },
): Promise<void> {
  const { tx, tenantId } = ctx;
  const [conflict] = await tx.query<{ one: number; other: number; status: string }>(
    `select i.customer_id as one, o.customer_id as other, c.status
       from customers.merge_conflicts c
       join customers.identifiers i on i.tenant_id = c.tenant_id and i.identifier_id = c.identifier_id
       join customers.identifiers o on o.tenant_id = c.tenant_id and o.identifier_id = c.other_id
      where c.tenant_id = $1 and c.conflict_id = $2 for update of c`,
    [tenantId, conflictId],
  );
  if (!conflict) throw new NotFound('Conflict');
  const { one, other, status } = conflict;
  if (status !== 'open' || one === other) throw new ConflictAlreadyResolved();
  const [mine, theirs] = [await identifiersOf(ctx, one), await identifiersOf(ctx, other)];
  await tx.execute(
    `update customers.merge_conflicts set status = $3, resolved_at = $4, resolved_by = $5 where tenant_id = $1 and conflict_id = $2`,
    [tenantId, conflictId, decision === 'merge' ? 'merged' : 'kept_apart', ctx.now, actorRef(ctx.actor)],
  );
  if (decision === 'merge') await mergeCustomers(ctx, { customerIds: [one, other], reason });
  else await decideIdentity(ctx, { kind: 'split', sideA: mine, sideB: theirs, reason });
}

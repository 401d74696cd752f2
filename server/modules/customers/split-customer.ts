import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import { decideIdentity, identifiersOf, revokeAndJudge } from './decide-identity.ts';
import { MergeAlreadyUndone, NothingToSplit } from './errors.ts';

/** Parts some identifiers, with everything that came with them, from a customer; returns both customers. */
export async function splitCustomer(
  ctx: Context,
  { customerId, identifierIds, reason }: { customerId: number; identifierIds: readonly number[]; reason: string },
): Promise<{ customerIds: number[] }> {
  const all = await identifiersOf(ctx, customerId);
  const leaving = new Set(identifierIds.filter((id) => all.includes(id)));
  const staying = all.filter((id) => !leaving.has(id));
  if (leaving.size === 0 || staying.length === 0) throw new NothingToSplit();
  const { rows } = await decideIdentity(ctx, { kind: 'split', sideA: staying, sideB: [...leaving], reason });
  const now = new Map(rows.map((row) => [row.id, row.customerId]));
  return { customerIds: [...new Set(all.map((id) => now.get(id) ?? customerId))] };
}

interface MergeRow {
  kind: 'merge' | 'split';
  fromId: number;
  toId: number;
  identifierIds: number[];
  decisionId: string | null;
  undoneAt: Date | null;
}

/**
 * Takes a merge or split back: what staff decided is revoked, what evidence did is decided against. Whoever was absorbed is there
 * again under the same id, with the facts that came with their identifiers.
 */
export async function undoMerge(
  ctx: Context,
  { mergeId, reason }: { mergeId: string; reason: string },
): Promise<{ customerIds: number[] }> {
  const [entry] = await ctx.tx.query<MergeRow>(
    `select kind, from_id as "fromId", to_id as "toId", identifier_ids as "identifierIds", decision_id as "decisionId",
            undone_at as "undoneAt"
       from customers.merge_log where tenant_id = $1 and merge_id = $2 for update`,
    [ctx.tenantId, mergeId],
  );
  if (!entry) throw new NotFound('Merge');
  if (entry.undoneAt) throw new MergeAlreadyUndone();
  const current = await currentCustomers(ctx, entry.identifierIds);
  for (const customerId of new Set(current.values())) await identifiersOf(ctx, customerId);
  if (entry.decisionId !== null) await revokeAndJudge(ctx, [entry.decisionId], reason);
  await (entry.kind === 'merge' ? partAgain(ctx, entry, reason) : joinAgain(ctx, entry, reason));
  await ctx.tx.execute(`update customers.merge_log set undone_at = $3 where tenant_id = $1 and merge_id = $2`, [
    ctx.tenantId,
    mergeId,
    ctx.now,
  ]);
  const after = await currentCustomers(ctx, [...entry.identifierIds, entry.fromId, entry.toId]);
  return { customerIds: [...new Set(after.values())] };
}

/** The absorbed identifiers and the rest of the customer they are in now, apart, unless they are so already. */
async function partAgain(ctx: Context, { toId, identifierIds }: MergeRow, reason: string): Promise<void> {
  const now = await currentCustomers(ctx, [toId, ...identifierIds]);
  const customerId = now.get(toId);
  const leaving = identifierIds.filter((id) => now.get(id) === customerId);
  if (customerId === undefined || leaving.length === 0 || leaving.includes(toId)) return;
  await splitCustomer(ctx, { customerId, identifierIds: leaving, reason });
}

async function joinAgain(ctx: Context, { fromId, identifierIds }: MergeRow, reason: string): Promise<void> {
  const now = await currentCustomers(ctx, [fromId, ...identifierIds]);
  if (new Set(now.values()).size < 2) return;
  await decideIdentity(ctx, { kind: 'merge', sideA: [...now.keys()], sideB: [], reason });
}

async function currentCustomers({ tx, tenantId }: Context, ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await tx.query<{ id: number; customerId: number }>(
    `select identifier_id as id, customer_id as "customerId" from customers.identifiers
      where tenant_id = $1 and identifier_id = any ($2::bigint[])`,
    [tenantId, ids],
  );
  return new Map(rows.map(({ id, customerId }) => [id, customerId]));
}

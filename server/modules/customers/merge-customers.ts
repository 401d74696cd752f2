import type { Context } from '#platform/context';

import { decideIdentity, identifiersOf } from './decide-identity.ts';
import { CannotMergeWithItself } from './errors.ts';

/** Makes two customers one, whatever the evidence says; everything of both belongs to the survivor. Returns the survivor. */
export async function mergeCustomers(
  ctx: Context,
  { customerIds: [one, other], reason }: { customerIds: readonly [number, number]; reason: string },
): Promise<{ customerId: number }> {
  if (one === other) throw new CannotMergeWithItself();
  const members = [...(await identifiersOf(ctx, one)), ...(await identifiersOf(ctx, other))];
  const { rows } = await decideIdentity(ctx, { kind: 'merge', sideA: members, sideB: [], reason });
  const survivor = rows.find(({ id }) => id === one)?.customerId ?? one;
  return { customerId: survivor };
}

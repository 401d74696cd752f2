import type { Context } from '#platform/context';

import { readGoldenTraits } from './traits.ts';

/** What to call customers in a message to themselves: name, else nickname, in plain text; for sending to them, never for showing. */
export async function greetingNames(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  customerIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const names = new Map<number, string>();
  // `name` sorts before `nickname`: the first one found stays.
  for (const { customerId, value } of await readGoldenTraits(ctx.tx, vault, customerIds, ['name', 'nickname'])) {
    if (!names.has(customerId) && typeof value === 'string') names.set(customerId, value);
  }
  return names;
}

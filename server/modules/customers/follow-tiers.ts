import type { PipelineContext, ResolvedEvent } from '#platform/log/event';

import { projectCustomers } from './project-customers.ts';
import { recordTraits } from './record-traits.ts';

/** Above what channels say of their own tiers, below what staff lock. */
const tierPriority = 50;

/** Keeps each customer's tier in the main loyalty programme as the attribute `tier_code`, for lists, segments and prices. */
export async function followTiers(ctx: PipelineContext, events: readonly ResolvedEvent[]): Promise<void> {
  const main = events.filter(({ properties }) => properties['is_main'] === true);
  for (const [tenantId, own] of Map.groupBy(main, (event) => event.tenantId)) {
    const vault = await ctx.services.vaults.forTenant(ctx.tx, tenantId);
    const claims = own.flatMap(({ resolvedCustomerId, originCustomerId, sourceId, occurredAt, properties }) => {
      const { tier } = properties;
      if (resolvedCustomerId === null || originCustomerId === null || typeof tier !== 'string') return [];
      const traits = { tier_code: tier === '' ? null : tier };
      const saidAt = new Date(occurredAt);
      return [
        {
          identifierId: originCustomerId,
          customerId: resolvedCustomerId,
          sourceId,
          saidAt,
          traits,
          priority: tierPriority,
        },
      ];
    });
    await projectCustomers(ctx.tx, tenantId, await recordTraits(ctx.tx, vault, claims));
  }
}

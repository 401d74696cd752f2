import type { Tx } from '#platform/database';
import { runningDefinitions } from '#platform/definitions';
import type { DefinitionKind } from '#platform/definitions';

import { CleaningRules, defaultRules } from './clean-order.ts';

/** Cleaning rules are definitions: draft → preview of what they hit → publish → roll back. A tenant runs one of them. */
export const cleaningKind: DefinitionKind<CleaningRules> = { kind: 'orders.cleaning', schema: CleaningRules };

/** The rules in force, with the version orders are stamped with; version 0 are the product's own. */
export interface RulesInForce {
  readonly rules: CleaningRules;
  readonly version: number;
}

/** The tenant's published cleaning rules, or the product's default ones. */
export async function rulesInForce(ctx: { readonly tx: Tx; readonly tenantId: number }): Promise<RulesInForce> {
  const [running] = await runningDefinitions(ctx.tx, cleaningKind, ctx.tenantId);
  return running ? { rules: running.content, version: running.version } : { rules: defaultRules, version: 0 };
}

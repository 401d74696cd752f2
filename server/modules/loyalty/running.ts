import type { LedgerContext } from '#ledger';
import { brandClock } from '#org';
import type { Actor } from '#platform/context';
import type { Tx } from '#platform/database';
import { runningDefinitions } from '#platform/definitions';

import { programmeKind } from './programme.ts';
import type { PointsRules, Programme } from './programme.ts';

/** What loyalty verbs need of a request, a job or a pipeline batch. */
export type LoyaltyContext = LedgerContext;

/** A company's published programmes, and the clock of its (first) brand. */
export interface Running {
  readonly tenantId: number;
  readonly zone: string;
  readonly programmes: readonly Programme[];
  /** The one programme whose points are in force, if any. */
  readonly points: { readonly programme: Programme; readonly rules: PointsRules } | null;
}

/** Reads what is in force for one company. */
export async function readRunning(ctx: { readonly tx: Tx; readonly tenantId: number }): Promise<Running> {
  const definitions = await runningDefinitions(ctx.tx, programmeKind, ctx.tenantId);
  const main = definitions.find(({ content }) => content.points !== null) ?? definitions[0];
  const programmes = definitions.map((definition) => ({
    programmeId: definition.definitionId,
    name: definition.name,
    version: definition.version,
    content: definition.content,
    isMain: definition === main,
  }));
  const { zone } = await brandClock(ctx);
  const withPoints = programmes.find(({ content }) => content.points !== null);
  const rules = withPoints?.content.points;
  return {
    tenantId: ctx.tenantId,
    zone,
    programmes,
    points: withPoints && rules ? { programme: withPoints, rules } : null,
  };
}

/** The actor of everything loyalty does by itself. */
export const loyaltyActor: Actor = { kind: 'system', name: 'loyalty' };

import type { Context } from '#platform/context';
import { matchingCustomers } from '#segments';

import type { Journey } from './graph.ts';
import { step } from './step.ts';

/** One step a customer would take. */
export interface RehearsedStep {
  readonly nodeId: string;
  readonly kind: string;
  readonly at: Date;
  readonly outcome: string;
}

export interface Rehearsal {
  readonly customerId: number;
  readonly steps: readonly RehearsedStep[];
  readonly ended: string;
}

const mostSteps = 200;

/**
 * What would happen to real customers who entered now: the same step function on a virtual clock, conditions answered by today's
 * facts, awaited events taken as not coming, and nothing given or sent.
 */
export async function rehearseJourney(
  ctx: Context,
  journey: Journey,
  customerIds: readonly number[],
): Promise<Rehearsal[]> {
  const nodes = new Map(journey.nodes.map((node) => [node.id, node]));
  const answers = new Map<string, ReadonlySet<number>>();
  for (const node of journey.nodes) {
    if (node.kind === 'condition') answers.set(node.id, await matchingCustomers(ctx, node.condition, customerIds));
  }
  return customerIds.map((customerId) => {
    const steps: RehearsedStep[] = [];
    let at = ctx.now;
    let nodeId = journey.start;
    let dueAt: Date | null = null;
    while (nodeId !== null && steps.length < mostSteps) {
      const node = nodes.get(nodeId);
      if (!node) return { customerId, steps, ended: 'node_missing' };
      const effects: Readonly<Record<string, string>> = {
        coupon: 'would_issue',
        message: 'would_send',
        tag: 'would_tag',
      };
      const taken = step(
        node,
        { nodeId, dueAt, arrived: false },
        { holds: answers.get(node.id)?.has(customerId), effect: effects[node.kind] },
        at,
      );
      steps.push({ nodeId, kind: node.kind, at, outcome: taken.outcome });
      if (taken.kind === 'stay') {
        at = taken.until;
        dueAt = taken.until;
      } else {
        nodeId = taken.to;
        dueAt = null;
      }
    }
    return { customerId, steps, ended: steps.length >= mostSteps ? 'too_many_steps' : 'completed' };
  });
}

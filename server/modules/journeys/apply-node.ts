import { issueCoupons } from '#coupons';
import { findTemplates, sendMessages, variablesIn } from '#messaging';
import type { Context } from '#platform/context';
import { DomainError } from '#platform/errors';
import { matchingCustomers } from '#segments';
import { addTag, removeTag } from '#tags';

import type { JourneyNode } from './graph.ts';
import { languageOf, messageValues } from './message-values.ts';
import type { Facts } from './step.ts';

/** A run at a node, as far as effects need it. */
export interface AtNode {
  readonly run_id: string;
  readonly journey_id: string;
  readonly customer_id: number;
  readonly steps: number;
  /** How many runs of the same journey the customer had before this one. */
  readonly earlier_runs: number;
  readonly started_at: Date;
}

export type NodeFacts = Facts & { readonly reason?: string | undefined };

/**
 * Does what a node does for all runs that stand at it, in one set, and says per run what came of it. The key of every effect is run,
 * node and visit, so that doing it again would change nothing.
 */
export async function applyNode(
  ctx: Context,
  node: JourneyNode,
  runs: readonly AtNode[],
): Promise<ReadonlyMap<string, NodeFacts>> {
  const key = (run: AtNode) => `journey:${run.run_id}:${node.id}:${run.steps}`;
  switch (node.kind) {
    case 'condition': {
      const holds = await matchingCustomers(
        ctx,
        node.condition,
        runs.map(({ customer_id }) => customer_id),
      );
      return new Map(runs.map((run) => [run.run_id, { holds: holds.has(run.customer_id) }]));
    }
    case 'coupon':
      return giveCoupons(ctx, node, runs);
    case 'message':
      return sendToAll(ctx, node, runs, key);
    case 'tag': {
      const change = node.act === 'add' ? addTag : removeTag;
      await change(
        ctx,
        node.tagId,
        runs.map(({ customer_id }) => customer_id),
        `journey:${runs[0]?.journey_id ?? ''}`,
      );
      return new Map(runs.map((run) => [run.run_id, { effect: node.act === 'add' ? 'tagged' : 'untagged' }]));
    }
    case 'wait':
    case 'wait_event':
    case 'exit':
      return new Map();
    default:
      return node satisfies never;
  }
}

/** Sends the template to everybody at the node, each text with the values of its reader. */
async function sendToAll(
  ctx: Context,
  node: Extract<JourneyNode, { kind: 'message' }>,
  runs: readonly AtNode[],
  key: (run: AtNode) => string,
): Promise<ReadonlyMap<string, NodeFacts>> {
  const template = (await findTemplates(ctx, [node.messageTemplateId])).get(node.messageTemplateId);
  const text = `${template?.subject ?? ''}\n${template?.body ?? ''}`;
  const used = new Set(variablesIn(text));
  const valuesOf = used.size === 0 ? () => ({}) : await messageValues(ctx, used, runs, languageOf(text));
  const sent = await sendMessages(
    ctx,
    runs.map((run) => ({
      key: key(run),
      customerId: run.customer_id,
      templateId: node.messageTemplateId,
      variables: valuesOf(run.customer_id),
      journey: { journeyId: run.journey_id, runId: run.run_id, nodeId: node.id },
    })),
  );
  const outcome = new Map(sent.map((one) => [one.key, one]));
  return new Map(
    runs.map((run) => {
      const one = outcome.get(key(run));
      return [run.run_id, { effect: one?.state ?? 'sent', reason: one?.reason ?? undefined }];
    }),
  );
}

/**
 * One act per visit of the node: a customer who comes by again, in a loop or in a later run, gets another one. A template that ended
 * meanwhile must not hold up everybody behind it, so its refusal is the outcome.
 */
async function giveCoupons(
  ctx: Context,
  node: Extract<JourneyNode, { kind: 'coupon' }>,
  runs: readonly AtNode[],
): Promise<ReadonlyMap<string, NodeFacts>> {
  const facts = new Map<string, NodeFacts>();
  for (const [visit, group] of Map.groupBy(runs, ({ earlier_runs, steps }) => `${earlier_runs}.${steps}`)) {
    const request = {
      templateId: node.couponTemplateId,
      customerIds: group.map(({ customer_id }) => customer_id),
      issueKey: `journey:${group[0]?.journey_id ?? ''}:${node.id}:${visit}`,
      source: 'journey',
    };
    const outcomes = await ctx.tx
      .savepoint(() => issueCoupons(ctx, request))
      .catch((error: unknown) => {
        if (error instanceof DomainError) return error.code;
        throw error;
      });
    const byCustomer =
      typeof outcomes === 'string' ? null : new Map(outcomes.map((one) => [one.customerId, one.outcome]));
    for (const run of group) {
      const outcome = byCustomer?.get(run.customer_id) ?? 'refused';
      const given = outcome === 'issued' || outcome === 'repeated';
      facts.set(
        run.run_id,
        given
          ? { effect: 'issued' }
          : { effect: 'not_issued', reason: typeof outcomes === 'string' ? outcomes : outcome },
      );
    }
  }
  return facts;
}

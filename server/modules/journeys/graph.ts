import * as z from 'zod';

import type { DefinitionKind, DefinitionProblem } from '#platform/definitions';

import { Condition } from '../segments/contract.ts';

const nodeId = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/);
const next = nodeId.nullable();

/** How long, in whole minutes: one minute to a year. */
const minutes = z.int().min(1).max(527_040);

/** Where a customer goes from a node is named by the node itself, so that the graph has no dangling edges by construction. */
export const JourneyNode = z.discriminatedUnion('kind', [
  z.object({ id: nodeId, kind: z.literal('wait'), minutes, next }),
  z.object({
    id: nodeId,
    kind: z.literal('wait_event'),
    event: z.string().min(1).max(100),
    minutes,
    happened: next,
    timedOut: next,
  }),
  z.object({ id: nodeId, kind: z.literal('condition'), condition: Condition, yes: next, no: next }),
  z.object({ id: nodeId, kind: z.literal('coupon'), couponTemplateId: z.uuid(), next }),
  z.object({ id: nodeId, kind: z.literal('message'), messageTemplateId: z.uuid(), next }),
  z.object({ id: nodeId, kind: z.literal('tag'), tagId: z.int().positive(), act: z.enum(['add', 'remove']), next }),
  z.object({ id: nodeId, kind: z.literal('exit') }),
]);
export type JourneyNode = z.output<typeof JourneyNode>;

export const JourneyEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('segment_entered'), segmentId: z.uuid() }),
  z.object({
    kind: z.literal('event'),
    event: z.string().min(1).max(100),
    condition: Condition.nullable().default(null),
  }),
  z.object({ kind: z.literal('one_off'), segmentId: z.uuid() }),
]);
export type JourneyEntry = z.output<typeof JourneyEntry>;

export const Journey = z.object({
  entry: JourneyEntry,
  /** May someone who was in it before enter again: never, or once they are out. */
  reentry: z.enum(['never', 'after_exit']).default('never'),
  /** No more than so many people ever; null for no limit. */
  maxEntrants: z.int().min(1).max(10_000_000).nullable().default(null),
  /** Any of these events takes the customer out at once, also out of a wait. */
  exitOn: z.array(z.string().min(1).max(100)).max(20).default([]),
  start: next,
  nodes: z.array(JourneyNode).max(100),
  /** Where the canvas draws the nodes; means nothing to the engine. */
  layout: z.record(nodeId, z.object({ x: z.number(), y: z.number() })).default({}),
});
export type Journey = z.output<typeof Journey>;

/** The nodes a node can lead to. */
export function successors(node: JourneyNode): string[] {
  const targets =
    node.kind === 'condition'
      ? [node.yes, node.no]
      : node.kind === 'wait_event'
        ? [node.happened, node.timedOut]
        : node.kind === 'exit'
          ? []
          : [node.next];
  return targets.filter((target) => target !== null);
}

const waits = (node: JourneyNode) => node.kind === 'wait' || node.kind === 'wait_event';

/** What stops a journey from being published. */
export function journeyProblems(_ctx: unknown, journey: Journey): DefinitionProblem[] {
  const nodes = new Map(journey.nodes.map((node) => [node.id, node]));
  const problems: DefinitionProblem[] = [];
  if (nodes.size !== journey.nodes.length) problems.push({ code: 'journey_node_twice', path: 'nodes' });
  if (journey.start === null) problems.push({ code: 'journey_without_start', path: 'start' });
  const missing = (target: string, path: string) => {
    if (!nodes.has(target)) problems.push({ code: 'journey_leads_nowhere', path, parameters: { target } });
  };
  if (journey.start !== null) missing(journey.start, 'start');
  for (const node of journey.nodes) for (const target of successors(node)) missing(target, `nodes.${node.id}`);
  for (const id of unreachable(journey, nodes))
    problems.push({ code: 'journey_node_unreachable', path: `nodes.${id}` });
  for (const id of loopsWithoutWait(nodes)) problems.push({ code: 'journey_loop_without_wait', path: `nodes.${id}` });
  return problems;
}

function unreachable(journey: Journey, nodes: ReadonlyMap<string, JourneyNode>): string[] {
  const seen = new Set<string>();
  const visit = (id: string) => {
    const node = nodes.get(id);
    if (!node || seen.has(id)) return;
    seen.add(id);
    for (const target of successors(node)) visit(target);
  };
  if (journey.start !== null) visit(journey.start);
  return [...nodes.keys()].filter((id) => !seen.has(id));
}

/** A loop that never waits would run for ever within one moment. */
function loopsWithoutWait(nodes: ReadonlyMap<string, JourneyNode>): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (id: string) => {
    const node = nodes.get(id);
    if (!node || waits(node)) return;
    if (state.get(id) === 'open') {
      found.push(id);
      return;
    }
    if (state.has(id)) return;
    state.set(id, 'open');
    for (const target of successors(node)) visit(target);
    state.set(id, 'done');
  };
  for (const id of nodes.keys()) visit(id);
  return [...new Set(found)];
}

export const journeyKind: DefinitionKind<Journey> = { kind: 'journey', schema: Journey, problems: journeyProblems };

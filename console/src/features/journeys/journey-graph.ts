import type { Journey, JourneyEntry, JourneyNode } from '@shuke/server/contracts/journeys';

import { layOut } from '../../ui/canvas/graph.ts';
import type { CanvasEdge, CanvasGraph, CanvasNode } from '../../ui/canvas/graph.ts';

type WithoutEdges<Node> = Node extends JourneyNode
  ? Omit<Node, 'id' | 'next' | 'yes' | 'no' | 'happened' | 'timedOut'>
  : never;

/** Who comes in and under which rules; drawn as the first node. */
export interface EntryData {
  readonly kind: 'entry';
  readonly entry: JourneyEntry;
  readonly reentry: Journey['reentry'];
  readonly maxEntrants: number | null;
  readonly exitOn: readonly string[];
}

/** What a node of the canvas holds; where it leads is an edge. */
export type NodeData = WithoutEdges<JourneyNode> | EntryData;
export type JourneyGraph = CanvasGraph<NodeData>;

export const entryId = 'entry';

/** The ways out of a kind of node, by the name of the field that says where they lead. */
export function outputsOf(kind: NodeData['kind']): readonly ('next' | 'yes' | 'no' | 'happened' | 'timedOut')[] {
  if (kind === 'condition') return ['yes', 'no'];
  if (kind === 'wait_event') return ['happened', 'timedOut'];
  return kind === 'exit' ? [] : ['next'];
}

/** A journey as a graph to draw; nodes without a place are laid out. */
export function toGraph(journey: Journey): JourneyGraph {
  const edges: CanvasEdge[] = [];
  const lead = (from: string, output: string, to: string | null | undefined) => {
    if (to !== null && to !== undefined) edges.push({ from, output, to });
  };
  lead(entryId, 'next', journey.start);
  const nodes: CanvasNode<NodeData>[] = [
    place(journey, entryId, {
      kind: 'entry',
      entry: journey.entry,
      reentry: journey.reentry,
      maxEntrants: journey.maxEntrants,
      exitOn: journey.exitOn,
    }),
  ];
  for (const node of journey.nodes) {
    const { id, ...data } = node;
    for (const output of outputsOf(node.kind)) {
      lead(id, output, (node as Readonly<Record<string, unknown>>)[output] as string | null | undefined);
    }
    nodes.push(place(journey, id, withoutEdges(data)));
  }
  const graph = { nodes, edges };
  return nodes.every(({ id }) => journey.layout[id] !== undefined) ? graph : layOut(graph);
}

function place(journey: Journey, id: string, data: NodeData): CanvasNode<NodeData> {
  const { x, y } = journey.layout[id] ?? { x: 0, y: 0 };
  return { id, kind: data.kind, x, y, data };
}

function withoutEdges(data: object): NodeData {
  const edges: ReadonlySet<string> = new Set(['next', 'yes', 'no', 'happened', 'timedOut']);
  return Object.fromEntries(Object.entries(data).filter(([name]) => !edges.has(name))) as unknown as NodeData;
}

/** The journey a graph draws; `before` gives the entry when the entry node was taken away. */
export function toJourney(graph: JourneyGraph, before: Journey): Journey {
  const target = new Map(graph.edges.map(({ from, output, to }) => [`${from} ${output}`, to]));
  const entryNode = graph.nodes.find(({ kind }) => kind === 'entry');
  const held = entryNode?.data.kind === 'entry' ? entryNode.data : { ...before, kind: 'entry' as const };
  const steps = graph.nodes.filter(({ kind }) => kind !== 'entry');
  const isStep = new Set(steps.map(({ id }) => id));
  const leadsTo = (id: string, output: string) => {
    const to = target.get(`${id} ${output}`);
    return to !== undefined && isStep.has(to) ? to : null;
  };
  return {
    entry: held.entry,
    reentry: held.reentry,
    maxEntrants: held.maxEntrants,
    exitOn: [...held.exitOn],
    start: entryNode === undefined ? null : leadsTo(entryNode.id, 'next'),
    nodes: steps.map(
      ({ id, kind, data }) =>
        ({
          ...data,
          id,
          ...Object.fromEntries(outputsOf(kind as NodeData['kind']).map((output) => [output, leadsTo(id, output)])),
        }) as JourneyNode,
    ),
    layout: Object.fromEntries(
      graph.nodes.map(({ id, kind, x, y }) => [
        kind === 'entry' ? entryId : id,
        { x: Math.round(x), y: Math.round(y) },
      ]),
    ),
  };
}

export const durationUnits = { minutes: 1, hours: 60, days: 1_440 } as const;
export type DurationUnit = keyof typeof durationUnits;

/** Minutes in the largest unit that leaves no rest. */
export function splitMinutes(minutes: number): { amount: number; unit: DurationUnit } {
  const unit = (['days', 'hours', 'minutes'] as const).find((one) => minutes % durationUnits[one] === 0) ?? 'minutes';
  return { amount: minutes / durationUnits[unit], unit };
}

/** The coupon given last on the nearest way from the entry to a node; undefined where none is given. */
export function couponBefore(graph: JourneyGraph, nodeId: string): string | undefined {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node.data]));
  const seen = new Set([nodeId]);
  let edge = [nodeId];
  while (edge.length > 0) {
    const before = graph.edges.filter(({ to }) => edge.includes(to)).map(({ from }) => from);
    edge = [...new Set(before)].filter((id) => !seen.has(id));
    for (const id of edge) {
      seen.add(id);
      const data = nodes.get(id);
      if (data?.kind === 'coupon' && data.couponTemplateId !== '') return data.couponTemplateId;
    }
  }
  return undefined;
}

import { isTelling } from './identifier-kinds.ts';
import type { GraphIdentifier, GraphLink, IdentifierState, IdentityGraph, Verdict } from './identity-graph.ts';
import { groupOf, Partition } from './partition.ts';

/** A link with the numbers of its ends: of the era it falls in, once an end has eras. */
export interface Edge extends GraphLink {
  /** Its place in the graph's list of links. */
  readonly index: number;
  one: number;
  other: number;
  /** Both ends are strong or medium. */
  readonly telling: boolean;
  /** Priority of the less telling end. */
  readonly rank: number;
}

/** What the steps of clustering share. Nodes and edges stand in an order of their own, whatever order they were given in. */
export interface Work {
  /** Identifiers by id, then one more node per later era of a recycled one. */
  readonly nodes: GraphIdentifier[];
  readonly eraOf: number[];
  readonly numberOf: ReadonlyMap<number, number>;
  readonly edges: readonly Edge[];
  readonly partition: Partition;
  /** First days of the later eras of recycled identifiers, and their nodes. */
  readonly eras: Map<number, readonly number[]>;
  readonly eraNodes: Map<number, readonly number[]>;
  readonly states: Map<number, IdentifierState>;
  /** By the link's place in the graph; undefined while nothing speaks against it. */
  readonly verdicts: (Verdict | undefined)[];
  stateOf(node: number): IdentifierState;
  edgesOf(node: number): readonly Edge[];
  addEras(identifier: GraphIdentifier, laterStarts: readonly number[]): void;
}

/** Puts a graph in order and takes out what can say nothing. */
export function openWork(graph: IdentityGraph): Work {
  const nodes = graph.identifiers.toSorted((x, y) => x.id - y.id);
  const numberOf = new Map(nodes.map((node, index) => [node.id, index]));
  const edges = edgesFrom(graph, nodes, numberOf);
  const incident: Edge[][] = nodes.map(() => []);
  for (const edge of edges) {
    incident[edge.one]?.push(edge);
    incident[edge.other]?.push(edge);
  }
  const partition = new Partition();
  for (const node of nodes) partition.add(node);
  const states = findShared(nodes, incident);
  const eraOf = nodes.map(() => 0);
  const eras = new Map<number, readonly number[]>();
  const eraNodes = new Map<number, readonly number[]>();
  const identifierCount = nodes.length;
  const work: Work = {
    nodes,
    eraOf,
    numberOf,
    edges,
    partition,
    eras,
    eraNodes,
    states,
    verdicts: edges.map(() => undefined),
    stateOf: (node) => states.get(nodes[node]?.id ?? 0) ?? 'active',
    edgesOf: (node) => incident[node] ?? [],
    addEras(identifier, laterStarts) {
      eras.set(identifier.id, laterStarts);
      const added = [...laterStarts.keys()].map((era) => {
        nodes.push(identifier);
        eraOf.push(era + 1);
        return partition.add(identifier);
      });
      eraNodes.set(identifier.id, added);
    },
  };
  for (const node of nodes.slice(0, identifierCount)) if (node.fixedEras?.length) work.addEras(node, node.fixedEras);
  for (const edge of edges) {
    for (const id of [edge.a, edge.b]) if (eras.has(id)) eraNode(work, edge, id);
    const silent = [work.stateOf(edge.one), work.stateOf(edge.other)].find((state) => state !== 'active');
    if (silent === 'shared' || silent === 'blocked') work.verdicts[edge.index] = silent;
  }
  return work;
}

function edgesFrom(
  graph: IdentityGraph,
  nodes: readonly GraphIdentifier[],
  numberOf: ReadonlyMap<number, number>,
): Edge[] {
  const number = (id: number): number => {
    const found = numberOf.get(id);
    if (found === undefined) throw new RangeError(`link to identifier ${id}, which is not in the graph`);
    return found;
  };
  return graph.links
    .flatMap((link, index): Edge[] => {
      const [one, other] = [number(link.a), number(link.b)];
      const [left, right] = [nodes[one]?.rules, nodes[other]?.rules];
      if (!left || !right) return [];
      const telling = isTelling(left) && isTelling(right);
      return [{ ...link, index, one, other, telling, rank: Math.max(left.priority, right.priority) }];
    })
    .toSorted((x, y) => x.a - y.a || x.b - y.b);
}

/** A store's tablet, a clerk's phone, the card number for passers-by: seen with too many people, they say nothing. */
function findShared(
  nodes: readonly GraphIdentifier[],
  incident: readonly (readonly Edge[])[],
): Map<number, IdentifierState> {
  const states = new Map<number, IdentifierState>();
  for (const [index, node] of nodes.entries()) {
    const left = new Map<string, number>();
    let shared = false;
    for (const { one, other, claimed } of incident[index] ?? []) {
      const partner = nodes[one === index ? other : one];
      if (!partner || claimed || partner.rules.sharedAbove === Infinity) continue;
      const group = groupOf(partner);
      const room = (left.get(group) ?? partner.rules.sharedAbove) - 1;
      left.set(group, room);
      shared ||= room < 0;
    }
    states.set(node.id, node.fixedState ?? (shared ? 'shared' : 'active'));
  }
  return states;
}

/** Turns the link's end to the node of the era it falls in; a link over more than one era says nothing. */
export function eraNode(work: Work, edge: Edge, id: number): void {
  const starts = work.eras.get(id) ?? [];
  const eraAt = (day: number) => starts.filter((start) => start <= day).length;
  const era = eraAt(edge.lastDay);
  if (era !== eraAt(edge.firstDay)) {
    work.verdicts[edge.index] = 'recycled';
    return;
  }
  const node = work.eraNodes.get(id)?.[era - 1];
  if (node === undefined) return;
  if (edge.a === id) edge.one = node;
  else edge.other = node;
}

/** Notes why a link joins nothing, unless something was noted before. */
export function refuse(work: Work, { index }: Edge, verdict: Verdict): void {
  work.verdicts[index] ??= verdict;
}

/** Most telling kinds first, then more sources, longer acquaintance, earlier beginning; last the ids, which are hashes. */
export function byEvidence(x: Edge, y: Edge): number {
  return (
    x.rank - y.rank ||
    y.sources.length - x.sources.length ||
    y.lastDay - y.firstDay - (x.lastDay - x.firstDay) ||
    x.firstDay - y.firstDay ||
    x.a - y.a ||
    x.b - y.b
  );
}

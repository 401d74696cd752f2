import { judgeOwnership } from './claimants.ts';
import type { Claimant } from './claimants.ts';
import { attachDisputed, attachUnverified, attachWeak } from './cluster-attach.ts';
import { byEvidence, eraNode, openWork, refuse } from './cluster-work.ts';
import type { Edge, Work } from './cluster-work.ts';
import { findHarmony } from './harmony.ts';
import { dropBorrowedPhones } from './home-phones.ts';
import { isTelling } from './identifier-kinds.ts';
import type { Clustering, IdentityGraph, Member, Verdict } from './identity-graph.ts';

/**
 * The partition of identifiers into customers, from scratch and as a pure function of the set of evidence: any order of identifiers,
 * links and arrival gives the same clusters. Staff's decisions first, then strong identifiers among each other, then phones, e-mails
 * and buyer accounts that only one person claims, last whatever merely belongs to somebody (devices, disputed phones).
 */
export function clusterComponent(graph: IdentityGraph): Clustering {
  const { customers, rest, restLinks } = findHarmony(graph);
  const weighed = weighEvidence(rest);
  const tells = new Map(graph.identifiers.map(({ id, rules }) => [id, isTelling(rules)]));
  const verdicts = graph.links.map(({ a, b }): Verdict => (tells.get(a) && tells.get(b) ? 'joined' : 'attached'));
  const doubts = graph.links.map(() => false);
  for (const [index, link] of restLinks.entries()) {
    verdicts[link] = weighed.verdicts[index] ?? 'weak';
    doubts[link] = weighed.doubts[index] ?? true;
  }
  const states = new Map(weighed.states);
  for (const { id } of customers.flat()) states.set(id, 'active');
  const simple = customers.map((identifiers) => identifiers.map(({ id }): Member => ({ id, era: 0 })));
  return { clusters: [...simple, ...weighed.clusters], eras: weighed.eras, states, verdicts, doubts };
}

/** The same for evidence that may contradict itself. */
export function weighEvidence(graph: IdentityGraph): Clustering {
  const work = openWork(graph);
  followDecisions(work, graph);
  joinInOrder(
    work,
    work.edges.filter((edge) => isJoining(work, edge) && bothStrong(work, edge)),
  );
  dropBorrowedPhones(work, (edge) => isJoining(work, edge));
  judgeClaims(work);
  joinInOrder(
    work,
    work.edges.filter((edge) => isJoining(work, edge) && !bothStrong(work, edge)),
  );
  attachDisputed(work);
  attachWeak(work);
  attachUnverified(work);
  return clusteringOf(work);
}

function followDecisions(work: Work, { decisions }: IdentityGraph): void {
  const newestFirst = decisions.toSorted(
    (x, y) => y.decidedAtMs - x.decidedAtMs || (x.decisionId < y.decisionId ? 1 : -1),
  );
  const nodesOf = (ids: readonly number[]) => ids.flatMap((id) => work.numberOf.get(id) ?? []);
  for (const { decisionId, kind, sideA, sideB } of newestFirst) {
    const sides = [nodesOf(sideA), nodesOf(sideB)] as const;
    for (const [first, ...others] of sides) {
      if (first !== undefined) for (const other of others) work.partition.force(first, other);
    }
    const [[a], [b]] = sides;
    if (kind !== 'split' || a === undefined || b === undefined || work.partition.together(a, b)) continue;
    for (const node of sides[0]) work.partition.standOn(decisionId, node, 'a');
    for (const node of sides[1]) work.partition.standOn(decisionId, node, 'b');
  }
}

/** Whether a link may join two people at all: both ends tell, neither is shared or disputed, and it is not merely typed in. */
function isJoining(work: Work, { telling, claimed, one, other, index }: Edge): boolean {
  return (
    telling &&
    !claimed &&
    work.verdicts[index] === undefined &&
    work.stateOf(one) === 'active' &&
    work.stateOf(other) === 'active'
  );
}

function bothStrong({ nodes }: Work, { one, other }: Edge): boolean {
  return nodes[one]?.rules.strength === 'strong' && nodes[other]?.rules.strength === 'strong';
}

function joinInOrder(work: Work, edges: readonly Edge[]): void {
  for (const edge of edges.toSorted(byEvidence)) {
    const refusal = work.partition.join(edge.one, edge.other);
    if (refusal) refuse(work, edge, refusal);
  }
}

/** Looks at every phone, e-mail and buyer account that more than one person claims, against the people as strong identifiers made them. */
function judgeClaims(work: Work): void {
  const judged = work.nodes.flatMap((identifier, node) => {
    if (identifier.rules.strength !== 'medium' || work.stateOf(node) !== 'active') return [];
    // Staff decided whose it is.
    if (identifier.fixedEras !== undefined || work.partition.hasStrong(node)) return [];
    const claimants = claimantsOf(work, node);
    return claimants.length < 2
      ? []
      : [{ identifier, node, ownership: judgeOwnership(identifier, claimants, work.partition) }];
  });
  for (const { identifier, node, ownership } of judged) {
    if (ownership.kind === 'contested') work.states.set(identifier.id, 'contested');
    if (ownership.kind === 'owned') for (const index of ownership.incidental) work.verdicts[index] = 'incidental';
    if (ownership.kind === 'recycled') {
      work.addEras(identifier, ownership.laterStarts);
      for (const edge of work.edgesOf(node)) eraNode(work, edge, identifier.id);
    }
  }
}

function claimantsOf(work: Work, node: number): Claimant[] {
  const found = new Map<number, Claimant>();
  for (const edge of work.edgesOf(node)) {
    if (!isJoining(work, edge)) continue;
    const partner = edge.one === node ? edge.other : edge.one;
    if (!work.partition.hasStrong(partner)) continue;
    const root = work.partition.root(partner);
    const before = found.get(root);
    found.set(root, {
      node: Math.min(before?.node ?? Infinity, partner),
      firstDay: Math.min(before?.firstDay ?? Infinity, edge.firstDay),
      lastDay: Math.max(before?.lastDay ?? -Infinity, edge.lastDay),
      sources: new Set([...(before?.sources ?? []), ...edge.sources]),
      links: [...(before?.links ?? []), edge.index],
    });
  }
  return [...found.values()];
}

function clusteringOf(work: Work): Clustering {
  const clusters = new Map<number, Member[]>();
  for (const [node, { id }] of work.nodes.entries()) {
    const root = work.partition.root(node);
    const members = clusters.get(root) ?? [];
    members.push({ id, era: work.eraOf[node] ?? 0 });
    clusters.set(root, members);
  }
  const inOrder = work.edges.toSorted((x, y) => x.index - y.index);
  return {
    clusters: [...clusters.values()],
    eras: work.eras,
    states: work.states,
    verdicts: inOrder.map(({ index, one, other }): Verdict => {
      const verdict = work.verdicts[index];
      if (!work.partition.together(one, other)) return verdict ?? 'weak';
      return verdict === 'attached' ? 'attached' : 'joined';
    }),
    doubts: inOrder.map(({ index, one, other }) => {
      const verdict = work.verdicts[index];
      // Whoever is shared or blocked stays so: more of the same changes nothing.
      if (verdict === 'shared' || verdict === 'blocked') return false;
      return !work.partition.together(one, other) || (verdict !== undefined && verdict !== 'attached');
    }),
  };
}

import { byEvidence, refuse } from './cluster-work.ts';
import type { Edge, Work } from './cluster-work.ts';
import { isTelling } from './identifier-kinds.ts';

/** Gives every disputed phone, e-mail or buyer account to the one it was seen with most: to be found there, joining nobody. */
export function attachDisputed(work: Work): void {
  for (const [node, { id, rules }] of work.nodes.entries()) {
    if (!isTelling(rules) || work.states.get(id) !== 'contested') continue;
    const edges = work.edgesOf(node).filter((edge) => {
      const partner = other(edge, node);
      return edge.telling && !edge.claimed && work.stateOf(partner) === 'active';
    });
    attachToBest(work, node, edges);
    for (const edge of work.edgesOf(node))
      if (!work.partition.together(edge.one, edge.other)) refuse(work, edge, 'contested');
  }
}

/** Gives every device, address and receiver's phone to the known person it was seen with most, then joins devices nobody is known for. */
export function attachWeak(work: Work): void {
  for (const [node, { rules }] of work.nodes.entries()) {
    if (isTelling(rules) || work.stateOf(node) !== 'active' || work.partition.hasTelling(node)) continue;
    const edges = work
      .edgesOf(node)
      .filter((edge) => !edge.claimed && usable(work, edge) && tells(work, other(edge, node)));
    attachToBest(work, node, edges);
  }
  const among = work.edges.filter((edge) => usable(work, edge) && !tells(work, edge.one) && !tells(work, edge.other));
  for (const edge of among.toSorted(byEvidence)) {
    // A device at two people's is no reason to think them one; a hint follows one device and brings no two together.
    if (work.partition.together(edge.one, edge.other)) continue;
    if (bothKnown(work, edge) || [edge.one, edge.other].some((node) => isTakenHint(work, node)))
      refuse(work, edge, 'weak');
    else join(work, edge);
  }
}

/** Gives a phone or e-mail nobody verified to whoever typed it, as long as nothing verified says whose it is. */
export function attachUnverified(work: Work): void {
  const free = new Set<number>();
  for (const [node, { rules }] of work.nodes.entries()) {
    if (!isTelling(rules) || work.stateOf(node) !== 'active' || work.partition.sizeOf(node) > 1) continue;
    if (work.edgesOf(node).some((edge) => edge.claimed)) free.add(node);
  }
  for (const node of free) {
    const edges = work
      .edgesOf(node)
      .filter((edge) => edge.claimed && usable(work, edge) && !free.has(other(edge, node)));
    attachToBest(work, node, edges);
  }
  const typedTogether = work.edges.filter(
    (edge) => edge.claimed && free.has(edge.one) && free.has(edge.other) && !bothSettled(work, edge),
  );
  for (const edge of typedTogether.toSorted(byEvidence)) join(work, edge);
  for (const edge of work.edges)
    if (edge.claimed && !work.partition.together(edge.one, edge.other)) refuse(work, edge, 'claimed');
}

function attachToBest(work: Work, node: number, edges: readonly Edge[]): void {
  const [best] = edges.toSorted(byAcquaintance(work, node));
  if (best && join(work, best)) work.verdicts[best.index] ??= 'attached';
}

function join(work: Work, edge: Edge): boolean {
  const { partition } = work;
  // Devices and addresses bring no value a customer may have only so many of.
  const weak = [edge.one, edge.other].some((node) => !partition.hasTelling(node));
  const refusal = weak ? partition.attach(edge.one, edge.other) : partition.join(edge.one, edge.other);
  if (refusal) refuse(work, edge, refusal);
  return refusal === null;
}

/** Seen together longest, then latest; then the more telling partner. */
function byAcquaintance(work: Work, node: number): (x: Edge, y: Edge) => number {
  const priority = (edge: Edge) => work.nodes[other(edge, node)]?.rules.priority ?? 99;
  return (x, y) =>
    y.lastDay - y.firstDay - (x.lastDay - x.firstDay) ||
    y.lastDay - x.lastDay ||
    y.sources.length - x.sources.length ||
    priority(x) - priority(y) ||
    x.a - y.a ||
    x.b - y.b;
}

function other(edge: Edge, node: number): number {
  return edge.one === node ? edge.other : edge.one;
}

function usable(work: Work, edge: Edge): boolean {
  return (
    work.verdicts[edge.index] === undefined &&
    work.stateOf(edge.one) === 'active' &&
    work.stateOf(edge.other) === 'active'
  );
}

function tells(work: Work, node: number): boolean {
  const identifier = work.nodes[node];
  return identifier !== undefined && isTelling(identifier.rules);
}

function isTakenHint({ nodes, partition }: Work, node: number): boolean {
  return nodes[node]?.rules.strength === 'hint' && partition.sizeOf(node) > 1;
}

function bothKnown({ partition }: Work, { one, other }: Edge): boolean {
  return partition.hasTelling(one) && partition.hasTelling(other) && !partition.together(one, other);
}

function bothSettled({ partition }: Work, { one, other }: Edge): boolean {
  return partition.sizeOf(one) > 1 && partition.sizeOf(other) > 1 && !partition.together(one, other);
}

import { isTelling } from './identifier-kinds.ts';
import type { GraphIdentifier, IdentityGraph } from './identity-graph.ts';
import { groupOf } from './partition.ts';

/** A graph taken apart: components in which nothing can be refused, each one customer, and all the rest. */
export interface Harmony {
  readonly customers: readonly (readonly GraphIdentifier[])[];
  readonly rest: IdentityGraph;
  /** For each link of the rest its place in the whole graph. */
  readonly restLinks: readonly number[];
}

const largest = 200;

/**
 * Most people are simple: one phone, no two values of anything of which there may be one, nothing typed in, shared or decided. Whatever
 * the order, all their evidence then joins, so they need no weighing.
 */
export function findHarmony(graph: IdentityGraph): Harmony {
  const place = new Map(graph.identifiers.map(({ id }, index) => [id, index]));
  const at = (id: number) => place.get(id) ?? -1;
  const whole = new Forest(graph.identifiers.length);
  const tellings = new Forest(graph.identifiers.length);
  const tells = graph.identifiers.map(({ rules }) => isTelling(rules));
  /** Identifiers whose component must be weighed. */
  const doubtful: number[] = [];
  const isHint = (index: number) => graph.identifiers[index]?.rules.strength === 'hint';
  for (const { a, b, claimed } of graph.links) {
    const [one, other] = [at(a), at(b)];
    whole.join(one, other);
    if (claimed) doubtful.push(one);
    if (tells[one] && tells[other]) tellings.join(one, other);
    // A hint follows one device and brings no two together, so it matters which.
    if (!tells[one] && !tells[other] && [one, other].some(isHint)) doubtful.push(one);
  }
  for (const { sideA, sideB } of graph.decisions) doubtful.push(...[...sideA, ...sideB].map(at));
  for (const [index, { fixedState, fixedEras }] of graph.identifiers.entries()) {
    if (fixedState !== undefined || fixedEras !== undefined) doubtful.push(index);
  }
  const weighed = new Set(doubtful.filter((index) => index >= 0).map((index) => whole.root(index)));
  const components = new Map<number, number[]>();
  for (const index of graph.identifiers.keys()) {
    const root = whole.root(index);
    const members = components.get(root);
    if (members) members.push(index);
    else components.set(root, [index]);
  }
  const customers: GraphIdentifier[][] = [];
  for (const [root, members] of components) {
    if (weighed.has(root)) continue;
    const identifiers = members.flatMap((index) => graph.identifiers[index] ?? []);
    if (
      isSimple(identifiers) &&
      isOne(
        tellings,
        members.filter((index) => tells[index]),
      )
    )
      customers.push(identifiers);
    else weighed.add(root);
  }
  const isRest = (id: number) => weighed.has(whole.root(at(id)));
  const restLinks = [...graph.links.keys()].filter((index) => isRest(graph.links[index]?.a ?? -1));
  return {
    customers,
    restLinks,
    rest: {
      identifiers: graph.identifiers.filter(({ id }) => isRest(id)),
      links: restLinks.flatMap((index) => graph.links[index] ?? []),
      decisions: graph.decisions,
    },
  };
}

/** No kind and scope has more values than one customer may have, and there is at most one phone. */
function isSimple(identifiers: readonly GraphIdentifier[]): boolean {
  if (identifiers.length > largest) return false;
  const held = new Map<string, number>();
  let phones = 0;
  for (const identifier of identifiers) {
    const { rules } = identifier;
    if (rules.limit === Infinity) continue;
    if (rules.recycled) phones += 1;
    const group = groupOf(identifier);
    const count = (held.get(group) ?? 0) + 1;
    if (count > rules.limit || phones > 1) return false;
    held.set(group, count);
  }
  return true;
}

function isOne(forest: Forest, members: readonly number[]): boolean {
  const [first] = members;
  return first === undefined || members.every((member) => forest.root(member) === forest.root(first));
}

/** Disjoint sets of numbers. */
class Forest {
  readonly #parent: Int32Array;

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, index) => index);
  }

  root(node: number): number {
    let root = node;
    while (this.#up(root) !== root) {
      this.#parent[root] = this.#up(this.#up(root));
      root = this.#up(root);
    }
    return root;
  }

  #up(node: number): number {
    return this.#parent[node] ?? node;
  }

  join(one: number, other: number): void {
    this.#parent[this.root(one)] = this.root(other);
  }
}

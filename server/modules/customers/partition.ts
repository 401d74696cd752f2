import { isTelling } from './identifier-kinds.ts';
import type { GraphIdentifier, Verdict } from './identity-graph.ts';

/** Evidence joins no customer larger than this. */
const largest = 1_000;

interface NodeSet {
  size: number;
  strong: boolean;
  telling: boolean;
  /** How many values of each limited kind and scope it holds. */
  readonly held: Map<string, { count: number; limit: number }>;
  /** On which side of which split decision it stands. */
  readonly sides: Map<string, 'a' | 'b'>;
}

/** Sets of nodes that grow by joining, and refuse a join that would break a guard. */
export class Partition {
  readonly #parent: number[] = [];
  readonly #sets: NodeSet[] = [];

  /** Adds a node as a set of its own and returns its number. */
  add(node: GraphIdentifier): number {
    const { rules } = node;
    this.#sets.push({
      size: 1,
      strong: rules.strength === 'strong',
      telling: isTelling(rules),
      held: new Map([[groupOf(node), { count: 1, limit: rules.limit }]]),
      sides: new Map(),
    });
    return this.#parent.push(this.#parent.length) - 1;
  }

  root(node: number): number {
    let root = node;
    for (let parent = this.#parent[root]; parent !== root; parent = this.#parent[root]) {
      if (parent === undefined) throw new RangeError(`node ${node} is not in the graph`);
      root = parent;
    }
    for (let step = node; step !== root;) {
      const next = this.#parent[step] ?? root;
      this.#parent[step] = root;
      step = next;
    }
    return root;
  }

  together(one: number, other: number): boolean {
    return this.root(one) === this.root(other);
  }

  sizeOf(node: number): number {
    return this.#set(node).size;
  }

  hasStrong(node: number): boolean {
    return this.#set(node).strong;
  }

  hasTelling(node: number): boolean {
    return this.#set(node).telling;
  }

  /** What forbids all these nodes' sets to be one; null when nothing does. */
  refusal(nodes: readonly number[]): Verdict | null {
    const sets = this.#distinct(nodes);
    if (sets.length < 2) return null;
    if (standApart(sets)) return 'kept_apart';
    if (sets.reduce((sum, { size }) => sum + size, 0) > largest) return 'too_large';
    const together = new Map<string, { holders: number; count: number }>();
    for (const { held } of sets) {
      for (const [group, { count, limit }] of held) {
        const before = together.get(group);
        const now = { holders: (before?.holders ?? 0) + 1, count: (before?.count ?? 0) + count };
        // A set over the limit by itself (staff joined it) may still grow by others that bring no such value.
        if (now.holders > 1 && now.count > limit) return limit === 1 ? 'single_valued' : 'over_limit';
        together.set(group, now);
      }
    }
    return null;
  }

  /** Joins two sets unless a guard forbids it; returns what forbade it. */
  join(one: number, other: number): Verdict | null {
    const refusal = this.refusal([one, other]);
    if (refusal === null) this.#unite(one, other);
    return refusal;
  }

  /** Lets a weak identifier's set follow another; no limit counts here, only staff's decisions. */
  attach(one: number, other: number): Verdict | null {
    if (standApart(this.#distinct([one, other]))) return 'kept_apart';
    this.#unite(one, other);
    return null;
  }

  /** Joins two sets that staff hold together: only a later decision to keep them apart can forbid it. */
  force(one: number, other: number): void {
    if (!standApart(this.#distinct([one, other]))) this.#unite(one, other);
  }

  /** Puts a node's set on one side of a decision to keep two sides apart. */
  standOn(decision: string, node: number, side: 'a' | 'b'): void {
    const { sides } = this.#set(node);
    if (!sides.has(decision)) sides.set(decision, side);
  }

  #distinct(nodes: readonly number[]): NodeSet[] {
    return [...new Set(nodes.map((node) => this.#set(node)))];
  }

  #set(node: number): NodeSet {
    const set = this.#sets[this.root(node)];
    if (!set) throw new RangeError(`node ${node} is not in the graph`);
    return set;
  }

  #unite(one: number, other: number): void {
    if (this.together(one, other)) return;
    const [small, big] = this.sizeOf(one) < this.sizeOf(other) ? [one, other] : [other, one];
    const from = this.#set(small);
    const into = this.#set(big);
    this.#parent[this.root(small)] = this.root(big);
    into.size += from.size;
    into.strong ||= from.strong;
    into.telling ||= from.telling;
    for (const [group, { count, limit }] of from.held) {
      into.held.set(group, { count: count + (into.held.get(group)?.count ?? 0), limit });
    }
    for (const [decision, side] of from.sides) into.sides.set(decision, side);
  }
}

function standApart(sets: readonly NodeSet[]): boolean {
  const seen = new Map<string, 'a' | 'b'>();
  for (const { sides } of sets) {
    for (const [decision, side] of sides) {
      if ((seen.get(decision) ?? side) !== side) return true;
      seen.set(decision, side);
    }
  }
  return false;
}

/** Identifiers of one kind and scope, of which a customer may have only so many. */
export function groupOf({ kind, scope }: GraphIdentifier): string {
  return `${kind}\u0000${scope}`;
}

import fc from 'fast-check';

import { identifierKind } from '../identifier-kinds.ts';
import type { GraphIdentifier, GraphLink, IdentityGraph } from '../identity-graph.ts';

interface Pool {
  readonly kind: string;
  readonly scope: string;
  readonly count: number;
}

/** A small town: few identifiers of every kind, so that random evidence collides, conflicts, recycles and shares all the time. */
const pools: readonly Pool[] = [
  { kind: 'member_no', scope: 'brand', count: 5 },
  { kind: 'unionid', scope: 'platform', count: 5 },
  { kind: 'openid', scope: 'app1', count: 4 },
  { kind: 'external_userid', scope: 'corp', count: 3 },
  { kind: 'phone', scope: '', count: 5 },
  { kind: 'email', scope: '', count: 3 },
  { kind: 'buyer_id', scope: 'tmall', count: 5 },
  { kind: 'device', scope: '', count: 5 },
  { kind: 'receiver_phone', scope: '', count: 2 },
];

/** All identifiers of the town; ids are spread so that their order says nothing about their kind. */
export const townIdentifiers: readonly GraphIdentifier[] = pools.flatMap(({ kind, scope, count }, pool) =>
  Array.from({ length: count }, (_, index) => ({
    id: ((pool * 31 + index * 977 + 17) * 7919) % 1_000_003,
    kind,
    scope,
    rules: identifierKind(kind),
  })),
);

const identifier = fc.constantFrom(...townIdentifiers);
const sourceSet = fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });

const link: fc.Arbitrary<GraphLink | null> = fc
  .record({
    one: identifier,
    other: identifier,
    firstDay: fc.integer({ min: 0, max: 600 }),
    span: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 200 })),
    sources: sourceSet,
    claimed: fc.boolean(),
  })
  .map(({ one, other, firstDay, span, sources, claimed }) => {
    if (one.id === other.id) return null;
    const typed = [one, other].some(({ kind }) => kind === 'phone' || kind === 'email');
    return {
      a: Math.min(one.id, other.id),
      b: Math.max(one.id, other.id),
      firstDay,
      lastDay: firstDay + span,
      sources: sources.toSorted((x, y) => x - y),
      claimed: claimed && typed,
    };
  });

/** Random evidence over the town, at most one link per pair. */
export const townLinks: fc.Arbitrary<GraphLink[]> = fc
  .array(link, { minLength: 1, maxLength: 60 })
  .map((links) => [
    ...new Map(links.flatMap((item) => (item ? [[`${item.a}:${item.b}`, item] as const] : []))).values(),
  ]);

/** Little evidence, so that many components contradict nothing. */
export const sparseLinks: fc.Arbitrary<GraphLink[]> = townLinks.map((links) => links.slice(0, 14));

export function townGraph(links: readonly GraphLink[], decisions: IdentityGraph['decisions'] = []): IdentityGraph {
  return { identifiers: townIdentifiers, links, decisions };
}

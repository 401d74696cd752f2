import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { clusterComponent, weighEvidence } from './cluster-component.ts';
import { identifierKind } from './identifier-kinds.ts';
import type { Clustering, GraphDecision, GraphIdentifier, GraphLink, IdentityGraph } from './identity-graph.ts';
import { groupOf } from './partition.ts';
import { sparseLinks, townGraph, townIdentifiers, townLinks } from './testing/identity-arbitrary.ts';

/** Clusters as sorted texts, so that two clusterings can be compared. */
function shape({ clusters, eras, states }: Clustering): unknown {
  return {
    clusters: clusters
      .map((members) =>
        members
          .map(({ id, era }) => `${id}/${era}`)
          .sort()
          .join(' '),
      )
      .sort(),
    eras: [...eras].sort(([x], [y]) => x - y),
    states: [...states].sort(([x], [y]) => x - y),
  };
}

const kindOf = new Map(townIdentifiers.map((identifier) => [identifier.id, identifier]));

/** A tiny graph written by hand: `n('phone', 'p')` names a node, `seen(a, b, …)` a link. */
function story() {
  const identifiers = new Map<string, GraphIdentifier>();
  const links: GraphLink[] = [];
  const decisions: GraphDecision[] = [];
  const n = (kind: string, name: string, scope = kind): number => {
    const key = `${kind}:${scope}:${name}`;
    const found = identifiers.get(key);
    if (found) return found.id;
    const id = ((identifiers.size + 1) * 7919) % 104_729;
    identifiers.set(key, { id, kind, scope, rules: identifierKind(kind) });
    return id;
  };
  const seen = (one: number, other: number, days: [number, number] = [0, 0], sources = [1], claimed = false) => {
    const [a, b] = one < other ? [one, other] : [other, one];
    links.push({ a, b, firstDay: days[0], lastDay: days[1], sources, claimed });
  };
  const decide = (kind: GraphDecision['kind'], sideA: number[], sideB: number[] = [], at = decisions.length) => {
    decisions.push({ decisionId: `d${decisions.length}`, kind, sideA, sideB, decidedAtMs: at });
  };
  const graph = (): IdentityGraph => ({ identifiers: [...identifiers.values()], links, decisions });
  const cluster = () => {
    const clustering = clusterComponent(graph());
    const groupOfNode = new Map(
      clustering.clusters.flatMap((members, index) => members.map(({ id, era }) => [`${id}/${era}`, index] as const)),
    );
    const together = (one: number, other: number, era = 0) =>
      groupOfNode.get(`${one}/${era}`) === groupOfNode.get(`${other}/0`);
    return { ...clustering, together };
  };
  return { n, seen, decide, cluster };
}

describe('for any evidence', () => {
  test('the order in which identifiers and links are given changes nothing', () => {
    fc.assert(
      fc.property(townLinks, fc.infiniteStream(fc.nat()), (links, randoms) => {
        const numbers = randoms[Symbol.iterator]();
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, at: numbers.next().value as number }))
            .sort((x, y) => x.at - y.at)
            .map(({ item }) => item);
        const graph = townGraph(links);
        const other = { ...graph, identifiers: shuffled(graph.identifiers), links: shuffled(links) };
        expect(shape(clusterComponent(other))).toEqual(shape(clusterComponent(graph)));
      }),
      { numRuns: 500 },
    );
  });

  test('every identifier is in exactly one cluster per era, and no cluster breaks a limit', () => {
    fc.assert(
      fc.property(townLinks, (links) => {
        const { clusters, eras } = clusterComponent(townGraph(links));
        const members = clusters.flat().map(({ id, era }) => `${id}/${era}`);
        const expected = townIdentifiers.flatMap(({ id }) =>
          [0, ...(eras.get(id) ?? []).map((_, k) => k + 1)].map((era) => `${id}/${era}`),
        );
        expect(members.toSorted()).toEqual(expected.toSorted());
        for (const cluster of clusters) {
          const held = new Map<string, Set<number>>();
          for (const { id } of cluster) {
            const identifier = kindOf.get(id);
            if (!identifier) throw new Error('unknown identifier');
            const group = groupOf(identifier);
            held.set(group, new Set([...(held.get(group) ?? []), id]));
            expect(held.get(group)?.size).toBeLessThanOrEqual(identifier.rules.limit);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('people who need no weighing come out the same when they are weighed', () => {
    fc.assert(
      fc.property(sparseLinks, (links) => {
        const graph = townGraph(links);
        expect(shape(clusterComponent(graph))).toEqual(shape(weighEvidence(graph)));
      }),
      { numRuns: 1_000 },
    );
  });

  test('components that share no evidence do not influence each other', () => {
    fc.assert(
      fc.property(townLinks, (links) => {
        const moved = links.map((link) => ({ ...link, a: link.a + 2_000_000, b: link.b + 2_000_000 }));
        const twins = townIdentifiers.map((identifier) => ({ ...identifier, id: identifier.id + 2_000_000 }));
        const both = clusterComponent({
          identifiers: [...twins, ...townIdentifiers],
          links: [...moved, ...links],
          decisions: [],
        });
        const alone = clusterComponent(townGraph(links));
        const mine = both.clusters.filter((members) => members.some(({ id }) => id < 2_000_000));
        expect(shape({ ...alone, clusters: mine })).toEqual(shape(alone));
      }),
      { numRuns: 200 },
    );
  });

  test('what staff decided holds: merged identifiers together, split sides apart', () => {
    const some = fc.uniqueArray(fc.constantFrom(...townIdentifiers.map(({ id }) => id)), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(townLinks, some, fc.boolean(), fc.integer({ min: 1, max: 5 }), (links, ids, isMerge, cut) => {
        const at = Math.min(cut, ids.length - 1);
        const decision: GraphDecision = isMerge
          ? { decisionId: 'd', kind: 'merge', sideA: ids, sideB: [], decidedAtMs: 0 }
          : { decisionId: 'd', kind: 'split', sideA: ids.slice(0, at), sideB: ids.slice(at), decidedAtMs: 0 };
        const { clusters } = clusterComponent(townGraph(links, [decision]));
        const clusterOf = (id: number) =>
          clusters.findIndex((members) => members.some((member) => member.id === id && member.era === 0));
        const sides = [decision.sideA, decision.sideB].map((side) => new Set(side.map(clusterOf)));
        expect(sides[0]?.size).toBe(1);
        expect(sides[1]?.size).toBe(isMerge ? 0 : 1);
        if (!isMerge) expect([...(sides[0] ?? [])]).not.toEqual([...(sides[1] ?? [])]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('one person', () => {
  test('is recognised over Tmall, Douyin, the mini-program and the store by one phone', () => {
    const { n, seen, cluster } = story();
    const [phone, tmall, douyin] = [n('phone', 'p'), n('buyer_id', 't', 'tmall'), n('buyer_id', 'd', 'douyin')];
    const [union, open, member] = [n('unionid', 'u'), n('openid', 'o'), n('member_no', 'm')];
    seen(phone, tmall, [0, 50]);
    seen(phone, douyin, [10, 10]);
    seen(union, open, [20, 90]);
    seen(open, phone, [20, 20]);
    seen(member, phone, [40, 40]);
    expect(cluster().clusters).toHaveLength(1);
  });

  test('keeps a device that was first anonymous', () => {
    const { n, seen, cluster } = story();
    const [cookie, app, member] = [n('device', 'cookie'), n('device', 'app'), n('member_no', 'm')];
    seen(cookie, app);
    seen(app, member, [3, 3]);
    expect(cluster().together(cookie, member)).toBe(true);
  });

  test('does not lose a phone to someone who mistyped it once', () => {
    const { n, seen, cluster } = story();
    const [phone, mine, theirs, buyer] = [
      n('phone', 'p'),
      n('member_no', '1'),
      n('member_no', '2'),
      n('buyer_id', 'b'),
    ];
    seen(phone, mine, [0, 400], [1, 2]);
    seen(phone, theirs, [200, 200], [3]);
    seen(phone, buyer, [100, 150]);
    const { together } = cluster();
    expect([together(phone, mine), together(buyer, mine), together(phone, theirs)]).toEqual([true, true, false]);
  });
});

describe('two people', () => {
  test('who share a phone stay two, and the phone joins nobody else to either', () => {
    const { n, seen, cluster } = story();
    const [phone, husband, wife, buyer] = [n('phone', 'p'), n('unionid', 'h'), n('unionid', 'w'), n('buyer_id', 'b')];
    seen(phone, husband, [0, 300]);
    seen(phone, wife, [100, 350]);
    seen(phone, buyer, [50, 60]);
    const { together, states } = cluster();
    expect(states.get(phone)).toBe('contested');
    expect([together(husband, wife), together(buyer, husband), together(buyer, wife)]).toEqual([false, false, false]);
    expect(together(phone, husband)).toBe(true);
  });

  test('who had a recycled number one after the other each keep what came with it', () => {
    const { n, seen, cluster } = story();
    const [phone, old, next] = [n('phone', 'p'), n('member_no', 'old'), n('member_no', 'new')];
    const [oldBuyer, newBuyer] = [n('buyer_id', 'ob'), n('buyer_id', 'nb')];
    seen(phone, old, [0, 100]);
    seen(phone, oldBuyer, [20, 90]);
    seen(phone, next, [300, 420]);
    seen(phone, newBuyer, [310, 310]);
    const { together, eras } = cluster();
    expect(eras.get(phone)).toEqual([300]);
    expect([together(phone, old), together(phone, next, 1)]).toEqual([true, true]);
    expect([together(oldBuyer, old), together(newBuyer, next), together(old, next)]).toEqual([true, true, false]);
  });

  test('are not made one by a phone borrowed once, but one who moved to a new number stays one', () => {
    const { n, seen, cluster } = story();
    const [mine, theirs, next] = [n('phone', 'mine'), n('phone', 'theirs'), n('phone', 'next')];
    const [me, you] = [n('buyer_id', 'me'), n('buyer_id', 'you')];
    seen(mine, me, [0, 200]);
    seen(theirs, you, [0, 200]);
    seen(theirs, me, [120, 120]);
    const card = n('member_no', 'card');
    seen(me, next, [210, 300]);
    seen(next, card, [250, 250]);
    const { together } = cluster();
    expect([together(me, you), together(me, mine), together(me, next), together(me, card)]).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  test('are not made one by a tablet, and each keeps the device they used most', () => {
    const { n, seen, cluster } = story();
    const [tablet, one, other] = [n('device', 't'), n('member_no', '1'), n('member_no', '2')];
    seen(tablet, one, [0, 200]);
    seen(tablet, other, [100, 100]);
    const { together } = cluster();
    expect([together(tablet, one), together(one, other)]).toEqual([true, false]);
  });

  test('are not made one by a phone a visitor typed', () => {
    const { n, seen, cluster } = story();
    const [phone, owner, browser] = [n('phone', 'p'), n('member_no', 'm'), n('device', 'd')];
    seen(phone, owner, [0, 30]);
    seen(phone, browser, [5, 5], [1], true);
    expect(cluster().together(browser, owner)).toBe(false);
  });

  test('who asked to be apart stay apart whatever comes, until staff decide otherwise', () => {
    const { n, seen, decide, cluster } = story();
    const [phone, one, other] = [n('phone', 'p'), n('buyer_id', '1'), n('buyer_id', '2')];
    seen(phone, one, [0, 100]);
    seen(phone, other, [0, 100]);
    expect(cluster().together(one, other)).toBe(true);
    decide('split', [one, phone], [other]);
    expect([cluster().together(one, other), cluster().together(one, phone)]).toEqual([false, true]);
    decide('merge', [one, other]);
    expect(cluster().together(one, other)).toBe(true);
  });
});

test('a clerk’s phone, a shop tablet and the card for passers-by join nobody, however many they meet', () => {
  const { n, seen, cluster } = story();
  const shared = [n('phone', 'clerk'), n('device', 'tablet'), n('member_no', 'walk-in', 'pos')];
  const people = Array.from({ length: 40 }, (_, index) => ({
    union: n('unionid', `u${index}`),
    phone: n('phone', `p${index}`),
    buyer: n('buyer_id', `b${index}`),
  }));
  for (const [index, { union, phone, buyer }] of people.entries()) {
    seen(union, phone, [index, index + 40]);
    seen(phone, buyer, [index, index]);
    for (const hub of shared) for (const node of [union, phone, buyer]) seen(hub, node, [index, index]);
  }
  const { clusters, states, together } = cluster();
  expect(shared.map((id) => states.get(id))).toEqual(['shared', 'shared', 'shared']);
  expect(Math.max(...clusters.map((members) => members.length))).toBe(3);
  expect(people.every(({ union, phone, buyer }) => together(union, phone) && together(phone, buyer))).toBe(true);
});

test('no super-customer forms when whole villages share phones at random', () => {
  const village = fc.array(fc.record({ person: fc.nat(59), phone: fc.nat(14), day: fc.nat(900), span: fc.nat(60) }), {
    minLength: 50,
    maxLength: 300,
  });
  fc.assert(
    fc.property(village, (events) => {
      const { n, seen, cluster } = story();
      const pairs = new Map(events.map((event) => [`${event.person}:${event.phone}`, event]));
      for (const { person, phone, day, span } of pairs.values()) {
        seen(n('phone', String(phone)), n('unionid', String(person)), [day, day + span]);
      }
      for (const members of cluster().clusters) expect(members.length).toBeLessThanOrEqual(1 + 5);
    }),
    { numRuns: 60 },
  );
});

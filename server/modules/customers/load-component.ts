import type { Tx } from '#platform/database';

import { identifierKind, isTelling } from './identifier-kinds.ts';
import type { GraphIdentifier, IdentityGraph } from './identity-graph.ts';
import { readByIds, readDecisions, readLinksOf } from './identity-store.ts';
import type { DecisionRow, IdentifierRow, LinkRow } from './identity-store.ts';

/** Everything that can bear on who the seeds belong to. */
export interface LoadedComponent {
  readonly graph: IdentityGraph;
  readonly links: readonly LinkRow[];
  /** Stored rows by first-era id, every era in order; absent for identifiers not stored yet. */
  readonly rows: ReadonlyMap<number, readonly IdentifierRow[]>;
  /** Identifiers at the edge: they stay where they are. */
  readonly edge: ReadonlySet<number>;
}

/** An identifier not stored yet; all its links are among `links`. */
export interface AddedIdentifier {
  readonly id: number;
  readonly kind: string;
  readonly scope: string;
}

interface Search {
  readonly tx: Tx;
  readonly tenantId: number;
  readonly added: ReadonlyMap<number, AddedIdentifier>;
  readonly rows: Map<number, IdentifierRow[]>;
  /** From the ids of later eras to those of the first. */
  readonly firstEra: Map<number, number>;
  readonly links: Map<string, LinkRow>;
  readonly decisions: Map<string, DecisionRow>;
  readonly opened: Set<number>;
  readonly seen: Map<number, Seen>;
  /** Opened devices that lead into the evidence of everyone they were seen with. */
  readonly deep: Set<number>;
}

/**
 * Walks the evidence from the seeds. A shared or blocked identifier is not walked through, and a device leads to the people it was seen
 * with but not into their other evidence: neither can join anybody, so a shop's tablet does not drag thousands of people along.
 */
export async function loadComponent(
  tx: Tx,
  tenantId: number,
  seeds: readonly number[],
  added: ReadonlyMap<number, AddedIdentifier> = new Map(),
  links: readonly LinkRow[] = [],
): Promise<LoadedComponent> {
  const search: Search = {
    tx,
    tenantId,
    added,
    rows: new Map(),
    firstEra: new Map(),
    links: new Map(links.map((link) => [pairKey(link.a, link.b), link])),
    decisions: new Map(),
    opened: new Set(),
    seen: new Map(),
    deep: new Set(),
  };
  const adjacent = adjacency(links);
  await readRows(search, seeds);
  let frontier = [...new Set(seeds.map((id) => search.firstEra.get(id) ?? id))].filter((id) => !isSilent(search, id));
  while (frontier.length > 0) {
    for (const id of frontier) search.opened.add(id);
    const stored = frontier.filter((id) => !added.has(id));
    const found = await readLinksOf(tx, tenantId, stored);
    for (const link of found) search.links.set(pairKey(link.a, link.b), link);
    const near = [...found, ...frontier.flatMap((id) => adjacent.get(id) ?? [])];
    await readRows(
      search,
      near.flatMap(({ a, b }) => [a, b]),
    );
    const decided = await readDecidedWith(search, stored);
    await readRows(search, decided);
    deepen(search);
    const onward = search.deep.size > 0 ? [...search.links.values()] : near;
    const next = new Set([...onward.flatMap((link) => ways(search, link)), ...decided, ...orphans(search)]);
    frontier = [...next].filter((id) => !search.opened.has(id) && !isSilent(search, id));
  }
  return componentOf(search);
}

function adjacency(links: readonly LinkRow[]): Map<number, LinkRow[]> {
  const adjacent = new Map<number, LinkRow[]>();
  for (const link of links) {
    for (const id of [link.a, link.b]) {
      const list = adjacent.get(id);
      if (list) list.push(link);
      else adjacent.set(id, [link]);
    }
  }
  return adjacent;
}

async function readRows(search: Search, ids: readonly number[]): Promise<void> {
  const missing = new Set(ids.filter((id) => !search.rows.has(id) && !search.added.has(id)));
  const found = await readByIds(search.tx, search.tenantId, [...missing]);
  const later = found.filter(({ era }) => era > 0);
  const baseOf = new Map(later.map(({ blindIndex }) => [blindIndex.toString('latin1'), 0]));
  if (later.length > 0) {
    for (const { era, id, blindIndex } of found) if (era === 0) baseOf.set(blindIndex.toString('latin1'), id);
  }
  for (const row of later.length > 0 ? found.toSorted((x, y) => x.era - y.era) : found) {
    const id = row.era === 0 ? row.id : (baseOf.get(row.blindIndex.toString('latin1')) ?? row.id);
    if (id !== row.id) search.firstEra.set(row.id, id);
    const eras = search.rows.get(id);
    if (!eras) search.rows.set(id, [row]);
    else if (!eras.some(({ era }) => era === row.era)) eras.push(row);
  }
}

async function readDecidedWith(search: Search, ids: readonly number[]): Promise<number[]> {
  const found = await readDecisions(search.tx, search.tenantId, ids);
  for (const decision of found) search.decisions.set(decision.decisionId, decision);
  return found.flatMap(({ sideA, sideB }) => [...sideA, ...sideB]);
}

/** Identifiers seen but not opened whose customer an opened one founded: if that one leaves, they need another. */
function orphans({ rows, opened }: Search): number[] {
  return [...rows].flatMap(([id, eras]) => (eras.some(({ customerId }) => opened.has(customerId)) ? [id] : []));
}

/** A phone somebody typed may come to belong to its device's owner, whose evidence then counts: such devices lead all the way in. */
function deepen(search: Search): void {
  const weak = (id: number) => search.opened.has(id) && !tells(search, id);
  const links = [...search.links.values()];
  if (!links.some(({ claimed }) => claimed)) return;
  for (const { a, b, claimed } of links) {
    if (claimed && weak(a)) search.deep.add(a);
    if (claimed && weak(b)) search.deep.add(b);
  }
  for (let before = -1; search.deep.size > before && search.deep.size > 0;) {
    before = search.deep.size;
    for (const { a, b } of links) {
      if (weak(a) && weak(b) && (search.deep.has(a) || search.deep.has(b))) search.deep.add(a).add(b);
    }
  }
}

/** The ends of a link the walk goes on to, from its opened ends. */
function ways(search: Search, link: LinkRow): number[] {
  const open = (from: number, to: number) =>
    search.opened.has(from) && (tells(search, from) || !tells(search, to) || search.deep.has(from)) ? [to] : [];
  return [...open(link.a, link.b), ...open(link.b, link.a)];
}

interface Seen {
  readonly tells: boolean;
  readonly silent: boolean;
}

function describe(search: Search, id: number): AddedIdentifier & Pick<IdentifierRow, 'state'> {
  const known = search.rows.get(id)?.[0];
  if (known) return known;
  const fresh = search.added.get(id);
  if (!fresh) throw new RangeError(`identifier ${id} is linked but does not exist`);
  return { ...fresh, state: 'active' };
}

function seen(search: Search, id: number): Seen {
  let found = search.seen.get(id);
  if (!found) {
    const { kind, state } = describe(search, id);
    found = { tells: isTelling(identifierKind(kind)), silent: state === 'shared' || state === 'blocked' };
    search.seen.set(id, found);
  }
  return found;
}

function tells(search: Search, id: number): boolean {
  return seen(search, id).tells;
}

function isSilent(search: Search, id: number): boolean {
  return seen(search, id).silent;
}

function componentOf(search: Search): LoadedComponent {
  const links = [...search.links.values()].filter(({ a, b }) => search.opened.has(a) || search.opened.has(b));
  const decisions = [...search.decisions.values()];
  const ids = new Set([
    ...search.opened,
    ...links.flatMap(({ a, b }) => [a, b]),
    ...decisions.flatMap(({ sideA, sideB }) => [...sideA, ...sideB]),
  ]);
  const edge = new Set([...ids].filter((id) => !search.opened.has(id) && !isSilent(search, id)));
  const identifiers = [...ids].map((id): GraphIdentifier => {
    const { kind, scope, state } = describe(search, id);
    const eras = search.rows.get(id)?.slice(1) ?? [];
    return {
      id,
      kind,
      scope,
      rules: identifierKind(kind),
      fixedState: edge.has(id) || isSilent(search, id) ? state : undefined,
      fixedEras: edge.has(id) ? eras.flatMap(({ eraFromDay }) => eraFromDay ?? []) : undefined,
    };
  });
  return {
    graph: {
      identifiers,
      links,
      decisions: decisions.map((row) => ({ ...row, decidedAtMs: row.decidedAt.getTime() })),
    },
    links,
    rows: search.rows,
    edge,
  };
}

/** One text for a pair of identifiers. */
export function pairKey(a: number, b: number): string {
  return `${a}:${b}`;
}

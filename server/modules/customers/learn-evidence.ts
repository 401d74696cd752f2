import type { TenantVault } from '#platform/vault';

import { changeIdentity } from './change-identity.ts';
import type { Follower } from './change-identity.ts';
import type { IdentityContext } from './evidence.ts';
import { chooseIds } from './identifier-id.ts';
import { identifierKind, isTelling } from './identifier-kinds.ts';
import { keptSources, readTaken } from './identity-store.ts';
import type { IdentifierRow, LinkRow, NewIdentifier } from './identity-store.ts';
import { pairKey } from './load-component.ts';
import { isClaimed } from './read-evidence.ts';
import type { Mark, Sighting } from './read-evidence.ts';

/** What is stored about the identifiers and pairs of a batch: every era by key, links by pair. */
export interface KnownEvidence {
  readonly identifiers: Map<string, readonly IdentifierRow[]>;
  readonly links: Map<string, LinkRow>;
}

interface Range {
  readonly firstDay: number;
  readonly lastDay: number;
  readonly sources: readonly number[];
}

/** The range with this sighting; the same object when it says nothing new. */
function widen<R extends Range>(range: R, { day, evidence }: Sighting): R {
  const { firstDay, lastDay, sources } = range;
  const { sourceId } = evidence;
  const isNewSource = !sources.includes(sourceId) && (sources.length < keptSources || sourceId < (sources.at(-1) ?? 0));
  if (day >= firstDay && day <= lastDay && !isNewSource) return range;
  return {
    ...range,
    firstDay: Math.min(firstDay, day),
    lastDay: Math.max(lastDay, day),
    sources: isNewSource ? [...sources, sourceId].toSorted((x, y) => x - y).slice(0, keptSources) : sources,
  };
}

/** The era of an identifier a day falls in. */
export function rowOn(rows: readonly IdentifierRow[] | undefined, day: number): IdentifierRow | undefined {
  return rows?.findLast(({ eraFromDay }) => eraFromDay === null || eraFromDay <= day) ?? rows?.[0];
}

function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((one, index) => items.slice(index + 1).map((other): [T, T] => [one, other]));
}

function widenLink(link: LinkRow, sighting: Sighting, claimed: boolean): LinkRow {
  const wider = widen(link, sighting);
  const causes = link.causes | sighting.causes;
  if (causes === link.causes && (claimed || !link.claimed)) return wider;
  return { ...wider, causes, claimed: link.claimed && claimed };
}

/** Whether the sighting says anything that is not stored yet. */
export function isNews(sighting: Sighting, { identifiers, links }: KnownEvidence): boolean {
  const ids: number[] = [];
  for (const { key } of sighting.marks) {
    const row = rowOn(identifiers.get(key), sighting.day);
    if (!row || widen(row, sighting) !== row) return true;
    ids.push(identifiers.get(key)?.[0]?.id ?? row.id);
  }
  return pairsOf(sighting.marks.map((mark, index) => ({ mark, id: ids[index] ?? 0 }))).some(([one, other]) => {
    const link = links.get(pairKey(Math.min(one.id, other.id), Math.max(one.id, other.id)));
    return !link || widenLink(link, sighting, isClaimed(sighting, one.mark, other.mark)) !== link;
  });
}

/** What was learnt: the batch's identifiers as they are now, and the pairs written. */
export interface Learnt {
  readonly identifiers: KnownEvidence['identifiers'];
  readonly links: readonly string[];
}

/** Stores what the sightings say and judges again whoever it concerns. */
export async function learnEvidence(
  { tx, now }: IdentityContext,
  vault: TenantVault,
  sightings: readonly Sighting[],
  known: KnownEvidence,
): Promise<Learnt> {
  const { tenantId } = vault;
  const added = await addIdentifiers({ tx, now }, tenantId, sightings, known);
  const idOf = (mark: Mark) => known.identifiers.get(mark.key)?.[0]?.id ?? added.get(mark.key)?.id ?? 0;
  const links = widenLinks(sightings, known, idOf);
  const current = new Map([...known.identifiers.values()].flatMap((rows) => rows.map((row) => [row.id, row] as const)));
  const { seeds, followers } = sortOut([...added.values()], links, known.links, current);
  const { rows } = await changeIdentity(tx, {
    tenantId,
    now,
    vault,
    seeds,
    added: new Map([...added.values()].map((identifier) => [identifier.id, identifier])),
    followers,
    widened: widenIdentifiers(sightings, known),
    links,
    cause: sightings[0]?.evidence.cause ?? 'event',
    actor: 'system:identity',
  });
  const identifiers = new Map(known.identifiers);
  const written = Map.groupBy(rows, ({ blindIndex }) => blindIndex.toString('latin1'));
  for (const [key, eras] of written) {
    identifiers.set(
      key,
      eras.toSorted((x, y) => x.era - y.era),
    );
  }
  return { identifiers, links: links.map(({ a, b }) => pairKey(a, b)) };
}

/** Which identifiers must be judged again, and which new ones plainly follow a customer nobody doubts. */
function sortOut(
  added: readonly NewIdentifier[],
  links: readonly LinkRow[],
  before: ReadonlyMap<string, LinkRow>,
  current: ReadonlyMap<number, IdentifierRow>,
): { seeds: number[]; followers: Follower[] } {
  const leaders = leadersOf(added, links, current);
  const seeds = new Set(added.flatMap(({ id }) => (leaders.has(id) ? [] : [id])));
  for (const link of links) {
    if (leaders.has(link.a) || leaders.has(link.b)) continue;
    if (matters(link, before, current)) seeds.add(link.a).add(link.b);
  }
  const judged = new Set([...seeds].map((id) => current.get(id)?.customerId));
  const followers: Follower[] = [];
  for (const identifier of added) {
    const customerId = leaders.get(identifier.id);
    if (customerId === undefined) continue;
    if (judged.has(customerId)) seeds.add(identifier.id);
    else followers.push({ identifier, customerId });
  }
  return { seeds: [...seeds], followers };
}

/** New weak identifiers all of whose links lead to stored ones of one customer without any doubt around it, with that customer. */
function leadersOf(
  added: readonly NewIdentifier[],
  links: readonly LinkRow[],
  current: ReadonlyMap<number, IdentifierRow>,
): Map<number, number> {
  const weak = new Set(added.flatMap(({ id, kind }) => (isTelling(identifierKind(kind)) ? [] : [id])));
  const leaders = new Map<number, number>();
  const doubtful = new Set<number>();
  for (const { a, b, claimed } of links) {
    for (const [id, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (!weak.has(id)) continue;
      const row = current.get(other);
      const leader = leaders.get(id) ?? row?.customerId;
      if (
        !row ||
        claimed ||
        row.entangled ||
        row.state !== 'active' ||
        !isTelling(identifierKind(row.kind)) ||
        row.customerId !== leader
      ) {
        doubtful.add(id);
      } else leaders.set(id, leader);
    }
  }
  for (const id of doubtful) leaders.delete(id);
  return leaders;
}

async function addIdentifiers(
  { tx }: Pick<IdentityContext, 'tx' | 'now'>,
  tenantId: number,
  sightings: readonly Sighting[],
  known: KnownEvidence,
): Promise<Map<string, NewIdentifier>> {
  const fresh = new Map<string, Omit<NewIdentifier, 'id'>>();
  for (const sighting of sightings) {
    const { at, sourceId } = sighting.evidence;
    for (const { key, kind, scope, value, blindIndex } of sighting.marks) {
      if (known.identifiers.has(key)) continue;
      const before = fresh.get(key) ?? {
        kind,
        scope,
        value,
        blindIndex,
        firstDay: sighting.day,
        lastDay: sighting.day,
        sources: [sourceId],
        seenFrom: at,
        seenTo: at,
      };
      const wider = widen(before, sighting);
      fresh.set(key, {
        ...wider,
        seenFrom: at < wider.seenFrom ? at : wider.seenFrom,
        seenTo: at > wider.seenTo ? at : wider.seenTo,
      });
    }
  }
  const values = [...fresh.entries()];
  const ids = await chooseIds(
    values.map(([, { blindIndex }]) => ({ blindIndex, era: 0 })),
    (wanted) => readTaken(tx, tenantId, wanted),
  );
  return new Map(values.map(([key, identifier], index) => [key, { ...identifier, id: ids[index] ?? 0 }]));
}

function widenIdentifiers(sightings: readonly Sighting[], known: KnownEvidence): Map<number, IdentifierRow> {
  const widened = new Map<number, IdentifierRow>();
  for (const sighting of sightings) {
    for (const { key } of sighting.marks) {
      const stored = rowOn(known.identifiers.get(key), sighting.day);
      if (!stored) continue;
      const before = widened.get(stored.id) ?? stored;
      const after = widen(before, sighting);
      if (after !== before) widened.set(stored.id, after);
    }
  }
  return widened;
}

function widenLinks(sightings: readonly Sighting[], known: KnownEvidence, idOf: (mark: Mark) => number): LinkRow[] {
  const links = new Map<string, LinkRow>();
  for (const sighting of sightings) {
    const marks = sighting.marks.map((mark) => ({ mark, id: idOf(mark) }));
    for (const [one, other] of pairsOf(marks)) {
      const [a, b] = one.id < other.id ? [one.id, other.id] : [other.id, one.id];
      const claimed = isClaimed(sighting, one.mark, other.mark);
      const key = pairKey(a, b);
      const before = links.get(key) ?? known.links.get(key);
      const { day, causes } = sighting;
      const after = before
        ? widenLink(before, sighting, claimed)
        : { a, b, firstDay: day, lastDay: day, sources: [sighting.evidence.sourceId], causes, claimed };
      if (after !== before) links.set(key, after);
    }
  }
  return [...links.values()];
}

/**
 * Whether a new or widened link can change who is who. Not between identifiers of one customer around whom nothing was ever refused:
 * there all evidence holds together in any order, and more of it changes nothing.
 */
function matters(
  link: LinkRow,
  before: ReadonlyMap<string, LinkRow>,
  current: ReadonlyMap<number, IdentifierRow>,
): boolean {
  const [one, other] = [current.get(link.a), current.get(link.b)];
  // Whoever is shared by many says nothing; only how many of them someone met may matter, once.
  if (one && other && before.has(pairKey(link.a, link.b)) && (isSilent(one) || isSilent(other))) return false;
  if (!one || !other || one.customerId !== other.customerId || one.entangled || other.entangled) return true;
  return before.get(pairKey(link.a, link.b))?.claimed === true && !link.claimed;
}

function isSilent({ state }: IdentifierRow): boolean {
  return state === 'shared' || state === 'blocked';
}

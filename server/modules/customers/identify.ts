import { createHash } from 'node:crypto';

import type { Tx } from '#platform/database';
import type { TenantVault } from '#platform/vault';

import type { Evidence, IdentityContext, Resolution } from './evidence.ts';
import { IdentityCache } from './identity-cache.ts';
import type { IdentityView } from './identity-cache.ts';
import { readByValue, readPairs } from './identity-store.ts';
import type { IdentifierRow } from './identity-store.ts';
import { isNews, learnEvidence, rowOn } from './learn-evidence.ts';
import type { KnownEvidence } from './learn-evidence.ts';
import { pairKey } from './load-component.ts';
import { projectCustomers } from './project-customers.ts';
import { isTyped, readEvidence } from './read-evidence.ts';
import type { Sighting } from './read-evidence.ts';
import { lockIdentity } from './record-change.ts';
import { recordTraits } from './record-traits.ts';
import type { TraitClaim } from './record-traits.ts';

const processCache = new IdentityCache();

/**
 * Who each piece of evidence is about, learning from it: creates customers, joins those it proves to be one, parts those it proves not
 * to be. Set-based (batches up to 5,000); any order of arrival leads to the same customers. Concurrent calls for one tenant wait for
 * each other only when they bring something new.
 */
export async function identify(
  ctx: IdentityContext,
  evidence: readonly Evidence[],
  cache: IdentityCache = processCache,
): Promise<Resolution[]> {
  const resolutions: Resolution[] = [];
  const places = Map.groupBy(evidence.keys(), (place) => evidence[place]?.tenantId ?? 0);
  // Ascending, so that two batches over the same tenants take their locks in the same order.
  const tenantIds = [...places.keys()].toSorted((x, y) => x - y);
  const views = await cache.open(ctx.tx, tenantIds);
  for (const tenantId of tenantIds) {
    const mine = places.get(tenantId) ?? [];
    const view = views.get(tenantId) ?? { tenantId, version: 0, writes: 0, own: false };
    const found = await identifyTenant(
      ctx,
      view,
      mine.flatMap((place) => evidence[place] ?? []),
      cache,
    );
    for (const [index, place] of mine.entries()) {
      const resolution = found[index];
      if (resolution) resolutions[place] = resolution;
    }
  }
  return resolutions;
}

async function identifyTenant(
  ctx: IdentityContext,
  view: IdentityView,
  evidence: readonly Evidence[],
  cache: IdentityCache,
): Promise<Resolution[]> {
  const { tenantId } = view;
  const vault = await ctx.vaults.forTenant(ctx.tx, tenantId);
  const sightings = readEvidence(vault, evidence);
  let known = await lookUp(ctx.tx, view, sightings, cache);
  let news = sightings.filter((sighting) => isNews(sighting, known));
  if (news.length > 0) {
    const { writes } = await lockIdentity(ctx.tx, tenantId);
    if (writes !== view.writes) {
      // Somebody changed something while we were looking: look again, now that nobody can, and past the cache.
      known = await lookUp(ctx.tx, { ...view, own: true }, sightings, cache);
      news = sightings.filter((sighting) => isNews(sighting, known));
    }
  }
  const identifiers = news.length > 0 ? await learn(ctx, vault, view, news, known, cache) : known.identifiers;
  const resolutions = sightings.map((sighting) => resolve(sighting, identifiers));
  await keepTraits(ctx, vault, evidence, resolutions);
  return resolutions;
}

async function learn(
  ctx: IdentityContext,
  vault: TenantVault,
  view: IdentityView,
  news: readonly Sighting[],
  known: KnownEvidence,
  cache: IdentityCache,
): Promise<KnownEvidence['identifiers']> {
  const { identifiers, links } = await learnEvidence(ctx, vault, news, known);
  cache.forget(
    view,
    news.flatMap(({ marks }) => marks.map(({ key }) => key)),
    links,
  );
  return identifiers;
}

async function keepTraits(
  { tx }: IdentityContext,
  vault: TenantVault,
  evidence: readonly Evidence[],
  resolutions: readonly Resolution[],
): Promise<void> {
  const claims = evidence.flatMap(({ traits, sourceId, at }, index): TraitClaim[] => {
    const { customerId = null, originCustomerId = null } = resolutions[index] ?? {};
    if (!traits || customerId === null || originCustomerId === null) return [];
    return [{ identifierId: originCustomerId, customerId, sourceId, saidAt: at, traits }];
  });
  if (claims.length === 0) return;
  await projectCustomers(tx, vault.tenantId, await recordTraits(tx, vault, claims));
}

/** The batch's identifiers and pairs, from the cache or the database. */
async function lookUp(
  tx: Tx,
  view: IdentityView,
  sightings: readonly Sighting[],
  cache: IdentityCache,
): Promise<KnownEvidence> {
  const { tenantId } = view;
  const identifiers = new Map<string, readonly IdentifierRow[]>();
  const missing = new Map<string, Buffer>();
  for (const { key, blindIndex } of sightings.flatMap(({ marks }) => marks)) {
    if (identifiers.has(key) || missing.has(key)) continue;
    const cached = cache.identifier(view, key);
    if (cached) identifiers.set(key, cached);
    else missing.set(key, blindIndex);
  }
  const rows = await readByValue(tx, tenantId, [...missing.values()]);
  const read = Map.groupBy(rows, ({ blindIndex }) => blindIndex.toString('latin1'));
  for (const [key, eras] of read)
    identifiers.set(
      key,
      eras.sort((x, y) => x.era - y.era),
    );

  const links: KnownEvidence['links'] = new Map();
  const pairs = new Map<string, [number, number]>();
  for (const { marks } of sightings) {
    const ids = marks.flatMap(({ key }) => identifiers.get(key)?.[0]?.id ?? []).sort((x, y) => x - y);
    for (const [index, a] of ids.entries()) {
      for (const b of ids.slice(index + 1)) {
        const key = pairKey(a, b);
        if (links.has(key) || pairs.has(key)) continue;
        const cached = cache.link(view, key);
        if (cached) links.set(key, cached);
        else pairs.set(key, [a, b]);
      }
    }
  }
  const wanted = [...pairs.values()];
  const found = await readPairs(
    tx,
    tenantId,
    wanted.map(([a]) => a),
    wanted.map(([, b]) => b),
  );
  const readLinks = new Map(found.map((link) => [pairKey(link.a, link.b), link]));
  for (const [key, link] of readLinks) links.set(key, link);
  cache.keep(view, read, readLinks);
  return { identifiers, links };
}

/** The customer of the most telling identifier; one that is shared or blocked is nobody's. */
function resolve(sighting: Sighting, identifiers: KnownEvidence['identifiers']): Resolution {
  const candidates = sighting.marks.flatMap((mark) => {
    const row = rowOn(identifiers.get(mark.key), sighting.day);
    if (!row || row.state === 'shared' || row.state === 'blocked') return [];
    // What a visitor typed, or what two people claim, decides only when nothing better is there. Marks are in order of priority.
    const doubt = (sighting.evidence.claimed && isTyped(mark) ? 2 : 0) + (row.state === 'contested' ? 1 : 0);
    return [{ row, doubt }];
  });
  const [best] = candidates.toSorted((x, y) => x.doubt - y.doubt);
  if (best) return { customerId: best.row.customerId, originCustomerId: best.row.id, subjectKey: String(best.row.id) };
  return { customerId: null, originCustomerId: null, subjectKey: subjectOf(sighting, identifiers) };
}

function subjectOf({ marks, evidence }: Sighting, identifiers: KnownEvidence['identifiers']): string {
  const [first] = marks;
  const id = first && identifiers.get(first.key)?.[0]?.id;
  if (id !== undefined) return String(id);
  const { tenantId, sourceId, cause, at } = evidence;
  const hash = createHash('sha256').update(`${tenantId}|${sourceId}|${cause}|${at.getTime()}`).digest();
  return String(hash.readBigUInt64BE(0) >> 11n);
}

import { together } from '#platform/database';
import type { Tx } from '#platform/database';
import type { TenantVault } from '#platform/vault';

import { assignCustomers } from './assign-customers.ts';
import type { Assignment } from './assign-customers.ts';
import { clusterComponent } from './cluster-component.ts';
import { repointFacts } from './customer-facts.ts';
import { announceIdentity } from './events.ts';
import { identifierKind } from './identifier-kinds.ts';
import { readValues, valuePlace } from './identifier-value.ts';
import { insertIdentifiers, updateIdentifiers, upsertLinks, widenIdentifiers } from './identity-store.ts';
import type { IdentifierRow, LinkRow, NewIdentifier, NewIdentifierRow } from './identity-store.ts';
import { loadComponent } from './load-component.ts';
import { foundedBy, placementOf, placeMembers } from './place-members.ts';
import type { PlacedRow } from './place-members.ts';
import { projectCustomers } from './project-customers.ts';
import { countChange, logMerges, mergeEntries, writeCustomers } from './record-change.ts';
import { recordConflicts } from './record-conflicts.ts';

/** A new device or address seen with one customer only, around whom nothing is in doubt. */
export interface Follower {
  readonly identifier: NewIdentifier;
  readonly customerId: number;
}

/** New evidence, or a decision of staff. */
export interface IdentityChange {
  readonly tenantId: number;
  readonly now: Date;
  readonly vault: TenantVault;
  /** Identifiers whose evidence changed so that who they are must be judged again. */
  readonly seeds: readonly number[];
  readonly added: ReadonlyMap<number, NewIdentifier>;
  /** New identifiers that plainly belong to a customer: nothing needs judging again. */
  readonly followers: readonly Follower[];
  /** Stored identifiers seen on more days or by more sources, as they are now, by id. */
  readonly widened: ReadonlyMap<number, IdentifierRow>;
  /** New or widened links, as they are now. */
  readonly links: readonly LinkRow[];
  readonly cause: string;
  readonly actor: string;
  readonly decisionId?: string | undefined;
}

export interface IdentityChanged {
  readonly assignment: Assignment;
  /** Every identifier written, as it is now. */
  readonly rows: readonly IdentifierRow[];
}

/**
 * Judges again whatever the seeds touch and writes the difference: identifiers, links, customers, facts, the log of merges, conflicts
 * and announcements. The caller holds the tenant's identity lock.
 */
export async function changeIdentity(tx: Tx, change: IdentityChange): Promise<IdentityChanged> {
  const { tenantId, added, widened } = change;
  await upsertLinks(tx, tenantId, change.links);
  const component = await loadComponent(tx, tenantId, change.seeds, added, change.links);
  const clustering = clusterComponent(component.graph);
  const clusters = await placeMembers({ tx, tenantId, added, widened, component, clustering });
  const founded = await foundedBy(tx, tenantId, clusters);
  const assignment = assignCustomers(clusters.map(placementOf), founded);
  const owner = new Map(assignment.moves.map(({ id, to }) => [id, to]));
  const placed = clusters.flat();
  const rows = placed.map(({ row, stored }): IdentifierRow => ({
    ...row,
    customerId: owner.get(row.id) ?? stored?.customerId ?? 0,
  }));
  const changedIds = await writeIdentifiers(tx, change, placed, rows);

  const { version, firstCustomerNo } = await countChange(tx, tenantId, {
    changedIds,
    newCustomers: assignment.created.length,
  });
  const seen = firstSightings(change, owner);
  await writeCustomers(tx, change, assignment, { firstCustomerNo, founded, seen });
  const entries = mergeEntries(assignment);
  await logMerges(tx, entries, {
    ...change,
    version,
    evidenceOf: evidenceBy(change, rows),
    decisionId: change.decisionId ?? null,
  });
  if (rows.some(({ entangled }) => entangled) || placed.some(({ stored }) => stored?.entangled)) {
    const customerOf = new Map(rows.toReversed().map(({ id, customerId }) => [id, customerId]));
    await recordConflicts(tx, change, { component, clustering }, (id) => customerOf.get(id) ?? 0);
  }
  await announceIdentity(tx, change, assignment, {
    entries,
    version,
    seenFrom: (customerId) => seen.get(customerId)?.from ?? change.now,
    wasKnown: (customerId) => founded.get(customerId)?.isKnown ?? false,
  });
  const moved = assignment.moves.filter(({ from }) => from !== null);
  await repointFacts(tx, tenantId, moved);
  await projectCustomers(
    tx,
    tenantId,
    moved.flatMap(({ from, to }) => [from ?? to, to]),
  );
  const followed = change.followers.map(({ identifier, customerId }) => followerRow(identifier, customerId));
  return { assignment, rows: [...rows, ...followed] };
}

/** Writes what is new or differs from what is stored; returns the stored ones that now belong elsewhere or mean something else. */
async function writeIdentifiers(
  tx: Tx,
  { tenantId, vault, widened, followers }: IdentityChange,
  placed: readonly PlacedRow[],
  rows: readonly IdentifierRow[],
): Promise<number[]> {
  const fresh: NewIdentifierRow[] = [];
  const bases = placed.flatMap(({ stored, value }) => (stored === null && typeof value === 'number' ? [value] : []));
  const values = await readValues(tx, vault, bases);
  const updated: IdentifierRow[] = [];
  for (const [index, { stored, value, edge }] of placed.entries()) {
    const row = rows[index];
    if (!row || edge) continue;
    if (stored === null) fresh.push(sealed(vault, row, typeof value === 'string' ? value : (values.get(value) ?? '')));
    else if (differs(row, stored)) updated.push(row);
  }
  for (const { identifier, customerId } of followers) {
    fresh.push(sealed(vault, followerRow(identifier, customerId), identifier.value));
  }
  await together([
    insertIdentifiers(tx, tenantId, fresh),
    updateIdentifiers(tx, tenantId, updated),
    widenIdentifiers(tx, tenantId, [...widened.values()]),
  ]);
  return updated.map(({ id }) => id);
}

function followerRow(identifier: NewIdentifier, customerId: number): IdentifierRow {
  const { id, kind, scope, firstDay, lastDay, sources, blindIndex } = identifier;
  const seen = { firstDay, lastDay, sources };
  return {
    id,
    customerId,
    kind,
    scope,
    era: 0,
    eraFromDay: null,
    state: 'active',
    entangled: false,
    ...seen,
    blindIndex,
  };
}

function differs(row: IdentifierRow, stored: IdentifierRow): boolean {
  return (
    row.customerId !== stored.customerId ||
    row.state !== stored.state ||
    row.entangled !== stored.entangled ||
    row.eraFromDay !== stored.eraFromDay
  );
}

function sealed(vault: TenantVault, row: IdentifierRow, plain: string): NewIdentifierRow {
  return {
    ...row,
    cipher: vault.encrypt(valuePlace(row.id), plain),
    lastFour: identifierKind(row.kind).lastFour ? vault.lastFourIndex(row.kind, plain) : null,
  };
}

/** When and where each new customer was first seen. */
function firstSightings(
  { added }: IdentityChange,
  owner: ReadonlyMap<number, number>,
): Map<number, { from: Date; to: Date; sourceId: number }> {
  const seen = new Map<number, { from: Date; to: Date; sourceId: number }>();
  for (const { id, seenFrom, seenTo, sources } of added.values()) {
    const customerId = owner.get(id);
    if (customerId === undefined) continue;
    const before = seen.get(customerId);
    const earlier = before === undefined || seenFrom < before.from;
    seen.set(customerId, {
      from: earlier ? seenFrom : before.from,
      to: before === undefined || seenTo > before.to ? seenTo : before.to,
      sourceId: earlier ? (sources[0] ?? 0) : before.sourceId,
    });
  }
  return seen;
}

/** The identifiers whose evidence set off a merge or split, by the customer they ended up with. */
function evidenceBy(
  { links, seeds }: IdentityChange,
  rows: readonly IdentifierRow[],
): (entry: { toId: number; fromId: number }) => number[] {
  const told = new Set([...links.flatMap(({ a, b }) => [a, b]), ...seeds]);
  const byCustomer = new Map<number, number[]>();
  for (const { id, customerId } of rows) {
    if (told.has(id)) byCustomer.set(customerId, [...(byCustomer.get(customerId) ?? []), id]);
  }
  return ({ toId, fromId }) => [...(byCustomer.get(toId) ?? []), ...(byCustomer.get(fromId) ?? [])].slice(0, 20);
}

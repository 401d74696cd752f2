import type { Tx } from '#platform/database';
import { normalisePhone, scrub } from '#platform/personal-data';
import type { TenantVault } from '#platform/vault';

import { attributeName, builtInAttribute } from './attributes.ts';
import { sqlBytes, sqlList } from './sql-list.ts';
import { traitPlace } from './traits.ts';

/** What one record says about a person. */
export interface TraitClaim {
  /** The identifier it came with: the origin of what it says. */
  readonly identifierId: number;
  readonly customerId: number;
  readonly sourceId: number;
  readonly saidAt: Date;
  readonly traits: Readonly<Record<string, unknown>>;
  /** Higher wins over newer; 0 when absent, staff use 100. */
  readonly priority?: number | undefined;
  readonly isLocked?: boolean | undefined;
}

interface TraitRow {
  readonly identifierId: number;
  readonly name: string;
  readonly sourceId: number;
  readonly customerId: number;
  readonly value: string | null;
  readonly cipher: Buffer | null;
  readonly blindIndex: Buffer | null;
  readonly saidAt: Date;
  readonly priority: number;
  readonly isLocked: boolean;
}

const mostTraits = 50;
const longestText = 2_000;
/** Identifiers, kept as such, and what only machines need. */
const notTraits = new Set(['phone', 'email', 'mobile', 'unionid', 'openid', 'id', 'user_id', 'anonymous_id', 'traits']);

/** The normalised form of a name for exact search. */
export function searchableName(name: string): string {
  return name.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase();
}

/**
 * Keeps what records say under the identifier they came with, the newest per source; null deletes, an empty text says nothing. Values
 * that name a person are encrypted. Returns the customers whose row depends on what changed (store, tier).
 */
export async function recordTraits(tx: Tx, vault: TenantVault, claims: readonly TraitClaim[]): Promise<number[]> {
  const rows = new Map<string, TraitRow>();
  for (const claim of claims) {
    for (const row of traitRows(vault, claim)) {
      const key = `${row.identifierId}:${row.name}:${row.sourceId}`;
      const before = rows.get(key);
      if (!before || row.saidAt >= before.saidAt) rows.set(key, row);
    }
  }
  await upsert(tx, vault.tenantId, [...rows.values()]);
  const projected = [...rows.values()].filter(({ name }) => name === 'store_id' || name === 'tier_code');
  return [...new Set(projected.map(({ customerId }) => customerId))];
}

function traitRows(vault: TenantVault, claim: TraitClaim): TraitRow[] {
  return Object.entries(claim.traits)
    .slice(0, mostTraits)
    .flatMap(([sent, given]): TraitRow[] => {
      const name = attributeName(sent);
      const value = name === null || notTraits.has(name) ? undefined : plainValue(given);
      if (name === null || value === undefined) return [];
      const { identifierId, sourceId, customerId, saidAt, priority = 0, isLocked = false } = claim;
      const row = { identifierId, name, sourceId, customerId, saidAt, priority, isLocked };
      if (value === null) return [{ ...row, value: null, cipher: null, blindIndex: null }];
      if (!isPersonal(name, value)) {
        return [{ ...row, value: JSON.stringify(value), cipher: null, blindIndex: null }];
      }
      const text = String(value);
      const cipher = vault.encrypt(traitPlace(row), text);
      const blindIndex = name === 'name' ? vault.blindIndex('name', searchableName(text)) : null;
      return [{ ...row, value: null, cipher, blindIndex }];
    });
}

/** Texts, numbers, truths, days and short lists of texts; undefined when the value says nothing we could keep. */
function plainValue(value: unknown): string | number | boolean | null | undefined {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string') return storable(value) === '' ? undefined : storable(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.length === 0 ? undefined : storable(value.join(', '));
  }
  return undefined;
}

/** Trimmed, cut, and without what Postgres cannot keep in a text. */
function storable(text: string): string {
  return text.replaceAll('\0', '').trim().slice(0, longestText).toWellFormed();
}

function isPersonal(name: string, value: string | number | boolean): boolean {
  const attribute = builtInAttribute(name);
  if (attribute) return attribute.personal !== undefined;
  return scrub({ [name]: value }).dropped > 0 || (typeof value === 'string' && normalisePhone(value) !== null);
}

async function upsert(tx: Tx, tenantId: number, rows: readonly TraitRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(
    `insert into customers.traits as t (tenant_id, identifier_id, name, source_id, customer_id, value, value_cipher, blind_index,
                                        said_at, priority, is_locked)
     select $1, n.identifier, n.name, n.source, n.customer, n.value::jsonb, n.cipher, n.blind, n.said, n.priority, n.locked
       from unnest($2::bigint[], $3::text[], $4::int[], $5::bigint[], $6::text[], $7::bytea[], $8::bytea[], $9::timestamptz[],
                   $10::smallint[], $11::boolean[])
            n(identifier, name, source, customer, value, cipher, blind, said, priority, locked)
     on conflict (tenant_id, identifier_id, name, source_id) do update
        set customer_id = excluded.customer_id, value = excluded.value, value_cipher = excluded.value_cipher,
            blind_index = excluded.blind_index, said_at = excluded.said_at, priority = excluded.priority,
            is_locked = excluded.is_locked
      where excluded.said_at >= t.said_at and (not t.is_locked or excluded.priority >= t.priority)`,
    [
      tenantId,
      sqlList(rows.map(({ identifierId }) => identifierId)),
      rows.map(({ name }) => name),
      sqlList(rows.map(({ sourceId }) => sourceId)),
      sqlList(rows.map(({ customerId }) => customerId)),
      rows.map(({ value }) => value),
      sqlBytes(rows.map(({ cipher }) => cipher)),
      sqlBytes(rows.map(({ blindIndex }) => blindIndex)),
      rows.map(({ saidAt }) => saidAt),
      sqlList(rows.map(({ priority }) => priority)),
      sqlList(rows.map(({ isLocked }) => isLocked)),
    ],
  );
}

import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { everyStore } from '#platform/context';
import type { Database, Tx } from '#platform/database';
import { openEnvelope, sealEnvelope } from '#platform/vault-envelope';
import type { DataKey } from '#platform/vault-envelope';
import { addKey, keyPurposes, makeMissingKeys, readKeys, unwrapKey } from '#platform/vault-keys';
import type { KeyPurpose, StoredKey } from '#platform/vault-keys';

/** Where a protected value lives; the ciphertext opens only there. */
export interface Place {
  /** Schema and table, e.g. `customers.customers`. */
  readonly table: string;
  readonly column: string;
  /** The row's id as text; unique within the tenant's table. */
  readonly rowId: string;
  /** Privacy class of the column, P2 when absent; each has its own key. */
  readonly class?: 'P2' | 'P3' | 'P4' | undefined;
}

/** Encrypts, decrypts and indexes one tenant's protected values; all methods are synchronous. */
export interface TenantVault {
  readonly tenantId: number;
  /** AES-256-GCM envelope of the text (33 bytes longer than its UTF-8), bound to tenant, table, column and row. */
  encrypt(place: Place, plain: string): Buffer;
  /** The text again; throws Undecipherable when the value was changed or moved from another place. */
  decrypt(place: Place, cipher: Buffer): string;
  /** 16 bytes for exact search and uniqueness of an already normalised value; differs per tenant and kind. */
  blindIndex(kind: string, normalised: string): Buffer;
  /** 2 bytes for search by the last four characters; collides on purpose, compare again after decrypting. */
  lastFourIndex(kind: string, normalised: string): Buffer;
  /** Envelope of raw bytes under the log key, for bodies that are no column of a row. */
  seal(bytes: Buffer): Buffer;
  open(sealed: Buffer): Buffer;
  /** The number of the key that new values of a class are written under. */
  currentKid(dataClass: 'P2' | 'P3' | 'P4'): number;
}

/** The vaults of all tenants; keys are made on first use and cached in the process. */
export interface Vaults {
  /** The tenant's vault, for use right away (a kept one would miss keys added by a rotation). */
  forTenant(tx: Tx, tenantId: number): Promise<TenantVault>;
  /** The vault of the installation itself, for what belongs to no single tenant: log bodies, refused sign-ins. */
  forInstallation(tx: Tx): Promise<TenantVault>;
  /**
   * Adds a key for new values of a purpose; old values stay readable. It is used from a minute later on, when every process has
   * loaded it, and yearly at the latest (`reencryptBatch` then moves old values over).
   */
  rotate(tenantId: number, purpose: Exclude<KeyPurpose, 'index'>): Promise<void>;
}

/** How long a process trusts its cached keys; a rotated key becomes active only after twice this time. */
export const keyCacheMs = 30_000;
const cachedTenants = 1_000;

/** Opens the vaults over a master key; throws MasterKeyMismatch on first use when the stored keys belong to another one. */
export function openVaults({
  masterKey,
  database,
}: {
  masterKey: KeyObject;
  database: Pick<Database, 'urls' | 'work'>;
}): Vaults {
  const cache = new Map<number, { vault: TenantVault; loadedAtMs: number }>();
  const forTenant = async (tx: Tx, tenantId: number): Promise<TenantVault> => {
    const cached = cache.get(tenantId);
    if (cached && performance.now() - cached.loadedAtMs < keyCacheMs) return cached.vault;
    const loadedAtMs = performance.now();
    let stored = await readKeys(tx, tenantId);
    if (!isComplete(stored)) stored = await makeMissingKeys(masterKey, database.urls.worker, tenantId);
    const vault = vaultOver(tenantId, masterKey, stored);
    cache.delete(tenantId);
    cache.set(tenantId, { vault, loadedAtMs });
    const oldest = cache.keys().next().value;
    if (cache.size > cachedTenants && oldest !== undefined) cache.delete(oldest);
    return vault;
  };
  return {
    forTenant,
    forInstallation: (tx) => forTenant(tx, 0),
    rotate: (tenantId, purpose) =>
      database.work({ tenantId, scope: everyStore }, (tx) =>
        addKey(tx, masterKey, { tenantId, purpose, delayS: (2 * keyCacheMs) / 1_000 }),
      ),
  };
}

function isComplete(stored: readonly StoredKey[]): boolean {
  return keyPurposes.every((purpose) => stored.some((key) => key.purpose === purpose && key.active));
}

function vaultOver(tenantId: number, masterKey: KeyObject, stored: readonly StoredKey[]): TenantVault {
  const keys = new Map(stored.map((row) => [row.kid, unwrapKey(masterKey, row)] as const));
  const newest = (purpose: KeyPurpose): DataKey => {
    const row = stored.findLast((candidate) => candidate.purpose === purpose && candidate.active);
    const key = row && keys.get(row.kid);
    if (!key) throw new Error(`tenant ${tenantId} has no active ${purpose} key`);
    return { kid: row.kid, key };
  };
  const writing = { P2: newest('P2'), P3: newest('P3'), P4: newest('P4'), log: newest('log') };
  const root = newest('index').key;
  const subkeys = new Map<string, KeyObject>();
  const subkey = (use: string): KeyObject => {
    let key = subkeys.get(use);
    if (!key) {
      key = createSecretKey(Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), use, 32)));
      subkeys.set(use, key);
    }
    return key;
  };
  const keyOf = (kid: number) => keys.get(kid);
  const binding = ({ table, column, rowId }: Place) => `v1|${tenantId}|${table}|${column}|${rowId}`;
  const logBinding = `v1|${tenantId}|log`;
  return {
    tenantId,
    encrypt: (place, plain) => sealEnvelope(writing[place.class ?? 'P2'], binding(place), Buffer.from(plain, 'utf8')),
    decrypt: (place, cipher) => openEnvelope(keyOf, binding(place), cipher).toString('utf8'),
    blindIndex: (kind, value) => hmac(subkey(`v1|blind|${kind}`), `v1|${kind}|${value}`).subarray(0, 16),
    lastFourIndex: (kind, value) =>
      hmac(subkey(`v1|last-four|${kind}`), `v1|${kind}|${value.slice(-4)}`).subarray(0, 2),
    seal: (bytes) => sealEnvelope(writing.log, logBinding, bytes),
    open: (sealed) => openEnvelope(keyOf, logBinding, sealed),
    currentKid: (dataClass) => writing[dataClass].kid,
  };
}

function hmac(key: KeyObject, message: string): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

import { createSecretKey, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import pg from 'pg';

import type { Tx } from '#platform/database';
import { defineError } from '#platform/errors';
import { openEnvelope, sealEnvelope } from '#platform/vault-envelope';
import { masterKeyMark } from '#platform/vault-master-key';

/** What a data key protects: columns by privacy class, bodies of the log, or the secret under the blind indexes. */
export const keyPurposes = ['P2', 'P3', 'P4', 'log', 'index'] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

/** A wrapped key as stored in `platform.data_keys`. */
export interface StoredKey {
  readonly kid: number;
  readonly tenant_id: number;
  readonly purpose: KeyPurpose;
  readonly master_mark: Buffer;
  readonly wrapped: Buffer;
  readonly active: boolean;
}

export const MasterKeyMismatch = defineError(
  'master_key_mismatch',
  500,
  () =>
    'The stored data keys were wrapped with another master key. Restore the right SHUKE_MASTER_KEY or secrets/master.key; starting with a new one would make all personal data unreadable.',
);

const selectKeys = `
  select kid, tenant_id, purpose, master_mark, wrapped, activates_at <= now() as active
    from platform.data_keys where tenant_id = $1 order by purpose, activates_at, kid`;

/** The tenant's wrapped keys as the connection sees them, oldest first within a purpose. */
export function readKeys(tx: Pick<Tx, 'query'>, tenantId: number): Promise<StoredKey[]> {
  return tx.query<StoredKey>(selectKeys, [tenantId]);
}

/** Unwraps a stored key; throws MasterKeyMismatch under another master key. */
export function unwrapKey(masterKey: KeyObject, stored: StoredKey): KeyObject {
  if (!stored.master_mark.equals(masterKeyMark(masterKey))) throw new MasterKeyMismatch();
  const bytes = openEnvelope(() => masterKey, wrapping(stored.tenant_id, stored.purpose, stored.kid), stored.wrapped);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** Wraps key bytes for storing under a number, tenant and purpose. */
export function wrapKey(
  masterKey: KeyObject,
  at: { kid: number; tenantId: number; purpose: KeyPurpose },
  bytes: Buffer,
): Buffer {
  return sealEnvelope({ kid: 0, key: masterKey }, wrapping(at.tenantId, at.purpose, at.kid), bytes);
}

/**
 * Makes whatever keys the tenant lacks and returns all of them. Uses a connection of its own and commits at once: keys made inside
 * a caller's transaction would vanish with its rollback while other requests already encrypt with them from the cache.
 */
export async function makeMissingKeys(masterKey: KeyObject, workerUrl: string, tenantId: number): Promise<StoredKey[]> {
  const client = new pg.Client({ connectionString: workerUrl });
  await client.connect();
  try {
    const query = async <Row>(text: string, values: readonly unknown[] = []) =>
      (await client.query(text, [...values])).rows as Row[];
    const present = new Set((await readKeys({ query }, tenantId)).map(({ purpose }) => purpose));
    for (const purpose of keyPurposes) {
      if (!present.has(purpose)) await insertKey({ query }, masterKey, { tenantId, purpose, generation: 1, delayS: 0 });
    }
    return await readKeys({ query }, tenantId);
  } finally {
    await client.end();
  }
}

/** Adds the next generation of a purpose's key, active after a delay in seconds. */
export async function addKey(
  tx: Pick<Tx, 'query'>,
  masterKey: KeyObject,
  { tenantId, purpose, delayS }: { tenantId: number; purpose: KeyPurpose; delayS: number },
): Promise<void> {
  const [last] = await tx.query<{ generation: number }>(
    `select coalesce(max(generation), 0) as generation from platform.data_keys where tenant_id = $1 and purpose = $2`,
    [tenantId, purpose],
  );
  const generation = (last?.generation ?? 0) + 1;
  await insertKey(tx, masterKey, { tenantId, purpose, generation, delayS: generation === 1 ? 0 : delayS });
}

/** Stores a new random key; of two processes adding the same generation the first wins and the other changes nothing. */
async function insertKey(
  tx: Pick<Tx, 'query'>,
  masterKey: KeyObject,
  {
    tenantId,
    purpose,
    generation,
    delayS,
  }: { tenantId: number; purpose: KeyPurpose; generation: number; delayS: number },
): Promise<void> {
  const [next] = await tx.query<{ kid: number }>(`select nextval('platform.data_key_numbers') as kid`);
  if (!next) throw new Error('the sequence of data keys gave no number');
  const bytes = randomBytes(32);
  const wrapped = wrapKey(masterKey, { kid: next.kid, tenantId, purpose }, bytes);
  bytes.fill(0);
  await tx.query(
    `insert into platform.data_keys (kid, tenant_id, purpose, generation, master_mark, wrapped, activates_at)
     values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7)) on conflict (tenant_id, purpose, generation) do nothing`,
    [next.kid, tenantId, purpose, generation, masterKeyMark(masterKey), wrapped, delayS],
  );
}

function wrapping(tenantId: number, purpose: KeyPurpose, kid: number): string {
  return `v1|data-key|${tenantId}|${purpose}|${kid}`;
}

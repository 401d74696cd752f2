import type { Tx } from '#platform/database';
import type { Place, TenantVault } from '#platform/vault';

/** Where an identifier's plain value is kept. */
export function valuePlace(identifierId: number): Place {
  return { table: 'customers.identifiers', column: 'value_cipher', rowId: String(identifierId) };
}

/** The key of a kind's and scope's value for exact search: what `blindIndex` and `lastFourIndex` of the vault take. */
export function indexedValue(scope: string, value: string): string {
  return scope === '' ? value : `${scope}\u001f${value}`;
}

/** Plain values of stored identifiers, in memory only. */
export async function readValues(tx: Tx, vault: TenantVault, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: number; cipher: Buffer }>(
    `select identifier_id as id, value_cipher as cipher from customers.identifiers
      where tenant_id = $1 and identifier_id = any ($2::bigint[])`,
    [vault.tenantId, ids],
  );
  return new Map(rows.map(({ id, cipher }) => [id, vault.decrypt(valuePlace(id), cipher)]));
}

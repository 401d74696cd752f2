import type { Tx } from '#platform/database';
import type { Place, TenantVault } from '#platform/vault';

/** The chosen value of one attribute of one customer, and where it comes from. */
export interface GoldenTrait {
  readonly customerId: number;
  readonly name: string;
  /** Plain; for a personal attribute decrypted in memory and to be masked before it leaves. */
  readonly value: unknown;
  readonly sourceId: number;
  readonly identifierId: number;
  readonly saidAt: Date;
  readonly isLocked: boolean;
  readonly cipher: Buffer | null;
}

/** The order in which a customer's traits win: locked by staff, more important source, newer. */
const best = `order by t.customer_id, t.name, t.is_locked desc, t.priority desc, t.said_at desc, t.identifier_id, t.source_id`;

/** Where the plain value of a personal trait is kept. */
export function traitPlace(trait: { identifierId: number; name: string; sourceId: number }): Place {
  return {
    table: 'customers.traits',
    column: 'value_cipher',
    rowId: `${trait.identifierId}:${trait.name}:${trait.sourceId}`,
  };
}

/** The golden traits of some customers; only the named ones when names are given. Deleted ones are left out. */
export async function readGoldenTraits(
  tx: Tx,
  vault: TenantVault,
  customerIds: readonly number[],
  names: readonly string[] | null = null,
): Promise<GoldenTrait[]> {
  if (customerIds.length === 0) return [];
  const rows = await tx.query<GoldenTrait>(
    `select distinct on (t.customer_id, t.name) t.customer_id as "customerId", t.name, t.value, t.value_cipher as cipher,
            t.source_id as "sourceId", t.identifier_id as "identifierId", t.said_at as "saidAt", t.is_locked as "isLocked"
       from customers.traits t
      where t.tenant_id = $1 and t.customer_id = any ($2::bigint[]) and ($3::text[] is null or t.name = any ($3::text[]))
      ${best}`,
    [vault.tenantId, customerIds, names],
  );
  return rows.flatMap((row) => {
    if (row.cipher !== null) return [{ ...row, value: vault.decrypt(traitPlace(row), row.cipher) }];
    return row.value === null ? [] : [row];
  });
}

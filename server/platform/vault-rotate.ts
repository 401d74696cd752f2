import type { KeyObject } from 'node:crypto';

import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import { defineError } from '#platform/errors';
import type { Vaults } from '#platform/vault';
import { readKeys, unwrapKey, wrapKey } from '#platform/vault-keys';
import { masterKeyMark } from '#platform/vault-master-key';

/** An encrypted column set of one table, to be re-encrypted under the newest key. */
export interface ReencryptTarget {
  readonly tenantId: number;
  /** Schema and table as named in the values' places. */
  readonly table: string;
  readonly columns: readonly string[];
  /** SQL expression over the row that gives the place's row id as text, e.g. `customer_id::text`; must be unique in the tenant. */
  readonly rowId: string;
  readonly class?: 'P2' | 'P3' | 'P4' | undefined;
}

const batchRows = 1_000;

/**
 * Re-encrypts up to 1,000 rows whose values were written under an older key, skipping rows in use; returns how many. Call until 0:
 * it may be stopped and started again at any time, readers are never in the way.
 */
export async function reencryptBatch(database: Database, vaults: Vaults, target: ReencryptTarget): Promise<number> {
  const { tenantId, table, columns, rowId } = target;
  return database.work({ tenantId, scope: everyStore }, async (tx) => {
    const vault = await vaults.forTenant(tx, tenantId);
    const kid = vault.currentKid(target.class ?? 'P2');
    const rows = await tx.query<{ row_id: string; ciphers: (Buffer | null)[] }>(
      `select ${rowId} as row_id, array[${columns.join(', ')}] as ciphers from ${table}
        where tenant_id = $1 and (${columns.map(isOld).join(' or ')}) limit ${batchRows} for update skip locked`,
      [tenantId, kidBytes(kid)],
    );
    if (rows.length === 0) return 0;
    const renewed = columns.map((column, index) =>
      rows.map(({ row_id, ciphers }) => {
        const place = { table, column, rowId: row_id, class: target.class };
        const cipher = ciphers[index] ?? null;
        return cipher === null ? null : vault.encrypt(place, vault.decrypt(place, cipher));
      }),
    );
    await tx.execute(
      `update ${table} t set ${columns.map((column) => `${column} = fresh.${column}`).join(', ')}
         from unnest($2::text[], ${columns.map((_, index) => `$${index + 3}::bytea[]`).join(', ')}) as fresh(fresh_row_id, ${columns.join(', ')})
        where t.tenant_id = $1 and (select ${rowId} from (select t.*) as one) = fresh.fresh_row_id`,
      [tenantId, rows.map(({ row_id }) => row_id), ...renewed],
    );
    return rows.length;
  });
}

export const KeyStillUsed = defineError(
  'key_still_used',
  409,
  (kid: number, places: readonly string[]) =>
    `Key ${kid} still protects values in ${places.join(', ')}; re-encrypt them first.`,
  (kid, places) => ({ kid, places }),
);

/** Destroys an old key once no column of any table holds a value written under it; refuses with the columns that still do. */
export async function destroyKey(
  database: Database,
  { tenantId, kid }: { tenantId: number; kid: number },
): Promise<void> {
  await database.work({ tenantId, scope: everyStore }, async (tx) => {
    const columns = await tx.query<{ table: string; column: string }>(
      `select format('%I.%I', n.nspname, c.relname) as table, quote_ident(a.attname) as column
         from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
        where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
          and a.atttypid = 'bytea'::regtype and col_description(c.oid, a.attnum) in ('P2', 'P3', 'P4')
          and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id')
          and has_table_privilege(c.oid, 'select')
        order by 1, 2`,
    );
    const used: string[] = [];
    for (const { table, column } of columns) {
      const found = await tx.query(
        `select from ${table} where tenant_id = $1 and length(${column}) >= 33 and get_byte(${column}, 0) = 1
            and substring(${column} from 2 for 4) = $2 limit 1`,
        [tenantId, kidBytes(kid)],
      );
      if (found.length > 0) used.push(`${table}.${column}`);
    }
    if (used.length > 0) throw new KeyStillUsed(kid, used);
    await tx.execute(
      `delete from platform.data_keys k where tenant_id = $1 and kid = $2 and purpose in ('P2', 'P3', 'P4')
          and exists (select from platform.data_keys n where n.tenant_id = k.tenant_id and n.purpose = k.purpose and n.generation > k.generation)`,
      [tenantId, kid],
    );
  });
}

/** Wraps every data key of the installation with a new master key, in one transaction; restart all processes with the new one. */
export async function changeMasterKey(database: Database, from: KeyObject, to: KeyObject): Promise<number> {
  return database.work({ tenantId: null, scope: everyStore }, async (tx) => {
    const tenants = await tx.query<{ tenant_id: number }>(`select distinct tenant_id from platform.data_keys`);
    let changed = 0;
    for (const { tenant_id: tenantId } of tenants) {
      for (const stored of await readKeys(tx, tenantId)) {
        const bytes = unwrapKey(from, stored).export();
        const wrapped = wrapKey(to, { kid: stored.kid, tenantId, purpose: stored.purpose }, bytes);
        bytes.fill(0);
        await tx.execute(`update platform.data_keys set wrapped = $2, master_mark = $3 where kid = $1`, [
          stored.kid,
          wrapped,
          masterKeyMark(to),
        ]);
        changed += 1;
      }
    }
    return changed;
  });
}

function isOld(column: string): string {
  return `(${column} is not null and substring(${column} from 2 for 4) <> $2)`;
}

function kidBytes(kid: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(kid);
  return bytes;
}

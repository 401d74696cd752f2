import { Client, DatabaseError } from 'pg';

export interface DatabaseVerdict {
  readonly checkedIndexes: number;
  /** One sentence per damaged index. */
  readonly faults: readonly string[];
}

/**
 * Checks every B-tree index against its table (order, and that no row is missing from it) and every GIN index, as
 * superuser. A fault is reported, not thrown.
 */
export async function verifyDatabase(adminUrl: string): Promise<DatabaseVerdict> {
  const client = new Client({ connectionString: adminUrl });
  client.on('error', () => undefined);
  await client.connect();
  const faults: string[] = [];
  try {
    const { rows } = await client.query<{ index: string; oid: number; method: string }>(
      `select c.oid::regclass::text as index, c.oid, am.amname as method
         from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am am on am.oid = c.relam
        where am.amname in ('btree', 'gin') and c.relkind = 'i' and c.relpersistence = 'p' and i.indisready and i.indisvalid
        order by 1`,
    );
    for (const { index, oid, method } of rows) {
      const check = method === 'btree' ? 'bt_index_check($1, true)' : 'gin_index_check($1)';
      try {
        await client.query(`select ${check}`, [oid]);
      } catch (error) {
        // 57… and 08…: the server went away, which says nothing about the index.
        if (!(error instanceof DatabaseError) || /^(57|08)/.test(error.code ?? '')) throw error;
        faults.push(`${index}: ${error.message}`);
      }
    }
    return { checkedIndexes: rows.length, faults };
  } finally {
    await client.end();
  }
}

import type { Tx } from '#platform/database';

/** What removing rows works on: a worker's transaction bound to the tenant. */
interface RemovalContext {
  readonly tx: Tx;
  readonly tenantId: number;
}

/**
 * All tables with rows of tenants, those that refer to others first. Audit, keys, sessions and the organisation are not among them: who
 * may sign in and what was done outlives what it was done to.
 */
export async function tenantTables({ tx }: Pick<RemovalContext, 'tx'>): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `with recursive owned as (
       select c.oid, n.nspname || '.' || c.relname as name
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and not c.relispartition
          and (n.nspname not in ('platform', 'org', 'log', 'demo', 'graphile_worker')
               or n.nspname || '.' || c.relname in ('platform.definitions', 'platform.definition_versions', 'platform.idempotency_keys',
                                                     'log.dead_letters'))
          and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)),
     depth as (
       select oid, 0 as level from owned
       union all
       select k.confrelid, d.level + 1 from depth d join pg_constraint k on k.conrelid = d.oid and k.contype = 'f' and k.confrelid <> k.conrelid
        where d.level < 30)
     select o.name from owned o join depth d using (oid) group by o.name order by max(d.level), o.name`,
  );
  return rows.map(({ name }) => name);
}

/** Removes the tenant's rows of a table for good, or only those whose column is among the keys; returns how many. */
export async function removeRows(
  { tx, tenantId }: RemovalContext,
  table: string,
  only?: { readonly column: string; readonly keys: readonly (string | number)[] },
): Promise<number> {
  const [row] = await tx.query<{ removed: number }>(`select platform.remove_rows($1, $2, $3, $4) as removed`, [
    tenantId,
    table,
    only?.column ?? null,
    only?.keys.map(String) ?? null,
  ]);
  return row?.removed ?? 0;
}

import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';

import pg from 'pg';

import { defineError } from '#platform/errors';

export const SchemaIsNewer = defineError(
  'schema_is_newer',
  500,
  (names: readonly string[]) =>
    `The database was migrated by a newer version of Shuke (${names.join(', ')}). Upgrade this installation, or restore a backup made by this version.`,
);
export const MigrationChanged = defineError(
  'migration_changed',
  500,
  (name: string) => `Migration ${name} was changed after it had been applied. Add a new migration instead.`,
);

interface Migration {
  readonly module: string;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
  /** For `create index concurrently` and the like: the file's first line is `-- no-transaction`. */
  readonly transactional: boolean;
}

const migratorLock = 7_301_001;

function readMigrations(modules: readonly string[]): Migration[] {
  const homes = [
    { module: 'platform', dir: resolve(import.meta.dirname, 'migrations') },
    ...modules.map((module) => ({ module, dir: resolve(import.meta.dirname, '../modules', module, 'migrations') })),
  ];
  return homes.flatMap(({ module, dir }) =>
    globSync('*.sql', { cwd: dir })
      .toSorted()
      .map((file) => {
        const sql = readFileSync(resolve(dir, file), 'utf8');
        return {
          module,
          name: basename(file, '.sql'),
          sql,
          sha256: createHash('sha256').update(sql).digest('hex'),
          transactional: !sql.startsWith('-- no-transaction'),
        };
      }),
  );
}

/**
 * Brings the schema of all modules (given in the order of their layers) up to date under the owner role.
 * Safe when several processes start together; refuses a schema newer than this program.
 */
export async function migrate(ownerUrl: string, modules: readonly string[]): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // Others may migrate for longer than the owner's sessions wait for any other lock.
    await client.query(`set lock_timeout = 0`);
    await client.query(`select pg_advisory_lock($1)`, [migratorLock]);
    await client.query(`reset lock_timeout`);
    await client.query(`create schema if not exists platform`);
    await client.query(`create table if not exists platform.migrations (
      module text not null, name text not null, sha256 text not null, applied_at timestamptz not null default now(),
      primary key (module, name))`);
    const wanted = readMigrations(modules);
    const done = new Map(
      (
        await client.query<{ module: string; name: string; sha256: string }>(
          `select module, name, sha256 from platform.migrations`,
        )
      ).rows.map((row) => [`${row.module}/${row.name}`, row.sha256]),
    );
    const known = new Set(wanted.map(({ module, name }) => `${module}/${name}`));
    const unknown = [...done.keys()].filter((key) => !known.has(key));
    if (unknown.length > 0) throw new SchemaIsNewer(unknown);

    const applied: string[] = [];
    for (const migration of wanted) {
      const key = `${migration.module}/${migration.name}`;
      const sha256 = done.get(key);
      if (sha256 === migration.sha256) continue;
      if (sha256 !== undefined) throw new MigrationChanged(key);
      await apply(client, migration);
      applied.push(key);
    }
    if (applied.length > 0) await protect(client, ['platform', ...modules]);
    return { applied };
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const record = `insert into platform.migrations (module, name, sha256) values ($1, $2, $3)`;
  const values = [migration.module, migration.name, migration.sha256];
  try {
    if (!migration.transactional) {
      await client.query(migration.sql);
      await client.query(record, values);
      return;
    }
    await client.query('begin');
    await client.query(`set local lock_timeout = '3s'`);
    await client.query(`create schema if not exists ${migration.module}`);
    await client.query(migration.sql);
    await client.query(record, values);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new Error(`migration ${migration.module}/${migration.name} failed: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

interface TableRow {
  readonly table: string;
  readonly has_tenant: boolean;
  readonly rules: Record<string, string>;
  readonly kind: string;
  readonly is_partition: boolean;
}

/** Puts row-level security, grants and append-only triggers on every table of the modules, from the rules the migrations declared. */
async function protect(client: pg.Client, modules: readonly string[]): Promise<void> {
  const { rows } = await client.query<TableRow>(
    `select format('%I.%I', n.nspname, c.relname) as table, c.relkind as kind, c.relispartition as is_partition,
            exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as has_tenant,
            coalesce((select jsonb_object_agg(rule, argument) from platform.table_rules r
                       where r.table_name = n.nspname || '.' || c.relname), '{}') as rules
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and c.relkind in ('r', 'p')`,
    [modules],
  );
  await client.query('begin');
  for (const schema of modules) {
    await client.query(`create schema if not exists ${schema}`);
    await client.query(`grant usage on schema ${schema} to shuke_web, shuke_worker`);
    await client.query(`grant usage, select on all sequences in schema ${schema} to shuke_web, shuke_worker`);
    await client.query(`grant execute on all functions in schema ${schema} to shuke_web, shuke_worker`);
  }
  for (const row of rows) for (const statement of protection(row)) await client.query(statement);
  await client.query('commit');
}

function protection({ table, has_tenant, rules, is_partition }: TableRow): string[] {
  const writes = 'append_only' in rules ? 'select, insert' : 'select, insert, update, delete';
  const statements = [
    `revoke all on ${table} from shuke_web, shuke_worker`,
    `grant ${writes} on ${table} to shuke_web, shuke_worker`,
  ];
  if ('append_only' in rules && !is_partition) {
    statements.push(
      `create or replace trigger append_only before update or delete on ${table} for each row execute function platform.refuse_change()`,
      `create or replace trigger append_only_truncate before truncate on ${table} for each statement execute function platform.refuse_change()`,
    );
  }
  if ('global' in rules) return statements;
  if (!has_tenant) {
    throw new Error(`table ${table} has no tenant_id and is not declared global (platform.declare_global)`);
  }
  const scope = rules['store_scope'];
  const visible =
    scope === undefined
      ? ''
      : ` and ((select platform.sees_all_stores()) or ${scope} = any ((select platform.visible_stores())::int[]))`;
  const web = `tenant_id = (select platform.tenant_id())${visible}`;
  const worker = `((select platform.tenant_id_or_null()) is null or tenant_id = (select platform.tenant_id_or_null()))`;
  statements.push(
    `alter table ${table} enable row level security`,
    `drop policy if exists web_tenant on ${table}`,
    `create policy web_tenant on ${table} to shuke_web using (${web}) with check (${web})`,
    `drop policy if exists worker_tenant on ${table}`,
    `create policy worker_tenant on ${table} to shuke_worker using (${worker}) with check (${worker})`,
  );
  return statements;
}

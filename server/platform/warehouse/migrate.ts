import { createHash } from 'node:crypto';

import { MigrationChanged, SchemaIsNewer } from '../migrate.ts';
import type { Warehouse } from './client.ts';
import { splitStatements } from './statement.ts';

/** One step of the warehouse's schema. The engine has no transactions, so each statement must bear being repeated. */
export interface WarehouseMigration {
  readonly name: string;
  /** One or several statements, each with IF NOT EXISTS, OR REPLACE or the like. */
  readonly sql: string;
}

const migrationsTable = `
  CREATE TABLE IF NOT EXISTS warehouse_migrations (
    name String, sha256 String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
  ) ENGINE = ReplacingMergeTree(applied_at) ORDER BY name`;

/**
 * Brings the warehouse's schema up to date, in the order given, and returns the names of what it applied.
 * Throws SchemaIsNewer when the warehouse knows a migration that this program does not, MigrationChanged when an
 * applied one reads differently now.
 */
export async function migrateWarehouse(
  warehouse: Warehouse,
  migrations: readonly WarehouseMigration[],
): Promise<string[]> {
  const wanted = new Map(migrations.map(({ name, sql }) => [name, createHash('sha256').update(sql).digest('hex')]));
  if (wanted.size !== migrations.length) throw new TypeError('Two warehouse migrations have the same name.');
  await warehouse.command(migrationsTable);
  const rows = await warehouse.query<{ name: string; sha256: string }>(
    'SELECT name, sha256 FROM warehouse_migrations FINAL ORDER BY name',
  );
  const unknown = rows.filter(({ name }) => !wanted.has(name)).map(({ name }) => name);
  if (unknown.length > 0) throw new SchemaIsNewer(unknown);

  const done = new Map(rows.map(({ name, sha256 }) => [name, sha256]));
  const applied: string[] = [];
  for (const { name, sql } of migrations) {
    const sha256 = wanted.get(name);
    if (done.get(name) === sha256) continue;
    if (done.has(name)) throw new MigrationChanged(`warehouse/${name}`);
    for (const statement of splitStatements(sql)) await warehouse.command(statement);
    await warehouse.insert('warehouse_migrations', [{ name, sha256 }]);
    applied.push(name);
  }
  return applied;
}

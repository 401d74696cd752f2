import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';

import pg from 'pg';

import { moduleNames } from '../module-names.ts';

interface ColumnRow {
  table: string;
  column: string;
  type: string;
  array: boolean;
  nullable: boolean;
  generated: boolean;
}

const scalar: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float4: 'number',
  float8: 'number',
  numeric: 'string',
  text: 'string',
  varchar: 'string',
  uuid: 'string',
  date: 'string',
  xid8: 'string',
  pg_snapshot: 'string',
  timestamptz: 'Date',
  bytea: 'Buffer',
  json: 'unknown',
  jsonb: 'unknown',
};

function columnType({ column, type, array, nullable, generated }: ColumnRow): string {
  const base = scalar[type];
  if (base === undefined) throw new Error(`no TypeScript type for Postgres type ${type} (column ${column})`);
  const full = `${array ? `${base}[]` : base}${nullable && base !== 'unknown' ? ' | null' : ''}`;
  return generated ? `Generated<${full}>` : full;
}

/** The `tables.ts` of one module: a row type per table, read from the migrated schema. */
export function renderTables(module: string, rows: readonly ColumnRow[]): string {
  const tables = Map.groupBy(rows, ({ table }) => table);
  const typeName = (table: string) =>
    `${table.replaceAll(/(^|_)(\w)/g, (_all, _sep, letter: string) => letter.toUpperCase())}Table`;
  const pascal = module.replace(/^\w/, (letter) => letter.toUpperCase());
  const interfaces = [...tables].map(
    ([table, columns]) =>
      `interface ${typeName(table)} {\n${columns.map((column) => `  ${column.column}: ${columnType(column)};`).join('\n')}\n}\n`,
  );
  const index = [...tables.keys()].map((table) => `  '${module}.${table}': ${typeName(table)};`).join('\n');
  const usesGenerated = rows.some(({ generated }) => generated);
  return [
    '// Generated from the migrations by `npm run generate`; do not edit.',
    ...(usesGenerated ? [`import type { Generated } from 'kysely';`] : []),
    '',
    ...interfaces,
    `export interface ${pascal}Tables {\n${index}\n}\n`,
  ].join('\n');
}

/** Reads the tables of every module that keeps a `tables.ts` and returns the files that differ, with their new text. */
export async function staleTables(ownerUrl: string): Promise<{ path: string; text: string }[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const stale: { path: string; text: string }[] = [];
    for (const module of moduleNames) {
      const path = resolve(import.meta.dirname, '../modules', module, 'tables.ts');
      if (!existsSync(path)) continue;
      const { rows } = await client.query<ColumnRow>(
        `select c.relname as table, a.attname as column, coalesce(e.typname, t.typname) as type, e.typname is not null as array,
                not a.attnotnull as nullable, a.atthasdef or a.attidentity <> '' as generated
           from pg_class c
           join pg_namespace n on n.oid = c.relnamespace
           join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           join pg_type t on t.oid = a.atttypid
           left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
          where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition
          order by c.relname, a.attnum`,
        [module],
      );
      const text = renderTables(module, rows);
      if (readFileSync(path, 'utf8') !== text) stale.push({ path, text });
    }
    return stale;
  } finally {
    await client.end();
  }
}

/** Writes every `tables.ts` that is out of date. */
export async function generateTables(ownerUrl: string): Promise<string[]> {
  const stale = await staleTables(ownerUrl);
  for (const { path, text } of stale) writeFileSync(path, text);
  return stale.map(({ path }) => path);
}

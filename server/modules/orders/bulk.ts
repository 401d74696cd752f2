import type { Tx } from '#platform/database';

/** How rows of a table travel: column → Postgres type; `flags` stands for a text[] sent as one text. */
export type ColumnTypes<Row> = Record<keyof Row & string, string>;

interface Columns {
  readonly names: string;
  readonly expressions: string;
  readonly parameters: string;
  readonly values: unknown[][];
}

/** Rows as parallel arrays; columns that are null, 0, false, '' or empty in every row are left to their default. */
function columnsOf<Row extends object>(
  types: ColumnTypes<Row>,
  rows: readonly Row[],
  from: number,
  keepEmpty: boolean,
): Columns {
  const used = (Object.keys(types) as (keyof Row & string)[]).filter(
    (name) => keepEmpty || rows.some((row) => !isDefault(row[name])),
  );
  return {
    names: used.join(', '),
    expressions: used
      .map((name) =>
        types[name] === 'flags' ? `coalesce(string_to_array(nullif(r.${name}, ''), ','), '{}')` : `r.${name}`,
      )
      .join(', '),
    parameters: used
      .map((name, index) => `$${from + index}::${types[name] === 'flags' ? 'text' : types[name]}[]`)
      .join(', '),
    values: used.map((name) => rows.map((row) => encode(types[name], row[name]))),
  };
}

function isDefault(value: unknown): boolean {
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.keys(value).length === 0;
  return (
    value === null || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0)
  );
}

function encode(type: string, value: unknown): unknown {
  if (type === 'flags') return (value as string[]).join(',');
  return type === 'jsonb' ? JSON.stringify(value) : value;
}

/** Inserts rows of one tenant in one statement; `ending` is what follows (`on conflict … returning …`). */
export async function insertRows<Row extends object, Returned = unknown>(
  ctx: { readonly tx: Tx; readonly tenantId: number },
  table: string,
  types: ColumnTypes<Row>,
  rows: readonly Row[],
  ending = '',
): Promise<Returned[]> {
  if (rows.length === 0) return [];
  const { names, expressions, parameters, values } = columnsOf(types, rows, 2, false);
  return ctx.tx.query<Returned>(
    `insert into ${table} (tenant_id, ${names}) select $1, ${expressions} from unnest(${parameters}) as r(${names}) ${ending}`,
    [ctx.tenantId, ...values],
  );
}

/** Sets all columns of the rows with the same key in one statement. */
export async function updateRows<Row extends object>(
  ctx: { readonly tx: Tx; readonly tenantId: number },
  table: string,
  types: ColumnTypes<Row>,
  key: readonly (keyof Row & string)[],
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const { names, expressions, parameters, values } = columnsOf(types, rows, 2, true);
  await ctx.tx.execute(
    `update ${table} t set (${names}) = row(${expressions}) from unnest(${parameters}) as r(${names})
      where t.tenant_id = $1 and ${key.map((name) => `t.${name} = r.${name}`).join(' and ')}`,
    [ctx.tenantId, ...values],
  );
}

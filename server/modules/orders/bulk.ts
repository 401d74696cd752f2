import type { Tx } from '#platform/database';

/** How rows of a table travel: column → Postgres type; `flags` stands for a text[] sent as one text. */
export type ColumnTypes<Row> = Record<keyof Row & string, string>;

interface Columns {
  readonly names: string;
  /** The values of a row, from `source`. */
  readonly expressions: string;
  /** What the rows come from: parallel arrays. One row is written out, which costs the database a third of taking arrays apart. */
  readonly source: string;
  readonly values: readonly unknown[];
}

/** Rows as parameters; columns that are null, 0, false, '' or empty in every row are left to their default. */
function columnsOf<Row extends object>(
  types: ColumnTypes<Row>,
  rows: readonly Row[],
  from: number,
  keepEmpty: boolean,
): Columns {
  const used = (Object.keys(types) as (keyof Row & string)[]).filter(
    (name) => keepEmpty || rows.some((row) => !isDefault(row[name])),
  );
  const names = used.join(', ');
  const typeOf = (name: keyof Row & string) => (types[name] === 'flags' ? 'text' : types[name]);
  const expression = (name: keyof Row & string, value: string) =>
    types[name] === 'flags' ? `coalesce(string_to_array(nullif(${value}, ''), ','), '{}')` : value;
  const [only, ...others] = rows;
  if (only && others.length === 0) {
    return {
      names,
      expressions: used.map((name, index) => expression(name, `$${from + index}::${typeOf(name)}`)).join(', '),
      source: '',
      values: used.map((name) => encode(types[name], only[name])),
    };
  }
  const parameters = used.map((name, index) => `$${from + index}::${typeOf(name)}[]`).join(', ');
  return {
    names,
    expressions: used.map((name) => expression(name, `r.${name}`)).join(', '),
    source: `from unnest(${parameters}) as r(${names})`,
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
  const { names, expressions, source, values } = columnsOf(types, rows, 2, false);
  return ctx.tx.query<Returned>(
    `insert into ${table} (tenant_id, ${names}) select $1, ${expressions} ${source} ${ending}`,
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
  const { names, expressions, source, values } = columnsOf(types, rows, 2, true);
  const columns = Object.keys(types);
  const valueOf = (name: string) => (source === '' ? `$${columns.indexOf(name) + 2}` : `r.${name}`);
  await ctx.tx.execute(
    `update ${table} t set (${names}) = row(${expressions}) ${source}
      where t.tenant_id = $1 and ${key.map((name) => `t.${name} = ${valueOf(name)}`).join(' and ')}`,
    [ctx.tenantId, ...values],
  );
}

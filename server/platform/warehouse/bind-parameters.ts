import { Fault, syntaxError } from './fault.ts';
import { isSignificant, tokenize, type Token } from './sql-tokens.ts';

/** Values as ClickHouse's HTTP interface takes them: escaped like a cell of a tab-separated file, `\N` for null. */
export type BoundValues = ReadonlyMap<string, string>;

const named: Readonly<Record<string, string>> = { '\0': '\\0', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
// eslint-disable-next-line no-control-regex -- Finding control characters is the point.
const control = /[\u0000-\u001f\u007f]/g;

/** Inside quotes only the backslash and the quote mean something; control characters are escaped for whoever reads logs. */
function escaped(text: string, quote: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(control, (char) => named[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** A string literal that holds exactly this text. */
export function stringLiteral(text: string): string {
  return `'${escaped(text, "'")}'`;
}

/** A quoted identifier that names exactly this. */
export function quotedIdentifier(name: string): string {
  return `\`${escaped(name, '`')}\``;
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '0': '\0',
};

/** A string literal of a tab-separated cell, read as ClickHouse reads one: unknown escapes keep their backslash. */
function literalOfCell(cell: string): string {
  const text = cell.replace(/\\(x[\da-fA-F]{2}|[\s\S])|[^\\]+/g, (whole, code: string | undefined) => {
    if (code === undefined) return escaped(whole, "'");
    // A byte, which need not be a character: left for the engine to place.
    if (code.length === 3) return `\\${code}`;
    if (code === 'N') return '';
    const char = escapes[code];
    if (char !== undefined) return escaped(char, "'");
    // eslint-disable-next-line no-control-regex -- The engine drops the backslash before these.
    return escaped(/[\\`"'/=\u0000-\u001f\u007f]/.test(code) ? code : `\\${code}`, "'");
  });
  return `'${text}'`;
}

interface Placeholder {
  readonly name: string;
  readonly type: string;
}

function badValue({ name, type }: Placeholder): Fault {
  return new Fault(457, 'BAD_QUERY_PARAMETER', `Value cannot be parsed as ${type} for query parameter '${name}'.`);
}

const wrapper = /^(?:Nullable|LowCardinality)\s*\(([\s\S]*)\)$/;
/** Their text form carries its own quoting, so the cell's escapes belong to the elements. */
const composite = /^(?:Array|Tuple|Nested|Point|Ring|LineString|MultiLineString|Polygon|MultiPolygon|Geometry)\b/;
/** The conversion from text guesses more kindly than a parameter is read: `1` would be the first of January. */
const shapes: readonly (readonly [type: RegExp, value: RegExp])[] = [
  [/^U?Int\d+$/, /^-?\d+$/],
  [/^(?:B?Float|Decimal|Bool)/, /^[\w.+-]+$/],
  [/^(?:UUID|IPv[46])$/, /^[\da-fA-F:.-]+$/],
  [/^Date(?:32)?$/, /^\d{4}-?\d{1,2}-?\d{1,2}$/],
  [/^DateTime(?!64)/, /^(?:\d{5,}|\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}:\d{2})?)$/],
  [/^DateTime64/, /^(?:-?\d+(?:\.\d+)?|\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?)?)$/],
];

/** A cell ends at a bare tab or newline, and its last backslash must escape something. */
function isWholeCell(value: string): boolean {
  return !/[\\\t\n]/.test(value.replaceAll(/\\[\s\S]/g, ''));
}

function isNullable(type: string): boolean {
  return /^(?:LowCardinality\s*\(\s*)?Nullable\b/.test(type);
}

function isMap(type: string): boolean {
  return /\bMap\b/.test(type);
}

function cast(expression: string, type: string): string {
  return `_CAST(${expression}, ${stringLiteral(type)})`;
}

function scalarLiteral({ name, type }: Placeholder, value: string): string {
  const [, shape] = shapes.find(([types]) => types.test(type)) ?? [];
  if (!(shape?.test(value) ?? isWholeCell(value))) throw badValue({ name, type });
  if (type === 'String') return literalOfCell(value);
  const isTimestamp = type.startsWith('DateTime') && !/^\d{4}-/.test(value);
  if (isTimestamp)
    return cast(cast(stringLiteral(value), type.startsWith('DateTime64') ? 'Decimal(38, 9)' : 'Int64'), type);
  return cast(literalOfCell(value), type);
}

/** The expression that stands for a value of this type: a constant, whatever the value contains. */
function typedLiteral({ name, type }: Placeholder, value: string): string {
  if (isNullable(type) && value === '\\N') return cast('NULL', type);
  const inner = wrapper.exec(type)?.[1]?.trim();
  // In one step to Nullable, a value that is not of the inner type would silently become null.
  if (inner !== undefined) return cast(typedLiteral({ name, type: inner }, value), type);
  if (isMap(type)) {
    if (value === '\\N') throw badValue({ name, type });
    // Maps have no conversion from text; the engine reads them as the one cell of a file.
    return `(SELECT c FROM format(TSV, ${stringLiteral(`c ${type}`)}, ${stringLiteral(value)}))`;
  }
  if (composite.test(type)) return cast(stringLiteral(value), type);
  return scalarLiteral({ name, type }, value);
}

function substitution({ name, type }: Placeholder, values: BoundValues): string {
  const value = values.get(name);
  if (value === undefined) {
    if (isNullable(type)) return cast('NULL', type);
    throw new Fault(456, 'UNKNOWN_QUERY_PARAMETER', `Substitution \`${name}\` is not set.`);
  }
  if (type !== 'Identifier') return typedLiteral({ name, type }, value);
  if (value === '') throw badValue({ name, type });
  return quotedIdentifier(value);
}

function textOf(sql: string, { start, end }: Token): string {
  return sql.slice(start, end);
}

/** Reads `name : Type }` after an opening brace; undefined when the brace is something else, which the engine judges. */
function readPlaceholder(
  sql: string,
  tokens: readonly Token[],
  open: number,
): (Placeholder & { readonly close: number }) | undefined {
  const inside: string[] = [];
  for (let at = open + 1; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'broken') return undefined;
    const text = textOf(sql, token);
    if (text === '}') {
      const [name = '', colon, ...type] = inside;
      if (!/^[A-Za-z_]\w*$/.test(name) || colon !== ':' || type.length === 0) return undefined;
      return { name, type: type.join('').trim(), close: at };
    }
    if (text === '{' || text === ';') return undefined;
    if (isSignificant(token)) inside.push(text);
    else if (inside.length > 2) inside.push(' ');
  }
  return undefined;
}

/**
 * Replaces each `{name:Type}` by a literal of that type, and each comment by a space.
 * Throws ClickHouse's error 456 for a parameter without a value, 457 for one that cannot be of its type, 62 for a quote
 * or comment that never ends.
 */
export function bindParameters(sql: string, values: BoundValues): string {
  const tokens = [...tokenize(sql)];
  let bound = '';
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind === 'broken') throw syntaxError('A quote or comment is not closed.');
    const placeholder = textOf(sql, token) === '{' ? readPlaceholder(sql, tokens, at) : undefined;
    if (placeholder) {
      bound += substitution(placeholder, values);
      at = placeholder.close;
    } else {
      bound += token.kind === 'comment' ? ' ' : textOf(sql, token);
    }
  }
  return bound;
}

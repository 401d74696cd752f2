import { Fault, syntaxError } from './fault.ts';
import { isSignificant, tokenize, type Token } from './sql-tokens.ts';

/** Values as ClickHouse's HTTP interface takes them: escaped like a cell of a tab-separated file, `\N` for null. */
export type BoundValues = ReadonlyMap<string, string>;

const named: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '`': '\\`',
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Inside the quotes only a backslash and the quote itself mean something; control characters are escaped for the log's sake. */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex -- Finding control characters is the point.
  return text.replace(/[\\'`\u0000-\u001f\u007f]/g, (char) => {
    return named[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** A string literal that holds exactly this text. */
export function stringLiteral(text: string): string {
  return `'${escaped(text)}'`;
}

/** A quoted identifier that names exactly this. */
export function quotedIdentifier(name: string): string {
  return `\`${escaped(name)}\``;
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
  const parts = cell.replace(/\\(x[\da-fA-F]{2}|[\s\S])|[\s\S]/g, (whole, code: string | undefined) => {
    if (code === undefined) return escaped(whole);
    // A byte, which need not be a character: left for the engine to place.
    if (code.length === 3) return `\\${code}`;
    if (code === 'N') return '';
    const char = escapes[code];
    if (char !== undefined) return escaped(char);
    // eslint-disable-next-line no-control-regex -- The engine drops the backslash before these.
    return escaped(/[\\`"'/\u0000-\u001f\u007f]/.test(code) ? code : `\\${code}`);
  });
  return `'${parts}'`;
}

const wrapper = /^(?:Nullable|LowCardinality)\s*\(([\s\S]*)\)$/;
/** Their text form carries its own quoting, so the cell's escapes belong to the elements. */
const composite = /^(?:Array|Tuple|Nested|Point|Ring|LineString|MultiLineString|Polygon|MultiPolygon|Geometry)\b/;

function isNullable(type: string): boolean {
  return /^(?:LowCardinality\s*\(\s*)?Nullable\b/.test(type);
}

/** The expression that stands for a value of this type: a constant, whatever the value contains. */
function typedLiteral(type: string, value: string): string {
  const inner = wrapper.exec(type)?.[1]?.trim() ?? type;
  const nullable = isNullable(type);
  if (nullable && value === '\\N') return `_CAST(NULL, ${stringLiteral(type)})`;
  if (type === 'String') return literalOfCell(value);
  // Maps have no conversion from text; the engine reads them as the one cell of a file.
  if (/\bMap\b/.test(type))
    return `(SELECT c FROM format(TSV, ${stringLiteral(`c ${type}`)}, ${stringLiteral(value)}))`;
  return `_CAST(${composite.test(inner) ? stringLiteral(value) : literalOfCell(value)}, ${stringLiteral(type)})`;
}

function substitution(name: string, type: string, values: BoundValues): string {
  const value = values.get(name);
  if (value === undefined) {
    if (isNullable(type)) return `_CAST(NULL, ${stringLiteral(type)})`;
    throw new Fault(456, 'UNKNOWN_QUERY_PARAMETER', `Substitution \`${name}\` is not set.`);
  }
  if (type !== 'Identifier') {
    // A cell ends at a bare tab or newline, so the engine of record refuses such a value too.
    if (/[\t\n]/.test(value) && !composite.test(type) && !/\bMap\b/.test(type)) {
      throw new Fault(457, 'BAD_QUERY_PARAMETER', `Value of query parameter '${name}' cannot be parsed as ${type}.`);
    }
    return typedLiteral(type, value);
  }
  if (value === '') throw new Fault(457, 'BAD_QUERY_PARAMETER', `Empty identifier for query parameter '${name}'.`);
  return quotedIdentifier(value);
}

function textOf(sql: string, { start, end }: Token): string {
  return sql.slice(start, end);
}

/** Reads `name : Type }` after an opening brace; undefined when the brace is something else, which the engine judges. */
function readPlaceholder(sql: string, tokens: readonly Token[], open: number) {
  const inside: string[] = [];
  for (let at = open + 1; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'broken') return undefined;
    const text = textOf(sql, token);
    if (text === '}') {
      const [name = '', colon, ...type] = inside;
      if (!/^[A-Za-z_]\w*$/.test(name) || colon !== ':' || type.length === 0) return undefined;
      return { name, type: type.join(''), close: at };
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
      bound += substitution(placeholder.name, placeholder.type.trim(), values);
      at = placeholder.close;
    } else {
      bound += token.kind === 'comment' ? ' ' : textOf(sql, token);
    }
  }
  return bound;
}

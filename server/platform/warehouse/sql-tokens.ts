type TokenKind = 'space' | 'comment' | 'word' | 'number' | 'string' | 'quoted' | 'symbol' | 'broken';

/** A piece of a statement; `start` and `end` are offsets into its text. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

// Each pattern is sticky and mirrors a branch of ClickHouse's lexer. What matters is not the meaning of a token but
// where it ends: a quote or comment that we and the engine end at different places is an injection.
const space = /[\s\u180e\u200b-\u200d\u2060]+/y;
const lineComment = /(?:--|\/\/|#[ !])[^\n]*/y;
const hereDocument = /\$(\w*)\$[\s\S]*?\$\1\$/y;
const word = /[A-Za-z0-9_$]+/y;
const integer = /\d\w*/y;
const number =
  /(?:0[xX](?=[\da-fA-F])[\da-fA-F_]+(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)\w*/y;
const fraction = /\.[\d_]*(?:[eE][+-]?[\d_]*)?/y;
const closing: Readonly<
  Record<string, { readonly kind: TokenKind; readonly quote: string; readonly escapes: boolean }>
> = {
  "'": { kind: 'string', quote: "'", escapes: true },
  '"': { kind: 'quoted', quote: '"', escapes: true },
  '`': { kind: 'quoted', quote: '`', escapes: true },
  '\u2018': { kind: 'string', quote: '\u2019', escapes: false },
  '\u201c': { kind: 'quoted', quote: '\u201d', escapes: false },
};

function matchEnd(pattern: RegExp, sql: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(sql) ? pattern.lastIndex : start;
}

/** Where a quoted text ends: a doubled quote goes on, a backslash hides what follows it. Undefined when it never ends. */
function quotedEnd(
  sql: string,
  start: number,
  { quote, escapes }: { quote: string; escapes: boolean },
): number | undefined {
  for (let at = start + 1; at < sql.length; at += 1) {
    const char = sql.charAt(at);
    if (escapes && char === '\\') at += 1;
    else if (char !== quote) continue;
    else if (escapes && sql.charAt(at + 1) === quote) at += 1;
    else return at + 1;
  }
  return undefined;
}

/** Where a block comment ends; comments nest. Undefined when it never ends. */
function blockCommentEnd(sql: string, start: number): number | undefined {
  let depth = 1;
  for (let at = start + 2; at + 2 <= sql.length;) {
    const pair = sql.slice(at, at + 2);
    if (pair === '/*') depth += 1;
    else if (pair === '*/') depth -= 1;
    if (depth === 0) return at + 2;
    at += pair === '/*' || pair === '*/' ? 2 : 1;
  }
  return undefined;
}

/** After these a dot is an operator, so `x.1` is an element of x and not the number .1. */
function endsOperand(kind: TokenKind, text: string): boolean {
  return kind === 'word' || kind === 'number' || kind === 'quoted' || text === ')' || text === ']';
}

function readNumber(sql: string, start: number, before: string): number {
  return matchEnd(before === '.' ? integer : number, sql, start);
}

function readToken(sql: string, start: number, before: { kind: TokenKind; text: string }): Token {
  const char = sql.charAt(start);
  const quoted = closing[char];
  if (quoted) {
    const end = quotedEnd(sql, start, quoted);
    return end === undefined ? { kind: 'broken', start, end: sql.length } : { kind: quoted.kind, start, end };
  }
  const spaceEnd = matchEnd(space, sql, start);
  if (spaceEnd > start) return { kind: 'space', start, end: spaceEnd };
  const commentEnd = matchEnd(lineComment, sql, start);
  if (commentEnd > start) return { kind: 'comment', start, end: commentEnd };
  if (sql.startsWith('/*', start)) {
    const end = blockCommentEnd(sql, start);
    return end === undefined ? { kind: 'broken', start, end: sql.length } : { kind: 'comment', start, end };
  }
  if (/\d/.test(char)) return { kind: 'number', start, end: readNumber(sql, start, before.text) };
  if (char === '.' && /\d/.test(sql.charAt(start + 1)) && !endsOperand(before.kind, before.text)) {
    return { kind: 'number', start, end: matchEnd(fraction, sql, start) };
  }
  const hereEnd = matchEnd(hereDocument, sql, start);
  if (hereEnd > start) return { kind: 'string', start, end: hereEnd };
  const wordEnd = matchEnd(word, sql, start);
  if (wordEnd > start) return { kind: 'word', start, end: wordEnd };
  return { kind: 'symbol', start, end: start + 1 };
}

/** Cuts a statement as ClickHouse's lexer does; an unclosed quote or comment ends it with a `broken` token. */
export function* tokenize(sql: string, from = 0): Generator<Token, void, undefined> {
  let before: { kind: TokenKind; text: string } = { kind: 'symbol', text: '' };
  for (let at = from; at < sql.length;) {
    const token = readToken(sql, at, before);
    yield token;
    if (token.kind !== 'space' && token.kind !== 'comment') {
      before = { kind: token.kind, text: sql.slice(token.start, token.end) };
    }
    at = token.end;
  }
}

/** Whether the token says something, that is, neither space nor comment. */
export function isSignificant(token: Token): boolean {
  return token.kind !== 'space' && token.kind !== 'comment';
}

import { accessDenied, notImplemented, syntaxError } from './fault.ts';
import { isSignificant, tokenize, type Token } from './sql-tokens.ts';

/** An INSERT whose rows stand in the request: what goes before them, their format and where they begin. */
export interface DataInsert {
  /** `INSERT INTO table (columns)`; what follows it goes after FROM INFILE. */
  readonly target: string;
  /** `SETTINGS …` or nothing. */
  readonly settings: string;
  readonly format: string;
  /** The rows follow the word VALUES and may contain expressions. */
  readonly dataInStatement: boolean;
  /** Offset of the first byte of data in the text. */
  readonly dataAt: number;
}

/** A statement that returns rows in a format it may name itself. */
export interface Query {
  readonly body: string;
  readonly format: string | undefined;
  /** `SETTINGS …` behind the format, or nothing. */
  readonly tail: string;
}

/** How the engine must treat a statement. */
export type Statement =
  | { readonly kind: 'query'; readonly query: Query }
  /** Changes the connection it runs on, which must not serve anyone else afterwards. */
  | { readonly kind: 'sticky'; readonly sql: string }
  | { readonly kind: 'other'; readonly sql: string };

interface Piece extends Token {
  readonly text: string;
  readonly upper: string;
  /** Brackets open around it. */
  readonly depth: number;
}

function* significant(sql: string): Generator<Piece, void, undefined> {
  let depth = 0;
  for (const token of tokenize(sql)) {
    if (!isSignificant(token)) continue;
    if (token.kind === 'broken') throw syntaxError('A quote or comment is not closed.');
    const text = sql.slice(token.start, token.end);
    if (text === ')' || text === ']') depth -= 1;
    yield { ...token, text, upper: token.kind === 'word' ? text.toUpperCase() : text, depth };
    if (text === '(' || text === '[') depth += 1;
  }
}

/** Where data begins after a format's name: behind blanks and the first line break. */
function afterFormat(text: string, end: number): number {
  if (text.charAt(end) === ';') throw syntaxError("There is a ';' between the format and the data of an INSERT.");
  // At most one line break: every further one is data.
  const blank = /[ \t\f]*\r?\n?/y;
  blank.lastIndex = end;
  blank.test(text);
  return blank.lastIndex;
}

interface InsertHead {
  readonly targetEnd: number;
  readonly settingsEnd: number;
  readonly introducer: Piece;
}

/** Reads an INSERT up to the word that says where its rows come from. */
function readInsertHead(pieces: Iterator<Piece, void>): InsertHead | undefined {
  let settingsAt: number | undefined;
  let previous: Piece | undefined;
  for (let next = pieces.next(); !next.done; next = pieces.next()) {
    const piece = next.value;
    if (piece.kind === 'word' && piece.depth === 0 && previous !== undefined && previous.text !== '.') {
      if (piece.upper === 'SETTINGS') settingsAt ??= piece.start;
      if (['VALUES', 'FORMAT', 'SELECT', 'WITH', 'FROM'].includes(piece.upper)) {
        return { targetEnd: settingsAt ?? piece.start, settingsEnd: piece.start, introducer: piece };
      }
    }
    previous = piece;
  }
  return undefined;
}

/**
 * Finds the rows an INSERT carries. The text may be only the beginning of a longer one, and anything behind the head
 * may be binary. Undefined for every other statement, INSERT … SELECT included.
 */
export function readDataInsert(text: string): DataInsert | undefined {
  const pieces = significant(text);
  if (pieces.next().value?.upper !== 'INSERT' || pieces.next().value?.upper !== 'INTO') return undefined;
  const head = readInsertHead(pieces);
  if (!head) return undefined;
  const target = text.slice(0, head.targetEnd);
  const settings = text.slice(head.targetEnd, head.settingsEnd);
  refuseOutward([...significant(target)]);
  const { introducer } = head;
  if (introducer.upper === 'VALUES') {
    const first = pieces.next().value;
    return { target, settings, format: 'Values', dataInStatement: true, dataAt: first ? first.start : text.length };
  }
  if (introducer.upper === 'FORMAT') {
    const format = pieces.next().value;
    if (format?.kind !== 'word') throw syntaxError('FORMAT is not followed by the name of a format.');
    return { target, settings, format: format.text, dataInStatement: false, dataAt: afterFormat(text, format.end) };
  }
  if (introducer.upper === 'FROM') throw notImplemented('FROM INFILE belongs to the command line client.');
  return undefined;
}

/** Functions, engines and sources that reach files or other machines; our data never needs them. */
const outward = new RegExp(
  '^(?:file|fileCluster|url|urlCluster|http|gcs|cosn|oss|executable|executablePool|python|mysql|postgresql|' +
    'materializedPostgreSQL|mongodb|redis|sqlite|odbc|jdbc|ytsaurus|arrowFlight|remote|remoteSecure|cluster|' +
    'clusterAllReplicas|clickhouse|disk|catboostEvaluate|(?:s3|hdfs|azureBlobStorage|deltaLake|iceberg|hudi|paimon)\\w*)$',
  'i',
);

function refuseOutward(pieces: readonly Piece[]): void {
  for (const [at, piece] of pieces.entries()) {
    if (piece.kind !== 'word' && piece.kind !== 'quoted') continue;
    const name = piece.text.replaceAll(/[`"\u201c\u201d]/g, '');
    if (pieces[at + 1]?.text === '(' && outward.test(name) && !isLocalSource(pieces, at)) {
      throw accessDenied(`${piece.text}(…) reaches outside the warehouse.`);
    }
  }
}

/** A dictionary may read the tables of this engine: SOURCE(CLICKHOUSE(…)) without a host. */
function isLocalSource(pieces: readonly Piece[], at: number): boolean {
  if (pieces[at]?.upper !== 'CLICKHOUSE' || pieces[at - 2]?.upper !== 'SOURCE') return false;
  const rest = pieces.slice(at + 1);
  const close = rest.findIndex((piece) => piece.text === ')' && piece.depth === pieces[at]?.depth);
  return !rest.slice(0, close).some((piece) => ['HOST', 'PORT', 'SECURE', 'NAME'].includes(piece.upper));
}

function refuseForeign(pieces: readonly Piece[]): void {
  const words = new Set(pieces.filter(({ kind }) => kind === 'word').map(({ upper }) => upper));
  const first = pieces[0]?.upper;
  if (words.has('OUTFILE') || words.has('INFILE')) {
    throw notImplemented('INTO OUTFILE and FROM INFILE belong to the command line client.');
  }
  if (first === 'KILL' && words.has('SYNC')) throw notImplemented('KILL … SYNC never returns here; use ASYNC.');
  if (first === 'ATTACH' && pieces.some(({ upper }, at) => upper === 'FROM' && pieces[at + 1]?.kind === 'string')) {
    throw accessDenied('ATTACH … FROM a path reaches outside the warehouse.');
  }
  if (first === 'SYSTEM' && (words.has('SHUTDOWN') || words.has('KILL'))) {
    throw accessDenied('The engine is stopped by the program that started it.');
  }
  if (first === 'WITH' && pieces.some(({ upper, depth }, at) => isInsertInto(upper, depth, pieces[at + 1]?.upper))) {
    throw notImplemented('WITH before INSERT is not supported; write it before SELECT.');
  }
}

function isInsertInto(upper: string, depth: number, next: string | undefined): boolean {
  return upper === 'INSERT' && depth === 0 && next === 'INTO';
}

function readQuery(sql: string, pieces: readonly Piece[]): Query {
  const formatAt = pieces.findLastIndex(({ upper, depth }, at) => {
    const after = pieces[at + 2];
    return upper === 'FORMAT' && depth === 0 && at > 0 && (after === undefined || after.upper === 'SETTINGS');
  });
  const format = pieces[formatAt + 1];
  if (formatAt < 0 || format?.kind !== 'word') return { body: sql, format: undefined, tail: '' };
  return {
    body: sql.slice(0, pieces[formatAt]?.start),
    format: format.text,
    tail: sql.slice(format.end),
  };
}

/** Judges one statement whose parameters are bound; throws for several, and for what a ClickHouse server would not do. */
export function readStatement(text: string): Statement {
  const all = [...significant(text)];
  const end = all.findIndex((piece) => piece.text === ';');
  const pieces = end < 0 ? all : all.slice(0, end);
  if (end >= 0 && all.slice(end).some((piece) => piece.text !== ';')) {
    throw syntaxError('Multi-statements are not allowed.');
  }
  if (pieces.some((piece) => piece.text === '\\')) throw syntaxError('A backslash stands outside quotes.');
  const sql = end < 0 ? text : text.slice(0, all[end]?.start);
  const first = pieces.find((piece) => piece.text !== '(')?.upper;
  if (first === undefined) throw syntaxError('Empty query.');
  refuseForeign(pieces);
  refuseOutward(pieces);
  if (first === 'SELECT' || first === 'WITH') return { kind: 'query', query: readQuery(sql, pieces) };
  if (first === 'INSERT' && pieces.some((piece) => piece.depth === 0 && piece.upper === 'FORMAT')) {
    throw notImplemented('INSERT … SELECT with data (the function input) is not supported.');
  }
  const changesConnection = first === 'SET' || first === 'USE' || pieces.some(({ upper }) => upper === 'TEMPORARY');
  return { kind: changesConnection ? 'sticky' : 'other', sql };
}

/** Cuts a script into its statements, for files of several; comments stay with the statement they precede. */
export function splitStatements(script: string): string[] {
  const statements: string[] = [];
  let start = 0;
  for (const piece of significant(script)) {
    if (piece.text !== ';') continue;
    statements.push(script.slice(start, piece.start));
    start = piece.end;
  }
  statements.push(script.slice(start));
  return statements.filter((statement) => !significant(statement).next().done).map((statement) => statement.trim());
}

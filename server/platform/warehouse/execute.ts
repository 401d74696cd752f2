import { Readable } from 'node:stream';

import { bindParameters, stringLiteral, type BoundValues } from './bind-parameters.ts';
import { notImplemented, syntaxError } from './fault.ts';
import { sendBytes, sendFile, type Reply } from './reply.ts';
import { decodedBody, readAll, readForm, type WarehouseRequest } from './request.ts';
import type { RunOptions, SessionPool } from './session-pool.ts';
import type { Spool } from './spool.ts';
import { readDataInsert, readStatement, type DataInsert, type Query } from './statement.ts';

/** What executing a request needs: the engine, the private files, the way back, and how to run. */
export interface Execution {
  readonly pool: SessionPool;
  readonly spool: Spool;
  readonly reply: Reply;
  readonly options: RunOptions;
}

/** A statement is held in memory; rows of an INSERT that stands in the address never are. */
const longestStatementBytes = 128 * 1024 * 1024;
/** The head of an INSERT whose rows follow in the same body is looked for in this much of it. */
const headBytes = 1024 * 1024;

/** Text of bytes that must be text: a lossy reading would find the rows of an INSERT at the wrong place. */
function exactText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw syntaxError('The statement is not UTF-8.');
  }
}

/** Finds where the rows of an INSERT begin in a body that holds both. */
function splitBody(body: Buffer): { insert: DataInsert; rows: Buffer } | undefined {
  const beginning = body.toString('utf8', 0, Math.min(headBytes, body.length));
  const insert = readDataInsert(beginning);
  if (!insert) return undefined;
  const head = Buffer.from(beginning.slice(0, insert.dataAt));
  if (!body.subarray(0, head.length).equals(head)) throw syntaxError('The statement is not UTF-8.');
  return { insert, rows: body.subarray(head.length) };
}

async function* prefixed(first: string, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (first !== '') yield Buffer.from(first);
  yield* rest;
}

async function boundRows(rows: Readable, values: BoundValues): Promise<Readable> {
  const text = exactText(await readAll(rows, longestStatementBytes));
  return Readable.from([Buffer.from(bindParameters(text, values))]);
}

async function insertRows(
  { pool, spool, reply, options }: Execution,
  { target, settings, format, dataInStatement }: DataInsert,
  rows: Readable,
  values: BoundValues,
): Promise<void> {
  const head = bindParameters(target, values);
  const tail = `${bindParameters(settings, values)} FORMAT ${format}`;
  // Only VALUES may hold expressions, and so parameters; such rows are text.
  const source = dataInStatement && values.size > 0 ? await boundRows(rows, values) : rows;
  // Rows never stand in the statement: the engine reads such text as a script, in which rows can be lost or run.
  await spool.withRows(source, (path) => pool.run(`${head} FROM INFILE ${stringLiteral(path)} ${tail}`, options));
  await sendBytes(reply, new Uint8Array());
}

async function sendQuery({ pool, spool, reply, options }: Execution, { body, format, tail }: Query): Promise<void> {
  const named = format ?? options.format ?? 'TabSeparated';
  if (!/^\w+$/.test(named)) throw notImplemented(`${named} is not the name of a format.`);
  // Through a file a result of any size costs this process no memory, and the engine writes it off the event loop.
  const file = await spool.collect((path) =>
    pool.run(`${body} INTO OUTFILE ${stringLiteral(path)} FORMAT ${named}${tail}`, options),
  );
  await (file ? sendFile(reply, file) : sendBytes(reply, new Uint8Array()));
}

async function executeText(execution: Execution, text: string, values: BoundValues): Promise<void> {
  const statement = readStatement(bindParameters(text, values));
  if (statement.kind === 'query') return sendQuery(execution, statement.query);
  const { pool, reply, options } = execution;
  const bytes = await pool.run(statement.sql, { ...options, sticky: options.sticky || statement.kind === 'sticky' });
  return sendBytes(reply, bytes);
}

/** Reads the body of a request, does what it asks and sends the result. Throws Faults and the engine's errors. */
export async function execute(execution: Execution, { statement, values }: WarehouseRequest): Promise<void> {
  const { request } = execution.reply;
  const contentType = request.headers['content-type'] ?? '';
  const body = decodedBody(request);
  if (contentType.startsWith('multipart/form-data')) {
    const form = readForm(await readAll(body, longestStatementBytes), contentType);
    const inForm = [...form].filter(([name]) => name.startsWith('param_'));
    const all = new Map([...values, ...inForm.map(([name, value]) => [name.slice('param_'.length), value] as const)]);
    return executeText(execution, form.get('query') ?? statement, all);
  }
  const address = statement === '' ? '' : `${statement}\n`;
  const insert = readDataInsert(address);
  if (insert) {
    const rows = prefixed(address.slice(insert.dataAt), body as AsyncIterable<Buffer>);
    return insertRows(execution, insert, Readable.from(rows), values);
  }
  const whole = Buffer.concat([Buffer.from(address), await readAll(body, longestStatementBytes)]);
  const split = splitBody(whole);
  if (split) return insertRows(execution, split.insert, Readable.from([split.rows]), values);
  return executeText(execution, exactText(whole), values);
}

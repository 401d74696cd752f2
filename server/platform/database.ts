import pg from 'pg';

import type { DataScope } from '#platform/context';

// bigint columns (money in minor units, ids, counts) are safe integers by design; anything larger is a bug, never a silent rounding.
function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is outside the safe integer range`);
  return value;
}
pg.types.setTypeParser(pg.types.builtins.INT8, safeInteger);
// bigint[] is a type of its own (oid 1016) and would come as texts.
const anyType = pg.types as unknown as {
  getTypeParser(oid: number): (text: string) => (string | null)[];
  setTypeParser(oid: number, parse: (text: string) => unknown): void;
};
const textArray = anyType.getTypeParser(1009);
anyType.setTypeParser(1016, (text) => textArray(text).map((item) => (item === null ? null : safeInteger(item))));
// A date is a calendar day of the brand, not an instant.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

export interface DatabaseUrls {
  readonly owner: string;
  readonly web: string;
  readonly worker: string;
}

/**
 * An open connection bound to one tenant and scope, inside a transaction when it came from `transaction`. Statements started without
 * waiting for each other travel together and run in the order they were started.
 */
export interface Tx {
  /** Runs SQL with `$1…` parameters and returns the rows. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs SQL and returns the number of rows it touched. */
  execute(text: string, values?: readonly unknown[]): Promise<number>;
  /** Runs the work in a savepoint: a throw undoes only it. */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
  /** The database's clock when the transaction began or the connection was borrowed. */
  readonly now: Date;
}

/** Whose rows a connection may touch; `tenantId: null` is for the worker role across tenants only. */
export interface Visibility {
  readonly tenantId: number | null;
  readonly scope: DataScope;
}

export interface Database {
  readonly urls: DatabaseUrls;
  /** A transaction under the web role: one tenant, one data scope. */
  transaction<T>(visibility: Visibility, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A plain connection under the web role for reads; costs no begin/commit. */
  read<T>(visibility: Visibility, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A transaction under the worker role, for the pipeline and jobs; with `snapshot` it only reads, all of it as of one moment. */
  work<T>(visibility: Visibility, work: (tx: Tx) => Promise<T>, options?: { readonly snapshot?: boolean }): Promise<T>;
  close(): Promise<void>;
}

const visibilityOf = new WeakMap<pg.PoolClient, string>();

async function bind(client: pg.PoolClient, { tenantId, scope }: Visibility): Promise<void> {
  const tenant = tenantId === null ? '' : String(tenantId);
  const stores = scope.all ? 'all' : `{${scope.storeIds.join(',')}}`;
  const wanted = `${tenant}|${stores}`;
  if (visibilityOf.get(client) === wanted) return;
  await client.query(`select set_config('app.tenant', $1, false), set_config('app.stores', $2, false)`, [
    tenant,
    stores,
  ]);
  visibilityOf.set(client, wanted);
}

const preparedAfter = 5;
const preparedMax = 500;
const uses = new Map<string, number>();
const names = new Map<string, string>();

/**
 * The name a statement is prepared under once a process has sent it several times; texts put together per call stay unnamed. Requests
 * send the same few small statements over and over, and planning one costs more than running it.
 */
function preparedName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= preparedMax) return known;
  const count = (uses.get(text) ?? 0) + 1;
  if (count < preparedAfter) {
    if (uses.size >= 10 * preparedMax) uses.clear();
    uses.set(text, count);
    return undefined;
  }
  uses.delete(text);
  const name = `s${names.size + 1}`;
  names.set(text, name);
  return name;
}

/** Runs a prepared statement as an object of the driver's own: of a plain one it makes a slow copy, dozens of times a request. */
function runPrepared(
  client: pg.PoolClient,
  { name, text, values }: { readonly name: string; readonly text: string; readonly values: readonly unknown[] },
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(text, [...values], (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
    client.query(Object.assign(query, { name }));
  });
}

/** The connection as the work sees it until `end`: what still runs then must not touch whatever the connection is used for next. */
function txOver(
  client: pg.PoolClient,
  { prepares, now }: { readonly prepares: boolean; readonly now: Date },
): { tx: Tx; end: () => void } {
  let isOver = false;
  const run = (text: string, values: readonly unknown[]) => {
    if (isOver) throw new Error('a statement was started after its transaction had ended');
    const name = prepares ? preparedName(text) : undefined;
    return name === undefined ? client.query(text, [...values]) : runPrepared(client, { name, text, values });
  };
  let depth = 0;
  const tx: Tx = {
    now,
    async query<Row>(text: string, values: readonly unknown[] = []) {
      return (await run(text, values)).rows as Row[];
    },
    async execute(text, values = []) {
      return (await run(text, values)).rowCount ?? 0;
    },
    async savepoint(work) {
      depth += 1;
      const name = `s${depth}`;
      await client.query(`savepoint ${name}`);
      try {
        const result = await work();
        await client.query(`release savepoint ${name}`);
        return result;
      } catch (error) {
        await client.query(`rollback to savepoint ${name}`);
        throw error;
      } finally {
        depth -= 1;
      }
    },
  };
  const end = () => {
    isOver = true;
  };
  return { tx, end };
}

/**
 * `Promise.all` for statements of one transaction: when one fails, the others are waited for before it throws, so that none of them
 * starts another statement after the rollback.
 */
export async function together<const T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [Key in keyof T]: Awaited<T[Key]> }> {
  const outcomes = await Promise.allSettled(work);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as {
    -readonly [Key in keyof T]: Awaited<T[Key]>;
  };
}

const clockLifetimeMs = 60_000;

/** The database's clock by ours and the answers of the last minute, to the millisecond; saves every read a question. */
class DatabaseClock {
  /** The most that an answer showed the database to be ahead: the one that took the shortest way. */
  #aheadMs = 0;
  #sinceMs = -Infinity;

  note(now: Date): void {
    const aheadMs = now.getTime() - Date.now();
    if (this.#isFresh() && aheadMs <= this.#aheadMs) return;
    this.#aheadMs = aheadMs;
    this.#sinceMs = performance.now();
  }

  #isFresh(): boolean {
    return performance.now() - this.#sinceMs < clockLifetimeMs;
  }

  async read(client: pg.PoolClient): Promise<Date> {
    if (this.#isFresh()) return new Date(Date.now() + this.#aheadMs);
    const { rows } = await client.query<{ now: Date }>('select now() as now');
    const now = rows[0]?.now ?? new Date();
    this.note(now);
    return now;
  }
}

/** Opens a transaction and asks for its time in the same round trip. */
async function begin(client: pg.PoolClient, snapshot: boolean): Promise<Date> {
  const text = snapshot ? 'begin isolation level repeatable read read only' : 'begin';
  // Several statements in one text answer with a list of results, which the driver's types do not know.
  const results = (await client.query(`${text}; select now() as now`)) as unknown as pg.QueryResult<{ now: Date }>[];
  return results[1]?.rows[0]?.now ?? new Date();
}

interface Session {
  readonly pool: pg.Pool;
  readonly clock: DatabaseClock;
  readonly prepares: boolean;
  readonly snapshot?: boolean;
}

async function inTransaction<T>(
  { pool, prepares, clock, snapshot = false }: Session,
  visibility: Visibility,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await bind(client, visibility);
    try {
      const now = await begin(client, snapshot);
      clock.note(now);
      const { tx, end } = txOver(client, { prepares, now });
      const result = await work(tx).finally(end);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  } catch (error) {
    if (error instanceof Error && isConnectionLoss(error)) broken = error;
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Whether an error means the connection itself is gone (server restart, network), so that a retry on a new one may succeed. */
export function isConnectionLoss(error: Error): boolean {
  const code = (error as { code?: string }).code ?? '';
  return (
    /^(57P0[123]|08\d{3}|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT)$/.test(code) ||
    /Connection terminated|connection is closed|not queryable/i.test(error.message)
  );
}

function openPool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 10_000,
    // Statements started together travel together instead of waiting for each other's replies.
    pipeline: true,
  });
  // An idle connection that the server drops must not take the process down; the next query opens another.
  pool.on('error', () => undefined);
  // A borrowed connection that dies between two statements tells its client, which nobody listens to; the next statement then fails.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Opens the pools of the web and worker roles; connections are made on first use. */
export function openDatabase(urls: DatabaseUrls, limits: { web?: number; worker?: number } = {}): Database {
  const clock = new DatabaseClock();
  const web = openPool(urls.web, limits.web ?? 20);
  const worker = openPool(urls.worker, limits.worker ?? 10);
  return {
    urls,
    transaction: (visibility, work) => inTransaction({ pool: web, clock, prepares: true }, visibility, work),
    async read(visibility, work) {
      const client = await web.connect();
      let broken: Error | undefined;
      try {
        await bind(client, visibility);
        const { tx, end } = txOver(client, { prepares: true, now: await clock.read(client) });
        return await work(tx).finally(end);
      } catch (error) {
        if (error instanceof Error && isConnectionLoss(error)) broken = error;
        throw error;
      } finally {
        client.release(broken);
      }
    },
    // Batches differ too much in size for one plan.
    work: (visibility, work, { snapshot = false } = {}) =>
      inTransaction({ pool: worker, clock, prepares: false, snapshot }, visibility, work),
    async close() {
      await Promise.all([web.end(), worker.end()]);
    },
  };
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Session } from 'chdb';

import { quotedIdentifier, stringLiteral } from './bind-parameters.ts';
import { notImplemented, stopping, tooManyStatements } from './fault.ts';

/** What a statement runs with. */
export interface RunOptions {
  readonly settings?: ReadonlyMap<string, string>;
  readonly database?: string | undefined;
  /** Format of a result that does not name its own. */
  readonly format?: string | undefined;
  /** The statement changes its connection, which is then thrown away. */
  readonly sticky: boolean;
  /** Ends the statement in the engine. */
  readonly signal: AbortSignal;
}

export interface PoolOptions {
  readonly dir: string;
  readonly connections: number;
  /** Fixed at the first connection of the process. */
  readonly server: Readonly<Record<string, string>>;
  /** What each statement starts from. */
  readonly statement: Readonly<Record<string, string>>;
}

/** A SET and a USE stay on their connection, so what it has is remembered and changed only by what differs. */
interface Connection {
  session: Session;
  settings: ReadonlyMap<string, string>;
  database: string;
  /** Marks this connection's statements, so that one of them can be killed. */
  readonly mark: string;
}

const defaultDatabase = 'default';
const longestQueue = 1_000;
const killAgainMs = 250;

function settingNamed(name: string): string {
  if (!/^[A-Za-z]\w*$/.test(name)) throw notImplemented(`${name} is not the name of a setting.`);
  return name;
}

/** The engine on a folder, with several connections of which each runs one statement at a time. */
export class SessionPool {
  readonly #openSession: () => Session;
  readonly #base: Readonly<Record<string, string>>;
  readonly #connections: number;
  readonly #idle: Connection[];
  readonly #waiting = new Set<(connection: Connection) => void>();
  readonly #killer: Session;
  #closed = false;

  /** Throws the engine's own error when the folder cannot be opened. */
  constructor({ dir, connections, server, statement }: PoolOptions) {
    const connectionArgs = Object.entries({ ...server, ...statement }).map(([name, value]) => `--${name}=${value}`);
    this.#openSession = () => new Session(dir, { connectionArgs });
    this.#base = statement;
    this.#connections = connections;
    this.#idle = Array.from({ length: connections }, () => this.#connect());
    this.#killer = this.#openSession();
  }

  /** Runs one statement and returns its result in bytes; rejects with the engine's error or a Fault. */
  async run(sql: string, options: RunOptions): Promise<Uint8Array> {
    const connection = await this.#take(options.signal);
    try {
      if (options.signal.aborted) throw stopping();
      return await this.#runOn(connection, sql, options);
    } finally {
      this.#give(connection);
    }
  }

  /** Ends the connections that are idle; false when others are still at work. */
  close(): boolean {
    this.#closed = true;
    const finished = this.#idle.length === this.#connections;
    for (const { session } of this.#idle.splice(0)) session.close();
    this.#killer.close();
    return finished;
  }

  #connect(): Connection {
    const mark = `shuke-${randomUUID()}`;
    return { session: this.#openSession(), settings: new Map(), database: defaultDatabase, mark };
  }

  async #runOn(connection: Connection, sql: string, options: RunOptions): Promise<Uint8Array> {
    const preparation = this.#prepare(connection, options);
    const { format = 'TabSeparated', signal, sticky } = options;
    const work = connection.session.queryAsync(`${preparation}${sql}`, { format });
    const kill = () => void this.#killUntil(work, connection);
    signal.addEventListener('abort', kill, { once: true });
    let reusable = false;
    try {
      const result = await work;
      reusable = !sticky;
      return result.bytes();
    } finally {
      signal.removeEventListener('abort', kill);
      if (!reusable) await this.#replaceSession(connection);
    }
  }

  /** Statements that bring the connection from what it has to what is asked for. */
  #prepare(connection: Connection, { settings = new Map(), database = defaultDatabase }: RunOptions): string {
    const wanted = new Map([...settings, ['log_comment', connection.mark]]);
    const changed = [...wanted].filter(([name, value]) => connection.settings.get(name) !== value);
    const dropped = [...connection.settings.keys()].filter((name) => !wanted.has(name));
    const assignments = [
      ...changed.map(([name, value]) => `${settingNamed(name)} = ${stringLiteral(value)}`),
      ...dropped.map((name) => `${name} = ${this.#baseOf(name)}`),
    ];
    const use = connection.database === database ? '' : `USE ${quotedIdentifier(database)}; `;
    connection.settings = wanted;
    connection.database = database;
    return assignments.length === 0 ? use : `${use}SET ${assignments.join(', ')}; `;
  }

  #baseOf(name: string): string {
    const base = this.#base[name];
    return base === undefined ? 'DEFAULT' : stringLiteral(base);
  }

  #take(signal: AbortSignal): Promise<Connection> {
    if (this.#closed) return Promise.reject(stopping());
    const free = this.#idle.pop();
    if (free) return Promise.resolve(free);
    if (this.#waiting.size >= longestQueue) return Promise.reject(tooManyStatements());
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      signal.addEventListener('abort', () => this.#waiting.delete(resolve) && reject(stopping()), { once: true });
    });
  }

  #give(connection: Connection): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next(connection);
    } else if (this.#closed) {
      connection.session.close();
    } else {
      this.#idle.push(connection);
    }
  }

  /** A killed statement may not have begun yet when the first call comes, so the call is repeated until it is over. */
  async #killUntil(work: Promise<unknown>, { mark }: Connection): Promise<void> {
    const over = work.then(
      () => true,
      () => true,
    );
    do {
      // SYNC would wait inside the engine and never come back. A refusal (memory, closing) is answered by the next try.
      await this.#killer
        .queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${stringLiteral(mark)} ASYNC`)
        .catch(() => undefined);
    } while (!(await Promise.race([over, sleep(killAgainMs, false)])));
  }

  /** For a connection of unknown settings: a statement may have failed in the middle of changing them. */
  async #replaceSession(connection: Connection): Promise<void> {
    // The binding closes a connection only when all that run beside it have finished, and until its connection ends or
    // goes on, a killed statement keeps its memory and its place in the list of processes. So it goes on.
    await connection.session.queryAsync('SELECT 1').catch(() => undefined);
    connection.session.close();
    connection.session = this.#openSession();
    connection.settings = new Map();
    connection.database = defaultDatabase;
  }
}

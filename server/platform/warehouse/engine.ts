import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { EngineError, type EngineLog } from '../engines/engine-log.ts';
import { startChild, type Child } from './child-process.ts';
import { defaultMemoryMb } from './memory-budget.ts';

export type WarehouseState = 'ready' | 'down' | 'stopped';

export interface WarehouseEngineOptions {
  /** Folder of the data; belongs to one engine at a time. */
  readonly dir: string;
  /** What the engine may use; by default a share of the machine's memory. */
  readonly memoryMb?: number;
  /** Fixed port on 127.0.0.1; by default a free one, kept over restarts. */
  readonly port?: number;
  /** By default a new one at every start; a caller that must know the address beforehand gives its own, with the port. */
  readonly password?: string;
  readonly log: EngineLog;
  /** Told of every change, with the reason when it went down. */
  readonly onStateChange?: (state: WarehouseState, reason: string) => void;
}

export interface WarehouseEngine {
  /** ClickHouse's HTTP interface with user and password; the same over restarts. */
  readonly url: string;
  /** Undefined while the engine is down. */
  readonly pid: number | undefined;
  /** Stops the engine and starts it again; throws an EngineError when it does not come up. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Above the child's own limit for ending running statements, so that it normally ends by itself. */
const stopGraceMs = 10_000;
const firstBackoffMs = 200;
const longestBackoffMs = 15_000;
/** An engine that ran this long was healthy: its next failure is a new one. */
const healthyAfterMs = 60_000;

class Supervisor implements WarehouseEngine {
  readonly #options: WarehouseEngineOptions;
  readonly #password: string;
  #port: number;
  #child: Child | undefined;
  #failures = 0;
  #recovery: Promise<void> = Promise.resolve();
  /** Aborted when somebody takes the engine down on purpose. */
  #wanted = new AbortController();

  constructor(options: WarehouseEngineOptions) {
    this.#options = options;
    this.#password = options.password ?? randomBytes(24).toString('base64url');
    this.#port = options.port ?? 0;
  }

  get url(): string {
    return `http://shuke:${this.#password}@127.0.0.1:${this.#port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const { dir, memoryMb = defaultMemoryMb(), log, onStateChange } = this.#options;
    const startedAt = performance.now();
    this.#wanted = new AbortController();
    const child = await startChild({ dir, memoryMb, port: this.#port, password: this.#password, log });
    this.#child = child;
    this.#port = child.port;
    const { pid, port } = child;
    log.info({ pid, port, memoryMb, durationMs: performance.now() - startedAt }, 'warehouse engine is ready');
    onStateChange?.('ready', 'started');
    void this.#watch(child, startedAt);
  }

  async restart(): Promise<void> {
    await this.#takeDown('down', 'restart asked for');
    this.#failures = 0;
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#takeDown('stopped', 'stop asked for');
  }

  async #watch(child: Child, startedAt: number): Promise<void> {
    const reason = await child.exited;
    if (this.#child !== child) return;
    this.#child = undefined;
    if (performance.now() - startedAt > healthyAfterMs) this.#failures = 0;
    this.#options.log.error({ pid: child.pid, reason }, 'warehouse engine died; starting it again');
    this.#options.onStateChange?.('down', reason);
    this.#recovery = this.#recover(this.#wanted.signal);
  }

  async #recover(wanted: AbortSignal): Promise<void> {
    while (!wanted.aborted) {
      const delayMs = Math.min(firstBackoffMs * 2 ** this.#failures, longestBackoffMs);
      this.#failures += 1;
      await sleep(delayMs, undefined, { signal: wanted }).catch(() => undefined);
      if (wanted.aborted) return;
      try {
        return await this.start();
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        this.#options.log.error(
          { error: error.message, failures: this.#failures },
          'warehouse engine did not come back',
        );
      }
    }
  }

  async #takeDown(state: WarehouseState, reason: string): Promise<void> {
    this.#wanted.abort();
    await this.#recovery;
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    await child.stop(stopGraceMs);
    this.#options.onStateChange?.(state, reason);
  }
}

/**
 * Runs the warehouse engine in a child process and brings it back, ever more slowly, when it dies.
 * Throws an EngineError when it cannot start at all, for example because another process has the folder.
 */
export async function startWarehouse(options: WarehouseEngineOptions): Promise<WarehouseEngine> {
  const supervisor = new Supervisor(options);
  await supervisor.start();
  return supervisor;
}

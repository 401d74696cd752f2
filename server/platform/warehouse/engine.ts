import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { EngineError, type EngineLog } from "../engines/engine-log.ts";
import { startChild, type Child } from "./child-process.ts";
import { defaultMemoryMb } from "./memory-budget.ts";

export type WarehouseState = "ready" | "down" | "stopped";

export interface WarehouseEngineOptions {
  /** Folder of the data; belongs to one engine at a time. */
  readonly dir: string;
  /** What the engine may use; by default a share of the machine's memory. */
  readonly memoryMb?: number;
  /** Fixed port on 127.0.0.1; by default a free one, kept over restarts. */
  readonly port?: number;
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
const stopGraceMs = 12_000;
const firstBackoffMs = 200;
const longestBackoffMs = 15_000;
/** An engine that ran this long was healthy: its next failure is a new one. */
const healthyAfterMs = 60_000;

/** Runs the warehouse engine in a child process and brings it back, ever more slowly, when it dies. */
export async function startWarehouse(options: WarehouseEngineOptions): Promise<WarehouseEngine> {
  const { dir, memoryMb = defaultMemoryMb(), log, onStateChange = () => {} } = options;
  const password = randomBytes(24).toString("base64url");
  const stopping = new AbortController();
  let port = options.port ?? 0;
  let child: Child | undefined;
  let failures = 0;
  let recovery: Promise<void> = Promise.resolve();
  let interruptWait = new AbortController();

  async function start(): Promise<void> {
    const startedAt = performance.now();
    const started = await startChild({ dir, memoryMb, port, password, log });
    child = started;
    port = started.port;
    log.info(
      { pid: started.pid, port, memoryMb, durationMs: performance.now() - startedAt },
      "warehouse engine is ready",
    );
    onStateChange("ready", "started");
    void started.exited.then((reason) => {
      if (child !== started) return;
      child = undefined;
      if (performance.now() - startedAt > healthyAfterMs) failures = 0;
      onStateChange("down", reason);
      log.error({ pid: started.pid, reason }, "warehouse engine died; starting it again");
      recovery = recover();
    });
  }

  async function recover(): Promise<void> {
    interruptWait = new AbortController();
    while (!stopping.signal.aborted && !interruptWait.signal.aborted) {
      const delayMs = Math.min(firstBackoffMs * 2 ** failures, longestBackoffMs);
      failures += 1;
      await sleep(delayMs, undefined, { signal: interruptWait.signal }).catch(() => {});
      if (interruptWait.signal.aborted) return;
      try {
        return await start();
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        log.error({ error: error.message, failures }, "warehouse engine did not come back");
      }
    }
  }

  async function takeDown(reason: string, state: WarehouseState): Promise<void> {
    interruptWait.abort();
    await recovery;
    const running = child;
    child = undefined;
    if (!running) return;
    await running.stop(stopGraceMs);
    onStateChange(state, reason);
  }

  await start();
  return {
    url: `http://shuke:${password}@127.0.0.1:${port}`,
    get pid() {
      return child?.pid;
    },
    async restart() {
      await takeDown("restart asked for", "down");
      failures = 0;
      await start();
    },
    async stop() {
      stopping.abort();
      await takeDown("stop asked for", "stopped");
    },
  };
}

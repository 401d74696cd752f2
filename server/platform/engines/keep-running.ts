import { setTimeout as sleep } from 'node:timers/promises';

import type { EngineLog } from './engine-log.ts';

/** Something that runs until it dies or is stopped. */
export interface Mortal {
  readonly pid: number;
  /** Resolves with the reason when it is gone, whoever ended it. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

export interface Keeper<T extends Mortal> {
  /** The first success, or the first failure when `mustStart` was asked for. */
  readonly started: Promise<T>;
  readonly current: T | undefined;
  /** Stops it for good. */
  stop(): Promise<void>;
}

export interface KeepOptions<T extends Mortal> {
  readonly name: string;
  readonly log: EngineLog;
  readonly start: () => Promise<T>;
  /** Give up, and reject `started`, when the very first start fails. */
  readonly mustStart?: boolean;
}

const firstDelayMs = 200;
const longestDelayMs = 15_000;
/** One that lived this long was healthy: its next death is a new story. */
const healthyAfterMs = 60_000;

/** Starts something and starts it again whenever it dies, waiting longer each time it dies young. */
export function keepRunning<T extends Mortal>({ name, log, start, mustStart = false }: KeepOptions<T>): Keeper<T> {
  const first = Promise.withResolvers<T>();
  const stopping = new AbortController();
  let current: T | undefined;
  let failures = 0;
  let everStarted = false;

  /** Lives through one life; resolves when it is over. */
  async function live(): Promise<void> {
    const bornAt = performance.now();
    current = await start();
    everStarted = true;
    first.resolve(current);
    if (stopping.signal.aborted) await current.stop();
    const reason = await current.exited;
    const { pid } = current;
    current = undefined;
    if (stopping.signal.aborted) return;
    const livedMs = performance.now() - bornAt;
    if (livedMs > healthyAfterMs) failures = 0;
    log.error({ name, pid, reason, livedMs: Math.round(livedMs) }, `${name} died; starting it again`);
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await live();
      } catch (error) {
        if (mustStart && !everStarted) return first.reject(error);
        log.error({ name, err: error }, `${name} did not start; trying again`);
      }
      const delayMs = Math.min(firstDelayMs * 2 ** failures, longestDelayMs);
      failures += 1;
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const finished = loop();
  // Whoever does not wait for the first start learns of its failure from the log.
  first.promise.catch(() => undefined);
  return {
    started: first.promise,
    get current() {
      return current;
    },
    async stop() {
      stopping.abort();
      await current?.stop();
      await finished;
    },
  };
}

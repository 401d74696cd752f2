import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import { defineError } from '#platform/errors';
import { openSealer, toBody } from '#platform/log/body';
import type { LogSealer } from '#platform/log/body';
import type { LogEvent } from '#platform/log/event';
import { readLaneLag } from '#platform/log/lag';
import { LogUnreachable, openLane } from '#platform/log/lane';
import type { Lane, SealedGroup } from '#platform/log/lane';
import type { Logger } from '#platform/logger';
import { eventsAccepted } from '#platform/metrics';
import type { Services } from '#platform/services';
import type { Vaults } from '#platform/vault';

/** The log takes no more for now: it is full in memory, or the pipeline is too far behind. */
export const LogOverloaded = defineError(
  'log_overloaded',
  503,
  (retryAfterS: number) => `Too many events are waiting. Send them again in ${retryAfterS} seconds.`,
  (retryAfterS) => ({ retryAfterS }),
);

/** When intake closes. It opens again below 80 % of the lag limits. */
export interface IntakeLimits {
  /** Events and bytes of JSON waiting in this process for their commit. */
  readonly maxQueuedEvents: number;
  readonly maxQueuedBytes: number;
  /** Age and compressed bytes of what the pipeline has not read yet. */
  readonly maxLagMs: number;
  readonly maxLagBytes: number;
  /** How often the lag is looked at. */
  readonly lagEveryMs: number;
}

export const defaultIntakeLimits: IntakeLimits = {
  maxQueuedEvents: 40_000,
  maxQueuedBytes: 64 * 1_048_576,
  maxLagMs: 300_000,
  maxLagBytes: 512 * 1_048_576,
  lagEveryMs: 500,
};

/** The way of behaviour into the log. */
export interface LogWriter {
  /** Resolves once the events are on disk; throws LogOverloaded or LogUnreachable (both: send again later), never half-way. */
  append(events: readonly LogEvent[]): Promise<void>;
  /** Commits what is queued, then gives the lane back. */
  close(): Promise<void>;
}

interface Waiting {
  readonly json: string;
  readonly events: number;
  settle(error?: unknown): void;
}

/** One group commit at most: what the pipeline takes in one micro-batch, in a body of a few megabytes of JSON. */
const maxGroupEvents = 2_500;
const maxGroupBytes = 8 * 1_048_576;
const commitWithinMs = 10_000;

interface WriterOptions {
  readonly database: Database;
  readonly vaults: Vaults;
  readonly logger: Logger;
  readonly limits?: Partial<IntakeLimits>;
}

/** Opens the log for appending; connects and takes a lane on first use. */
export function openLogWriter({ database, vaults, logger, limits: given }: WriterOptions): LogWriter {
  const limits = { ...defaultIntakeLimits, ...given };
  const lane = openLane(database.urls.worker, logger);
  const sealer = openSealer(database, vaults);
  const gate = openGate(database, limits, logger);
  const queue: Waiting[] = [];
  const held = { events: 0, bytes: 0 };
  let flushing: Promise<void> | undefined;
  let closed = false;

  const commit = async (group: readonly Waiting[], sealed: Sealed): Promise<void> => {
    await commitGroup(lane, group, sealed);
    for (const { events, json } of group) {
      held.events -= events;
      held.bytes -= json.length;
    }
  };
  const flush = async (): Promise<void> => {
    // The next group is compressed while the one before it is being committed; commits stay in order, one at a time.
    let previous: Promise<void> = Promise.resolve();
    while (queue.length > 0) {
      const group = takeGroup(queue);
      const sealed = await sealGroup(group, sealer);
      await previous;
      previous = commit(group, sealed);
      if (queue.length === 0) await previous;
    }
    await previous;
  };
  const start = (): void => {
    flushing ??= flush().finally(() => {
      flushing = undefined;
      if (queue.length > 0) start();
    });
  };

  return {
    async append(events) {
      if (events.length === 0) return;
      if (closed) throw new LogUnreachable();
      const retryAfterS = gate.retryAfterS();
      if (retryAfterS > 0) throw new LogOverloaded(retryAfterS);
      if (held.events >= limits.maxQueuedEvents || held.bytes >= limits.maxQueuedBytes) throw new LogOverloaded(1);
      await Promise.all(
        chunks(events).map((chunk) => {
          const text = JSON.stringify(chunk);
          const json = text.slice(1, -1);
          held.events += chunk.length;
          held.bytes += json.length;
          return new Promise<void>((resolve, reject) => {
            queue.push({
              json,
              events: chunk.length,
              settle: (error) => (error === undefined ? resolve() : reject(error)),
            });
            start();
          });
        }),
      );
      eventsAccepted.inc(events.length);
    },
    async close() {
      closed = true;
      gate.close();
      await flushing;
      await lane.close();
    },
  };
}

function chunks(events: readonly LogEvent[]): (readonly LogEvent[])[] {
  if (events.length <= maxGroupEvents) return [events];
  const parts: LogEvent[][] = [];
  for (let from = 0; from < events.length; from += maxGroupEvents)
    parts.push(events.slice(from, from + maxGroupEvents));
  return parts;
}

function takeGroup(queue: Waiting[]): Waiting[] {
  let events = 0;
  let bytes = 0;
  let end = 0;
  for (const waiting of queue) {
    events += waiting.events;
    bytes += waiting.json.length;
    if (end > 0 && (events > maxGroupEvents || bytes > maxGroupBytes)) break;
    end += 1;
  }
  return queue.splice(0, end);
}

type Sealed = SealedGroup | { readonly failure: unknown };

async function sealGroup(group: readonly Waiting[], sealer: () => Promise<LogSealer>): Promise<Sealed> {
  try {
    const json = Buffer.from(`[${group.map((waiting) => waiting.json).join(',')}]`, 'utf8');
    const events = group.reduce((sum, waiting) => sum + waiting.events, 0);
    return { body: await toBody(await sealer(), json), events, jsonBytes: json.length };
  } catch (failure) {
    return { failure };
  }
}

/** Settles every waiting append of the group; never rejects itself, or one bad group would stop those behind it. */
async function commitGroup(lane: Lane, group: readonly Waiting[], sealed: Sealed) {
  try {
    if ('failure' in sealed) throw sealed.failure;
    await lane.commit(sealed, performance.now() + commitWithinMs);
  } catch (error) {
    for (const waiting of group) waiting.settle(error);
    return;
  }
  for (const waiting of group) waiting.settle();
}

interface Gate {
  /** 0 when intake is open. */
  retryAfterS(): number;
  close(): void;
}

function openGate(database: Database, limits: IntakeLimits, logger: Logger): Gate {
  let shut = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      const lag = await database.work({ tenantId: null, scope: everyStore }, readLaneLag);
      const fill = Math.max(lag.ageMs / limits.maxLagMs, lag.bytes / limits.maxLagBytes);
      const next = shut ? fill > 0.8 : fill > 1;
      if (next !== shut)
        logger.warn({ lag, limits }, next ? 'intake closed: pipeline too far behind' : 'intake open again');
      shut = next;
    } catch (error) {
      // Without a database appends fail by themselves; the gate keeps its state until it can look again.
      logger.warn({ err: error }, 'lag of the pipeline is unknown');
    }
  };
  return {
    retryAfterS() {
      // Looking starts with the first append, so that a process without intake does not poll.
      timer ??= setInterval(() => void look(), limits.lagEveryMs).unref();
      return shut ? 5 : 0;
    },
    close: () => clearInterval(timer),
  };
}

const shared = new WeakMap<Database, LogWriter>();

/** The writer of this process, opened on first use: one lane serves its routes, connectors and jobs. Whoever closes it ends it for all. */
export function sharedLogWriter({
  database,
  services,
  logger,
}: {
  readonly database: Database;
  readonly services: Pick<Services, 'vaults' | 'config'>;
  readonly logger: Logger;
}): LogWriter {
  let writer = shared.get(database);
  if (!writer) {
    writer = openLogWriter({ database, vaults: services.vaults, logger, limits: services.config.intake });
    shared.set(database, writer);
  }
  return writer;
}

import { setTimeout as sleep } from 'node:timers/promises';

import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import { admit } from '#platform/log/admit';
import type { Receivers } from '#platform/log/admit';
import { openSealer } from '#platform/log/body';
import type { LogSealer } from '#platform/log/body';
import type { PipelineContext } from '#platform/log/event';
import { readLag } from '#platform/log/lag';
import { readLanes } from '#platform/log/lane-reader';
import { assertOwnSnapshot, readOutbox } from '#platform/log/outbox-reader';
import { loadPosition, lockPosition, storePosition } from '#platform/log/position';
import type { LogPosition, StoredPosition } from '#platform/log/position';
import { replayRequested } from '#platform/log/replay';
import { dropSeen } from '#platform/log/seen';
import type { Placed } from '#platform/log/seen';
import { openWakeUp } from '#platform/log/wake-up';
import { pipelineLag } from '#platform/metrics';
import type { Services } from '#platform/services';

export type { Resolve } from '#platform/log/admit';

export interface PipelineOptions extends Receivers {
  readonly database: Database;
  readonly services: Services;
  /** Ends the loop after the batch at hand. */
  readonly signal: AbortSignal;
  /** Events per micro-batch, 5,000 when absent (one group commit more than fits may exceed it). */
  readonly maxBatchEvents?: number;
}

const everyTenant = { tenantId: null, scope: everyStore } as const;
const replayEveryMs = 1_000;
const partitionsEveryMs = 3_600_000;
const checkEveryMs = 15_000;
/** Beyond these something is forgotten (an open transaction) or broken (a batch that fails again and again). */
const alarmingSnapshotAge = 500_000;
const alarmingAgeMs = 60_000;
const standbyMs = 500;
const longestBackoffMs = 5_000;

/** Events read, with the position after them. */
interface Read {
  readonly placed: readonly Placed[];
  readonly position: LogPosition;
}

/**
 * Runs until the signal: reads lanes and outbox in micro-batches and commits each with its position, so that every event has its
 * effects in this database exactly once, whatever crashes when. Several may run; one works, the others stand by.
 */
export async function runPipeline(options: PipelineOptions): Promise<void> {
  const { database, services, logger, signal, maxBatchEvents = 5_000 } = options;
  const sealer = openSealer(database, services.vaults);
  const wakeUp = openWakeUp(database.urls.worker, signal);
  let backoffMs = 100;

  const readAfter = async (position: LogPosition): Promise<Read> => {
    const open = await sealer();
    return database.work(everyTenant, async (tx) => {
      // Facts come first but may not crowd out behaviour.
      const outbox = await readOutbox(tx, open, position.outbox, Math.ceil(maxBatchEvents / 2));
      const lanes = await readLanes(tx, open, position.lanes, maxBatchEvents - outbox.facts.length);
      return {
        placed: [
          ...outbox.facts.map(({ id, event }) => ({ lane: 0, seq: id, event })),
          ...lanes.commits.flatMap(({ lane, seq, events }) => events.map((event) => ({ lane, seq, event }))),
        ],
        position: { lanes: lanes.positions, outbox: outbox.position },
      };
    });
  };
  const start = () =>
    database.work(everyTenant, async (tx) => {
      await tx.query(`select log.ensure_partitions()`);
      const stored = await loadPosition(tx);
      await assertOwnSnapshot(tx, stored.outbox);
      return stored;
    });

  while (!signal.aborted) {
    try {
      await follow(options, {
        position: await start(),
        readAfter,
        sealer,
        wakeUp,
        onProgress: () => (backoffMs = 100),
      });
    } catch (error) {
      if (signal.aborted && error instanceof Error && error.name === 'AbortError') break;
      logger.error({ err: error, backoffMs }, 'pipeline starts again from its position');
      await pause(backoffMs, signal);
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
    }
  }
  await wakeUp.close();
}

interface Following {
  readonly position: StoredPosition;
  readonly readAfter: (position: LogPosition) => Promise<Read>;
  readonly sealer: () => Promise<LogSealer>;
  readonly wakeUp: ReturnType<typeof openWakeUp>;
  readonly onProgress: () => void;
}

/** The loop itself; returns at the signal, throws when it has to start again from the stored position. */
async function follow(options: PipelineOptions, { position: from, readAfter, sealer, wakeUp, onProgress }: Following) {
  const { signal } = options;
  let stored = from;
  let position: LogPosition = from;
  let ahead: Promise<Read> | undefined;
  let replayedAt = performance.now();
  let partitionsAt = performance.now();
  let checkedAt = performance.now();
  while (!signal.aborted) {
    const read = await (ahead ?? readAfter(position));
    const wasAhead = ahead !== undefined;
    ahead = undefined;
    const dueForReplay = performance.now() - replayedAt > replayEveryMs;
    if (dueForReplay) replayedAt = performance.now();
    if (performance.now() - checkedAt > checkEveryMs) {
      checkedAt = performance.now();
      await warnOfLag(options);
    }
    if (performance.now() - partitionsAt > partitionsEveryMs) {
      partitionsAt = performance.now();
      await options.database.work(everyTenant, (tx) => tx.query(`select log.ensure_partitions()`));
    }
    if (read.placed.length === 0 && !dueForReplay) {
      position = read.position;
      // What was read ahead may be old by now: look again before resting.
      if (wasAhead) continue;
      pipelineLag.set(0);
      await wakeUp.wait();
      continue;
    }
    if (read.placed.length > 0) {
      wakeUp.active();
      ahead = readAfter(read.position);
      ahead.catch(() => undefined);
    }
    const after = await step(options, stored, read, await sealer(), dueForReplay);
    if (after === null) return pause(standbyMs, signal);
    stored = after;
    position = read.position;
    onProgress();
  }
}

async function warnOfLag({ database, logger }: PipelineOptions): Promise<void> {
  const lag = await database.work(everyTenant, readLag);
  if (lag.snapshotAge > alarmingSnapshotAge) {
    logger.warn({ lag }, 'a transaction has been open for long; each look into the outbox scans more behind it');
  }
  if (lag.lanes.ageMs > alarmingAgeMs || lag.outbox.ageMs > alarmingAgeMs)
    logger.warn({ lag }, 'the pipeline is behind');
}

/** One micro-batch in one transaction. Null when the position was held or moved by another pipeline. */
async function step(
  options: PipelineOptions,
  expected: StoredPosition,
  { placed, position }: Read,
  sealer: LogSealer,
  withReplay: boolean,
): Promise<StoredPosition | null> {
  return options.database.work(everyTenant, async (tx) => {
    // Position and effects vanish together in a crash and the log feeds them again, so this commit need not wait for the disk.
    await tx.execute(`set local synchronous_commit = off`);
    const locked = await lockPosition(tx);
    if (!locked || locked.progress !== expected.progress || locked.batch !== expected.batch) return null;
    const ctx: PipelineContext = { tx, now: tx.now, services: options.services };
    let { batch } = locked;
    if (withReplay && (await replayRequested(ctx, sealer, options, batch + 1)) > 0) batch += 1;
    const fresh = placed.length > 0 ? await dropSeen(tx, placed) : [];
    const events = fresh.map(({ event }) => event).toSorted((a, b) => a.receivedAt - b.receivedAt);
    if (events.length > 0 && (await admit(ctx, sealer, options, events, batch + 1)).length > 0) batch += 1;
    const duplicates = placed.length - events.length;
    if (placed.length === 0 && batch === locked.batch) return locked;
    await storePosition(tx, position, { batch, events: events.length, duplicates });
    const oldest = events[0]?.receivedAt;
    if (oldest !== undefined) pipelineLag.set(Math.max(0, ctx.now.getTime() - oldest) / 1_000);
    return { ...position, batch, progress: locked.progress + events.length + duplicates };
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined); // Woken by the signal.
}

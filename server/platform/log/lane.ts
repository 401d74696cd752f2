import { randomUUID } from 'node:crypto';

import pg from 'pg';

import { isConnectionLoss } from '#platform/database';
import { defineError } from '#platform/errors';
import type { Logger } from '#platform/logger';

/** A holder that stays silent this long gives its lane up to whoever asks next. */
const leaseMs = 15_000;
const heartbeatMs = 5_000;
/** A statement without an answer for this long counts as a lost connection: a stopped server must not hold requests for ever. */
const statementTimeoutMs = 5_000;
/** The pipeline polls eagerly for longer than this after the last event; only after a silence it needs a wake-up. */
const wakeAfterMs = 200;

/** LISTEN on it to learn that events arrive after a silence. */
export const wakeChannel = 'shuke_log';

export const LogUnreachable = defineError(
  'log_unreachable',
  503,
  () => 'Events cannot be stored at the moment. Send them again shortly.',
  () => ({ retryAfterS: 2 }),
);

/** One process's own sequence in the log: each commit takes the next number, and only while the process holds the lane. */
export interface Lane {
  /**
   * Commits one sealed group, trying until the deadline (`performance.now()` milliseconds). When an answer was lost it commits
   * again: the pipeline counts repeated messages once.
   */
  commit(group: SealedGroup, deadlineMs: number): Promise<void>;
  /** Gives the lane back. */
  close(): Promise<void>;
}

/** Events of one commit, compressed and sealed. */
export interface SealedGroup {
  readonly body: Buffer;
  readonly events: number;
  /** Bytes of the list before compression. */
  readonly jsonBytes: number;
}

interface Held {
  readonly client: pg.Client;
  readonly lane: number;
  lastSeq: number;
}

class LaneLost extends Error {
  override readonly name = 'LaneLost';
  constructor(lane: number) {
    super(`log lane ${lane} is not ours any more, or moved on without us`);
  }
}

/** Takes a free lane, or makes one, on the first commit. */
export function openLane(workerUrl: string, logger: Logger): Lane {
  const holder = randomUUID();
  let held: Held | undefined;
  let lastCommitAt = -Infinity;
  let closed = false;
  // A connection runs one statement at a time; side errands and commits take turns.
  let committing = false;
  let errand: Promise<unknown> = Promise.resolve();

  const drop = (cause: unknown): void => {
    if (!held) return;
    logger.warn({ err: cause, lane: held.lane }, 'connection of the log lane lost');
    void quietly(held.client.end());
    held = undefined;
  };
  const connected = async (): Promise<Held> => {
    if (held) return held;
    const client = await connect(workerUrl, (lost, cause) => {
      if (held?.client === lost) drop(cause);
    });
    try {
      held = { client, ...(await takeLane(client, holder)) };
    } catch (error) {
      void quietly(client.end());
      throw error;
    }
    logger.info({ lane: held.lane, seq: held.lastSeq }, 'writing to a log lane');
    return held;
  };
  const attempt = async (group: SealedGroup): Promise<void> => {
    const mine = await connected();
    await errand;
    if (!(await insertCommit(mine, holder, group))) throw new LaneLost(mine.lane);
    mine.lastSeq += 1;
    if (performance.now() - lastCommitAt > wakeAfterMs) errand = quietly(mine.client.query(`notify ${wakeChannel}`));
    lastCommitAt = performance.now();
  };
  const heartbeat = setInterval(() => {
    // A commit renews the lease by itself.
    if (held && !committing) errand = quietly(errand.then(() => held && renewLease(held, holder, leaseMs)));
  }, heartbeatMs);
  heartbeat.unref();

  return {
    async commit(group, deadlineMs) {
      for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
        committing = true;
        try {
          await attempt(group);
          return;
        } catch (error) {
          if (!(error instanceof Error) || !mayPass(error)) throw error;
          drop(error);
          if (closed || performance.now() + pauseMs > deadlineMs) throw new LogUnreachable();
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        } finally {
          committing = false;
        }
      }
    },
    async close() {
      closed = true;
      clearInterval(heartbeat);
      if (!held) return;
      const last = held;
      held = undefined;
      await errand;
      await renewLease(last, holder, 0).catch(() => undefined); // Then it ends by itself soon.
      await last.client.end();
    },
  };
}

// For what may fail without harm: the next commit notices a lost connection by itself.
function quietly(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(() => undefined);
}

async function connect(workerUrl: string, onLost: (lost: pg.Client, cause: unknown) => void): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: workerUrl,
    query_timeout: statementTimeoutMs,
    connectionTimeoutMillis: statementTimeoutMs,
    application_name: 'shuke-log',
  });
  client.on('error', (error) => onLost(client, error));
  client.on('end', () => onLost(client, new Error('connection ended')));
  await client.connect();
  return client;
}

function mayPass(error: Error): boolean {
  const { code = '' } = error as { code?: string };
  return (
    error instanceof LaneLost ||
    isConnectionLoss(error) ||
    // Disk or memory is full for now (53…), the server's own timeout (57014), the network.
    /^(53\d{3}|57014|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH)$/.test(code) ||
    /timeout|terminated|ended|closed/i.test(error.message)
  );
}

async function takeLane(client: pg.Client, holder: string): Promise<{ lane: number; lastSeq: number }> {
  await client.query(`select log.ensure_partitions()`);
  // Our own lane comes first: after a lost connection the sequence simply goes on.
  const { rows } = await client.query<{ lane: number; last_seq: number }>(
    `update log.lane_leases set holder = $1, expires_at = clock_timestamp() + $2 * interval '1 ms'
      where lane = (select lane from log.lane_leases where holder = $1 or expires_at < clock_timestamp()
                     order by holder = $1 desc, lane limit 1 for update skip locked)
     returning lane, last_seq`,
    [holder, leaseMs],
  );
  const [free] = rows;
  if (free) return { lane: free.lane, lastSeq: free.last_seq };
  for (;;) {
    const made = await client.query<{ lane: number }>(
      `insert into log.lane_leases (lane, holder, expires_at)
       select coalesce(max(lane), 0) + 1, $1, clock_timestamp() + $2 * interval '1 ms' from log.lane_leases
       on conflict do nothing returning lane`,
      [holder, leaseMs],
    );
    const [row] = made.rows;
    if (row) return { lane: row.lane, lastSeq: 0 };
  }
}

async function renewLease({ client, lane }: Held, holder: string, forMs: number): Promise<void> {
  await client.query(
    `update log.lane_leases set expires_at = clock_timestamp() + $3 * interval '1 ms' where lane = $1 and holder = $2`,
    [lane, holder, forMs],
  );
}

// The head row is the fence: it moves by one, for its holder only, and its lock makes numbers visible in their order.
const appendSql = `
  with head as (
    update log.lane_leases
       set last_seq = $3, bytes = bytes + length($5::bytea), expires_at = clock_timestamp() + $6 * interval '1 ms',
           last_day = greatest(last_day, (clock_timestamp() at time zone 'utc')::date)
     where lane = $1 and holder = $2 and last_seq = $3::bigint - 1
    returning lane, last_seq, last_day, bytes)
  insert into log.lanes (lane, seq, day, n, end_bytes, json_bytes, body)
  select lane, last_seq, last_day, $4, bytes, $7, $5 from head`;

async function insertCommit(
  { client, lane, lastSeq }: Held,
  holder: string,
  { body, events, jsonBytes }: SealedGroup,
): Promise<boolean> {
  const values = [lane, holder, lastSeq + 1, events, body, leaseMs, jsonBytes];
  const insert = async () => (await client.query({ name: 'append', text: appendSql, values })).rowCount === 1;
  try {
    return await insert();
  } catch (error) {
    const noPartitionForToday = (error as { code?: string }).code === '23514';
    if (!noPartitionForToday) throw error;
    await client.query(`select log.ensure_partitions()`);
    return insert();
  }
}

import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { Readable } from 'node:stream';

import pg from 'pg';

import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import type { JobContext } from '#platform/jobs';
import { fromBody, openSealer } from '#platform/log/body';
import type { LogSealer } from '#platform/log/body';
import { openHourCounts } from '#platform/log/hour-counts';
import type { HourCount } from '#platform/log/hour-counts';
import { deleteReadFacts } from '#platform/log/outbox-reader';
import { readSegment, SegmentBroken, writeSegment } from '#platform/log/segment';
import type { StoredBatch } from '#platform/log/segment';

/** How long days stay in the database after everyone has read them. */
export interface Retention {
  readonly batchDays: number;
  readonly laneDays: number;
  readonly outboxHours: number;
  /** Dead letters that were replayed, and those nobody has replayed. */
  readonly replayedLetterDays: number;
  readonly openLetterDays: number;
}

export const defaultRetention: Retention = {
  batchDays: 7,
  laneDays: 1,
  outboxHours: 24,
  replayedLetterDays: 30,
  openLetterDays: 180,
};

/** What one run did; days as `2026-11-22`. */
export interface ArchiveReport {
  readonly archived: readonly string[];
  /** Tables that are gone now. */
  readonly dropped: readonly string[];
  readonly factsDeleted: number;
}

/** What a segment holds, kept beside it and in log.archives. */
export interface Manifest {
  readonly format: 'SHUKELOG1';
  readonly day: string;
  readonly firstN: number;
  readonly lastN: number;
  readonly batches: number;
  readonly events: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly counts: readonly HourCount[];
}

/** The archive belongs to the installation, not to one tenant. */
export const archiveTenant = 0;
const everyTenant = { tenantId: null, scope: everyStore } as const;
const dayMs = 86_400_000;
const noLimit = Number.MAX_SAFE_INTEGER;

type ArchiveContext = Pick<JobContext, 'database' | 'services' | 'logger' | 'signal'>;

/**
 * Moves old days of the log into the file store and out of the database. A day of batches goes only when every reader has passed
 * it and its archive has been read back whole; a day of lanes when the pipeline has passed it, for the batches then hold its events.
 */
export async function archiveLog(ctx: ArchiveContext, retention: Retention = defaultRetention): Promise<ArchiveReport> {
  const { database, services, logger } = ctx;
  const owner = new pg.Client({ connectionString: database.urls.owner });
  await owner.connect();
  const archived: string[] = [];
  const dropped: string[] = [];
  try {
    const before = (days: number) => new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
    const sealer = await openSealer(database, services.vaults)();
    for (const day of await daysReadByAll(owner, before(retention.batchDays))) {
      if (ctx.signal.aborted) break;
      if (await archiveDay(ctx, owner, sealer, day)) archived.push(day);
      dropped.push(await dropPartition(owner, 'batches', day));
    }
    for (const day of await lanesReadByPipeline(owner, before(retention.laneDays))) {
      dropped.push(await dropPartition(owner, 'lanes', day));
    }
    for (const period of await forgottenPeriods(owner)) dropped.push(await dropPartition(owner, 'seen', period));
    await owner.query(
      `delete from log.dead_letters where replayed_at < now() - $1 * interval '1 day' or at < now() - $2 * interval '1 day'`,
      [retention.replayedLetterDays, retention.openLetterDays],
    );
    const factsDeleted = await deleteFacts(database, retention.outboxHours * 3_600_000);
    if (dropped.length > 0)
      logger.info({ archived, dropped, factsDeleted }, 'old days of the log moved to the archive');
    return { archived, dropped, factsDeleted };
  } finally {
    await owner.end();
  }
}

async function deleteFacts(database: Database, olderThanMs: number): Promise<number> {
  for (let total = 0; ;) {
    const deleted = await database.work(everyTenant, (tx) => deleteReadFacts(tx, olderThanMs));
    total += deleted;
    if (deleted === 0) return total;
  }
}

/** Days of batches before the given one that are complete and that every reader has passed. */
async function daysReadByAll(owner: pg.Client, before: string): Promise<string[]> {
  const days = await partitionDays(owner, 'batches', before);
  const passed: string[] = [];
  for (const day of days) {
    const { rows } = await owner.query<{ passed: boolean }>(
      `select coalesce((select max(n) from log.batches where day = $1)
                       <= least((select min(batch) from log.readers), (select batch from log.pipeline)), true) as passed`,
      [day],
    );
    if (!rows[0]?.passed) break;
    passed.push(day);
  }
  return passed;
}

async function lanesReadByPipeline(owner: pg.Client, before: string): Promise<string[]> {
  const passed: string[] = [];
  for (const day of await partitionDays(owner, 'lanes', before)) {
    const { rows } = await owner.query<{ unread: boolean }>(
      `select exists (select from (select lane, max(seq) as seq from log.lanes where day = $1 group by lane) l
                       cross join log.pipeline p where l.seq > coalesce((p.lanes -> l.lane::text ->> 0)::bigint, 0)) as unread`,
      [day],
    );
    if (!rows[0]?.unread) passed.push(day);
  }
  return passed;
}

async function forgottenPeriods(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ oldest: string }>(
    `select (log.period_of((now() at time zone 'utc')::date) - 7)::date as oldest`,
  );
  return partitionDays(owner, 'seen', rows[0]?.oldest ?? '');
}

type Partitioned = 'batches' | 'lanes' | 'seen';

async function partitionDays(owner: pg.Client, table: Partitioned, before: string): Promise<string[]> {
  const { rows } = await owner.query<{ day: string }>(
    `select to_char(to_date(right(c.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') as day
       from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = $1::regclass order by 1`,
    [`log.${table}`],
  );
  return rows.map(({ day }) => day).filter((day) => day < before);
}

/** DETACH … CONCURRENTLY: a plain drop would queue behind any reader and stop every append behind itself. */
async function dropPartition(owner: pg.Client, table: Partitioned, day: string): Promise<string> {
  const name = `log.${table}_${day.replaceAll('-', '')}`;
  const { rows } = await owner.query<{ pending: boolean }>(
    `select inhdetachpending as pending from pg_inherits where inhrelid = to_regclass($1)`,
    [name],
  );
  // An earlier run may have been stopped between the two halves of detaching.
  if (rows[0]) {
    await owner.query(
      `alter table log.${table} detach partition ${name} ${rows[0].pending ? 'finalize' : 'concurrently'}`,
    );
  }
  await owner.query(`drop table if exists ${name}`);
  if (table === 'batches') await owner.query(`update log.archives set dropped_at = now() where day = $1`, [day]);
  return name;
}

/** Writes a day's segment and manifest, reads both back, and records the archive. False when the day is empty or archived already. */
async function archiveDay(ctx: ArchiveContext, owner: pg.Client, sealer: LogSealer, day: string): Promise<boolean> {
  const { files } = ctx.services;
  const known = await owner.query(`select from log.archives where day = $1`, [day]);
  if (known.rows.length > 0) return false;
  const { rows } = await owner.query<Expected>(
    `select min(n) as "firstN", max(n) as "lastN", count(*)::int as batches, sum(events)::bigint as events from log.batches where day = $1`,
    [day],
  );
  const [expected] = rows;
  if (!expected || expected.batches === 0) return false;
  const segment = await files.put(
    archiveTenant,
    Readable.from(writeSegment(batchesOf(owner, day)), { objectMode: false }),
    {
      maxBytes: noLimit,
    },
  );
  const counts = await verifySegment(ctx, sealer, segment.fileId, segment.sha256, expected);
  const manifest: Manifest = {
    format: 'SHUKELOG1',
    day,
    ...expected,
    bytes: segment.sizeBytes,
    sha256: segment.sha256,
    counts,
  };
  const manifestFile = await files.put(archiveTenant, Buffer.from(JSON.stringify(manifest), 'utf8'));
  await owner.query(
    `insert into log.archives (day, first_n, last_n, batches, events, bytes, sha256, counts, segment_file_id, manifest_file_id, verified_at)
     values ($1, $2, $3, $4, $5, $6, decode($7, 'hex'), $8, $9, $10, now())`,
    [
      day,
      expected.firstN,
      expected.lastN,
      expected.batches,
      expected.events,
      segment.sizeBytes,
      segment.sha256,
      JSON.stringify(counts),
      segment.fileId,
      manifestFile.fileId,
    ],
  );
  return true;
}

interface Expected {
  readonly firstN: number;
  readonly lastN: number;
  readonly batches: number;
  readonly events: number;
}

async function* batchesOf(owner: pg.Client, day: string): AsyncGenerator<StoredBatch> {
  for (let after = 0; ;) {
    const { rows } = await owner.query<StoredBatch>(
      `select n, events, body from log.batches where day = $1 and n > $2 order by n limit 32`,
      [day, after],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.n;
  }
}

/** Reads a segment back and throws SegmentBroken unless checksum, numbers and every single event are as expected. */
export async function verifySegment(
  { services }: Pick<ArchiveContext, 'services'>,
  sealer: LogSealer,
  fileId: string,
  sha256: string,
  expected: Expected,
): Promise<HourCount[]> {
  const hash = createHash('sha256');
  const { stream } = await services.files.open(archiveTenant, fileId);
  const counts = openHourCounts();
  let next = expected.firstN;
  let batches = 0;
  let total = 0;
  for await (const { n, events, body } of readSegment(hashing(stream, hash))) {
    const opened = await fromBody<{ tenantId: number; receivedAt: number }[]>(sealer, body);
    if (n !== next || opened.length !== events)
      throw new SegmentBroken(`batch ${next} of the segment is not what was written`);
    next += 1;
    batches += 1;
    total += events;
    counts.addEvents(opened);
  }
  const whole = next === expected.lastN + 1 && batches === expected.batches && total === expected.events;
  if (!whole || hash.digest('hex') !== sha256) throw new SegmentBroken('the segment read back is not what was written');
  return counts.list();
}

async function* hashing(chunks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

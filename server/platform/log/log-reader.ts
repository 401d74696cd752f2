import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import { archiveTenant } from '#platform/log/archive';
import { fromBody } from '#platform/log/body';
import type { LogSealer } from '#platform/log/body';
import type { ResolvedEvent } from '#platform/log/event';
import { readSegment } from '#platform/log/segment';
import type { StoredBatch } from '#platform/log/segment';
import type { Services } from '#platform/services';

/** One batch of the log, opened. */
export interface Batch {
  readonly n: number;
  readonly events: readonly ResolvedEvent[];
}

interface LogSource {
  readonly database: Database;
  readonly services: Pick<Services, 'files'>;
  readonly sealer: LogSealer;
}

/** Numbers of batches: after `after`, up to and including `upTo`. */
export interface BatchRange {
  readonly after: number;
  readonly upTo: number;
}

/** Batches a row of the log may hold at most; `n * eventsPerBatch + index` numbers every event. */
export const eventsPerBatch = 8_192;

const everyTenant = { tenantId: null, scope: everyStore } as const;
const batchesPerPage = 16;

/** A batch is neither in the database nor in the archive. */
export class BatchMissing extends Error {
  override readonly name = 'BatchMissing';
  constructor(n: number) {
    super(`batch ${n} of the log is neither in the database nor in the archive`);
  }
}

/** The batches of a range in order, from the archive where their day has left the database; throws BatchMissing on a gap. */
export async function* readBatches(source: LogSource, { after, upTo }: BatchRange): AsyncGenerator<Batch> {
  let next = after + 1;
  while (next <= upTo) {
    const page = await pageFrom(source.database, next, upTo);
    const found = page[0]?.n === next ? page : archived(source, next, upTo);
    const before = next;
    for await (const { n, body } of found) {
      if (n !== next) throw new BatchMissing(next);
      yield { n, events: await fromBody<ResolvedEvent[]>(source.sealer, body) };
      next += 1;
    }
    if (next === before) throw new BatchMissing(next);
  }
}

function pageFrom(database: Database, next: number, upTo: number): Promise<StoredBatch[]> {
  return database.work(everyTenant, (tx) =>
    tx.query<StoredBatch>(
      `select n, events, body from log.batches where n >= $1 and n <= least($2::bigint, $1::bigint + $3 - 1) order by n`,
      [next, upTo, batchesPerPage],
    ),
  );
}

async function* archived({ database, services }: LogSource, next: number, upTo: number): AsyncGenerator<StoredBatch> {
  const [archive] = await database.work(everyTenant, (tx) =>
    tx.query<{ file_id: string }>(
      `select segment_file_id as file_id from log.archives where $1 between first_n and last_n`,
      [next],
    ),
  );
  if (!archive) return;
  const { stream } = await services.files.open(archiveTenant, archive.file_id);
  try {
    for await (const batch of readSegment(stream)) {
      if (batch.n > upTo) return;
      if (batch.n >= next) yield batch;
    }
  } finally {
    stream.destroy();
  }
}

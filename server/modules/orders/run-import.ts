import { DomainError } from '#platform/errors';
import { newId } from '#platform/ids';
import type { JobContext } from '#platform/jobs';

import { formatOf } from './file-formats.ts';
import { keyOf, RowGrouper } from './file-groups.ts';
import type { GroupedRows, RejectedRow } from './file-groups.ts';
import type { FileStamp } from './file-order.ts';
import { readRows } from './file-rows.ts';
import type { FileRow } from './file-rows.ts';
import type { OpenFile } from './file-text.ts';
import { bookChunk, claimImport, withLease } from './import-store.ts';
import type { Import, Lease } from './import-store.ts';
import type { OrdersContext, RecordedOrder } from './new-order.ts';
import { recordOrders } from './record-orders.ts';
import { partOf, readingOf, surveyFile } from './survey-file.ts';
import type { FileSurvey } from './survey-file.ts';

const rowsPerChunkDefault = 4_000;

type RunContext = Pick<JobContext, 'database' | 'services' | 'signal'>;

/**
 * Imports a queued file to its end: rows in chunks, each committed with its outcome and the position reached, so that a run that dies
 * is taken up by the next without doing anything twice. Returns when done, paused, failed with a named reason, or when `signal` aborts.
 */
export async function runImport(
  job: RunContext,
  {
    tenantId,
    importId,
    rowsPerChunk = rowsPerChunkDefault,
  }: { tenantId: number; importId: string; rowsPerChunk?: number },
): Promise<void> {
  const lease: Lease = { database: job.database, tenantId, importId, runner: newId() };
  const claimed = await claimImport(lease);
  if (!claimed) return;
  const open: OpenFile = async () => (await job.services.files.open(tenantId, claimed.fileId)).stream;
  try {
    const survey = await surveyFile(open, claimed.settings, leaseKeeper(lease));
    await withLease(lease, async (tx) => {
      await tx.execute(`update orders.imports set rows_total = $3 where tenant_id = $1 and import_id = $2`, [
        tenantId,
        importId,
        survey.rowsTotal,
      ]);
    });
    const isComplete = await commitChunks(job, lease, chunksOf(open, claimed, survey, rowsPerChunk));
    if (!isComplete) return;
    await withLease(lease, async (tx) => {
      await tx.execute(
        `update orders.imports set state = 'done', finished_at = now(), leased_until = null where tenant_id = $1 and import_id = $2`,
        [tenantId, importId],
      );
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await withLease(lease, async (tx) => {
      await tx.execute(
        `update orders.imports set state = 'failed', finished_at = now(), leased_until = null, error_code = $3, error_details = $4
          where tenant_id = $1 and import_id = $2`,
        [tenantId, importId, error.code, JSON.stringify(error.details)],
      );
    });
  }
}

/** Keeps the lease alive through a long first reading. */
function leaseKeeper(lease: Lease): () => Promise<void> {
  let renewedAt = performance.now();
  return async () => {
    if (performance.now() - renewedAt < 15_000) return;
    renewedAt = performance.now();
    await withLease(lease);
  };
}

interface Chunk extends GroupedRows {
  /** Position reached when the chunk is committed. */
  readonly rowsDone: number;
  readonly partsDone: number;
}

/** The file's orders in chunks, from where the import stopped: first those whose rows stand together, then the scattered, part by part. */
async function* chunksOf(
  open: OpenFile,
  target: Import,
  survey: FileSurvey,
  rowsPerChunk: number,
): AsyncGenerator<Chunk> {
  const { settings } = target;
  const stamp: FileStamp = { importId: target.importId, uploadedAt: target.createdAt };
  const newGrouper = () =>
    new RowGrouper({ format: formatOf(settings.format), settings, stamp, header: survey.header });
  if (target.rowsDone < survey.rowsTotal)
    yield* adjacentOrders(open, target, survey, { grouper: newGrouper(), rowsPerChunk });
  for (let part = target.partsDone; part < survey.scatteredParts; part += 1) {
    const groups = await scatteredOrders(open, settings, survey, part, newGrouper());
    yield { ...groups, rowsDone: survey.rowsTotal, partsDone: part + 1 };
  }
}

async function* adjacentOrders(
  open: OpenFile,
  target: Import,
  survey: FileSurvey,
  { grouper, rowsPerChunk }: { grouper: RowGrouper; rowsPerChunk: number },
): AsyncGenerator<Chunk> {
  const { settings } = target;
  let fed = 0;
  let rowsDone = target.rowsDone;
  for await (const rows of readRows(open, readingOf(settings))) {
    for (const row of rows) {
      // Row numbers count the header, positions do not.
      if (row.rowNo - 1 <= target.rowsDone) continue;
      if (survey.scattered.size > 0 && survey.scattered.has(keyOf(settings, row))) continue;
      grouper.add(row);
      fed += 1;
      if (fed < rowsPerChunk || grouper.rowsComplete - 1 <= rowsDone) continue;
      fed = 0;
      rowsDone = grouper.rowsComplete - 1;
      yield { ...grouper.take(), rowsDone, partsDone: 0 };
    }
  }
  grouper.close();
  yield { ...grouper.take(), rowsDone: survey.rowsTotal, partsDone: 0 };
}

async function scatteredOrders(
  open: OpenFile,
  settings: Import['settings'],
  survey: FileSurvey,
  part: number,
  grouper: RowGrouper,
): Promise<GroupedRows> {
  const rowsOf = new Map<string, FileRow[]>();
  for await (const rows of readRows(open, readingOf(settings))) {
    for (const row of rows) {
      const key = keyOf(settings, row);
      if (row.rowNo === 1 || !survey.scattered.has(key) || partOf(key, survey.scatteredParts) !== part) continue;
      const together = rowsOf.get(key);
      if (together) together.push(row);
      else rowsOf.set(key, [row]);
    }
  }
  for (const rows of rowsOf.values()) for (const row of rows) grouper.add(row);
  grouper.close();
  return grouper.take();
}

/** Commits chunk after chunk while the next is being read; false when the import was paused, taken over or the process is stopping. */
async function commitChunks(job: RunContext, lease: Lease, chunks: AsyncGenerator<Chunk>): Promise<boolean> {
  let next = chunks.next();
  try {
    for (;;) {
      const { value: chunk, done } = await next;
      if (done) return true;
      if (job.signal.aborted) return handBack(lease);
      next = chunks.next();
      // Its fault, if any, is met when the chunk is awaited.
      next.catch(() => undefined);
      if (!(await commitChunk(job, lease, chunk))) return false;
    }
  } finally {
    await chunks.return(undefined);
  }
}

async function handBack(lease: Lease): Promise<false> {
  await withLease(lease, async (tx) => {
    await tx.execute(`update orders.imports set leased_until = now() where tenant_id = $1 and import_id = $2`, [
      lease.tenantId,
      lease.importId,
    ]);
  });
  return false;
}

async function commitChunk(job: RunContext, lease: Lease, chunk: Chunk): Promise<boolean> {
  return withLease(lease, async (tx, now) => {
    // The position is committed with the orders: losing the last chunks in a crash only means reading them again.
    await tx.execute(`set local synchronous_commit = off`);
    const ctx: OrdersContext = { tx, tenantId: lease.tenantId, now, services: job.services };
    const { recorded, rejects } = await recordOrReject(ctx, chunk.orders);
    const count = (outcomes: readonly RecordedOrder['outcome'][]) =>
      recorded.filter(({ outcome }) => outcomes.includes(outcome)).length;
    await bookChunk(tx, lease, await job.services.vaults.forTenant(tx, lease.tenantId), {
      rowsDone: chunk.rowsDone,
      partsDone: chunk.partsDone,
      created: count(['created']),
      updated: count(['updated']),
      unchanged: count(['unchanged', 'older']),
      rejects: [...chunk.rejects, ...rejects].toSorted((a, b) => a.rowNo - b.rowNo),
    });
  });
}

/** Records all orders at once; when the database refuses a value among them, one by one, so that only the culprit is rejected. */
async function recordOrReject(
  ctx: OrdersContext,
  orders: GroupedRows['orders'],
): Promise<{ recorded: RecordedOrder[]; rejects: RejectedRow[] }> {
  try {
    const recorded = await ctx.tx.savepoint(() =>
      recordOrders(
        ctx,
        orders.map(({ order }) => order),
      ),
    );
    return { recorded, rejects: [] };
  } catch (error) {
    if (!isDataFault(error)) throw error;
  }
  const recorded: RecordedOrder[] = [];
  const rejects: RejectedRow[] = [];
  for (const { order, rows } of orders) {
    try {
      recorded.push(...(await ctx.tx.savepoint(() => recordOrders(ctx, [order]))));
    } catch (error) {
      if (!isDataFault(error)) throw error;
      rejects.push(...rows.map(({ rowNo, cells }) => ({ rowNo, cells, faults: [{ code: 'cannot_be_stored' }] })));
    }
  }
  return { recorded, rejects };
}

/** Whether Postgres refused a value (class 22: data exception, 23: constraint), not the work itself. */
function isDataFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
}

import { customersToday } from '#customers';
import { actorRef, everyStore } from '#platform/context';
import type { Context } from '#platform/context';
import { DomainError } from '#platform/errors';
import { newId } from '#platform/ids';
import { enqueue } from '#platform/job-queue';
import type { JobContext, JobDefinition } from '#platform/jobs';
import { segmentMembers, segmentSize } from '#segments';

import type { CouponsContext } from './coupon.ts';
import { BatchNotFound, TemplateNotPublished } from './errors.ts';
import { issueCoupons } from './issue-coupons.ts';
import { readTemplate } from './manage-templates.ts';

const customersPerStep = 5_000;
export const issueBatchJob = 'coupons.issue-batch';

/** A coupon given to many, and how far it got. */
export interface Batch {
  readonly batchId: string;
  readonly templateId: string;
  readonly templateName: string;
  readonly segmentId: string | null;
  readonly status: 'running' | 'done' | 'stopped';
  readonly stopReason: string | null;
  readonly planned: number;
  readonly seen: number;
  readonly issued: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

const columns = `b.batch_id as "batchId", b.template_id as "templateId", t.name as "templateName", b.segment_id as "segmentId", b.status,
  b.stop_reason as "stopReason", b.planned, b.seen, b.issued, b.created_at as "createdAt", b.finished_at as "finishedAt"`;

/** Starts giving a coupon to a segment or a list of customers in the background; each gets at most one from the batch. */
export async function startBatch(
  ctx: Context,
  { templateId, ...who }: { templateId: string } & ({ segmentId: string } | { customerIds: readonly number[] }),
): Promise<Batch> {
  const { status } = await readTemplate(ctx, templateId);
  if (status !== 'published') throw new TemplateNotPublished(status);
  const batchId = newId();
  const list = 'customerIds' in who ? [...new Set(who.customerIds)] : [];
  const planned = 'segmentId' in who ? await segmentSize(ctx, who.segmentId) : list.length;
  await ctx.tx.execute(
    `insert into coupons.batches (tenant_id, batch_id, template_id, segment_id, planned, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      ctx.tenantId,
      batchId,
      templateId,
      'segmentId' in who ? who.segmentId : null,
      planned,
      actorRef(ctx.actor),
      ctx.now,
    ],
  );
  for (let start = 0; start < list.length; start += customersPerStep) {
    await ctx.tx.execute(
      `insert into coupons.batch_chunks (tenant_id, batch_id, chunk_no, customer_ids) values ($1, $2, $3, $4)`,
      [ctx.tenantId, batchId, start / customersPerStep + 1, list.slice(start, start + customersPerStep)],
    );
  }
  await enqueue(
    ctx,
    issueBatchJob,
    { tenantId: ctx.tenantId, batchId },
    { key: `${issueBatchJob}:${batchId}`, maxAttempts: 25 },
  );
  return readBatch(ctx, batchId);
}

/** Reads one batch; refuses an unknown one. */
export async function readBatch(ctx: Pick<CouponsContext, 'tx' | 'tenantId'>, batchId: string): Promise<Batch> {
  const [batch] = await ctx.tx.query<Batch>(
    `select ${columns} from coupons.batches b join coupons.templates t using (tenant_id, template_id)
      where b.tenant_id = $1 and b.batch_id = $2`,
    [ctx.tenantId, batchId],
  );
  if (!batch) throw new BatchNotFound();
  return batch;
}

/** Batches, newest first; a cursor is the last id of the page before. */
export function listBatches(
  ctx: Pick<CouponsContext, 'tx' | 'tenantId'>,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<Batch[]> {
  return ctx.tx.query<Batch>(
    `select ${columns} from coupons.batches b join coupons.templates t using (tenant_id, template_id)
      where b.tenant_id = $1 and ($2::uuid is null or b.batch_id < $2) order by b.batch_id desc limit $3`,
    [ctx.tenantId, cursor ?? null, limit],
  );
}

interface Progress {
  template_id: string;
  segment_id: string | null;
  status: string;
  cursor: number;
}

/** Issues the next part of a batch and moves its cursor in the same transaction, so a crash repeats nothing. False when it is over. */
export async function continueBatch(ctx: CouponsContext, batchId: string, step = customersPerStep): Promise<boolean> {
  const [batch] = await ctx.tx.query<Progress>(
    `select template_id, segment_id, status, cursor from coupons.batches where tenant_id = $1 and batch_id = $2 for update`,
    [ctx.tenantId, batchId],
  );
  if (!batch) throw new BatchNotFound();
  if (batch.status !== 'running') return false;
  const { customerIds, cursor } = await nextCustomers(ctx, batchId, batch, step);
  if (customerIds.length === 0) return finish(ctx, batchId, 'done');
  const request = { templateId: batch.template_id, customerIds, issueKey: `batch:${batchId}`, source: 'batch' };
  // A template that ended meanwhile stops the batch, it does not fail it for ever.
  const outcomes = await issueCoupons(ctx, request).catch((error: unknown) => {
    if (error instanceof DomainError) return error;
    throw error;
  });
  if (outcomes instanceof DomainError) return finish(ctx, batchId, 'stopped', outcomes.code);
  const issued = outcomes.filter(({ outcome }) => outcome === 'issued').length;
  await ctx.tx.execute(
    `update coupons.batches set cursor = $3, seen = seen + $4, issued = issued + $5 where tenant_id = $1 and batch_id = $2`,
    [ctx.tenantId, batchId, cursor, customerIds.length, issued],
  );
  if (outcomes.some(({ outcome }) => outcome === 'sold_out')) return finish(ctx, batchId, 'stopped', 'coupon_sold_out');
  return true;
}

async function nextCustomers(
  ctx: CouponsContext,
  batchId: string,
  { segment_id, cursor }: Progress,
  step: number,
): Promise<{ customerIds: number[]; cursor: number }> {
  if (segment_id !== null) {
    const members = await segmentMembers(ctx, segment_id, { after: cursor, limit: step });
    return { customerIds: members, cursor: members.at(-1) ?? cursor };
  }
  const [chunk] = await ctx.tx.query<{ chunk_no: number; customer_ids: number[] }>(
    `select chunk_no, customer_ids from coupons.batch_chunks where tenant_id = $1 and batch_id = $2 and chunk_no = $3`,
    [ctx.tenantId, batchId, cursor + 1],
  );
  if (!chunk) return { customerIds: [], cursor };
  const ids = chunk.customer_ids.map(Number);
  const today = await customersToday(
    ctx,
    ids.map((customerId) => ({ tenantId: ctx.tenantId, customerId })),
  );
  return { customerIds: ids.map((id) => today.get(`${ctx.tenantId}:${id}`) ?? id), cursor: cursor + 1 };
}

async function finish(
  ctx: CouponsContext,
  batchId: string,
  status: 'done' | 'stopped',
  reason: string | null = null,
): Promise<false> {
  await ctx.tx.execute(
    `update coupons.batches set status = $3, stop_reason = $4, finished_at = $5 where tenant_id = $1 and batch_id = $2`,
    [ctx.tenantId, batchId, status, reason, ctx.now],
  );
  return false;
}

/** Runs a batch to its end in transactions of 5,000 customers; when the process is asked to stop, the queue's retry goes on from the cursor. */
export async function runBatch({ database, signal }: JobContext, tenantId: number, batchId: string): Promise<void> {
  let more = true;
  while (more) {
    if (signal.aborted) throw new Error(`batch ${batchId} was interrupted and will go on`);
    more = await database.work({ tenantId, scope: everyStore }, async (tx) => {
      const now = tx.now;
      return continueBatch({ tx, tenantId, now, actor: { kind: 'system', name: 'coupons' } }, batchId);
    });
  }
}

export const issueBatch: JobDefinition = {
  name: issueBatchJob,
  maxAttempts: 25,
  async handle(ctx, payload) {
    const { tenantId, batchId } = payload as { tenantId: number; batchId: string };
    await runBatch(ctx, tenantId, batchId);
  },
};

import { brandClock } from '#org';
import type { Context } from '#platform/context';
import { newId } from '#platform/ids';
import { emit } from '#platform/outbox';

import { TraceUnknown } from './errors.ts';
import { newTraceCode, readTraceCode } from './trace-code.ts';

export type SharedKind = 'mall' | 'product' | 'coupon';

export interface NewShare {
  readonly customerId: number;
  readonly sharedKind: SharedKind;
  /** Product or coupon id; '' for the mall as a whole. */
  readonly sharedId: string;
  /** The link through which the sharer came, when there was one. */
  readonly parentCode?: string | undefined;
}

export interface Trace {
  readonly traceId: string;
  readonly code: string;
  readonly depth: number;
}

interface ParentRow {
  trace_id: string;
  origin_trace_id: string;
  depth: number;
  sharer_customer_id: number;
  parent_trace_id: string | null;
}

const deepest = 1_000;

/**
 * The link above which a new share hangs: the one its sharer came by. Where the sharer is already in that chain the new link joins
 * their place in it, so that nobody becomes their own ancestor.
 */
async function findParent(ctx: Context, customerId: number, parentCode: string | undefined): Promise<ParentRow | null> {
  if (parentCode === undefined) return null;
  const chain = await ctx.tx.query<ParentRow>(
    `with recursive chain as (
       select trace_id, origin_trace_id, depth, sharer_customer_id, parent_trace_id from referral.traces where tenant_id = $1 and code = $2
       union all
       select t.trace_id, t.origin_trace_id, t.depth, t.sharer_customer_id, t.parent_trace_id
         from chain c join referral.traces t on t.tenant_id = $1 and t.trace_id = c.parent_trace_id)
     select * from chain`,
    [ctx.tenantId, readTraceCode(parentCode)],
  );
  if (chain.length === 0) throw new TraceUnknown();
  const own = chain.findLastIndex(({ sharer_customer_id }) => sharer_customer_id === customerId);
  const parent = chain[own + 1] ?? null;
  return parent !== null && parent.depth < deepest - 1 ? parent : null;
}

/** The link of a customer for something they share; the same wish gives the same link. */
export async function createShare(ctx: Context, share: NewShare): Promise<Trace> {
  const parent = await findParent(ctx, share.customerId, share.parentCode);
  const traceId = newId();
  const [made] = await ctx.tx.query<{ trace_id: string; code: string; depth: number }>(
    `insert into referral.traces (tenant_id, trace_id, code, parent_trace_id, origin_trace_id, depth, sharer_customer_id, sharer_origin_customer_id,
                                  shared_kind, shared_id, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10) on conflict do nothing returning trace_id, code, depth`,
    [
      ctx.tenantId,
      traceId,
      newTraceCode(),
      parent?.trace_id ?? null,
      parent?.origin_trace_id ?? traceId,
      parent ? parent.depth + 1 : 0,
      share.customerId,
      share.sharedKind,
      share.sharedId,
      ctx.now,
    ],
  );
  if (made) {
    await emit(ctx, [
      {
        tenantId: ctx.tenantId,
        name: 'Share Created',
        messageId: `share-created:${traceId}`,
        occurredAt: ctx.now,
        customerId: share.customerId,
        properties: { trace_id: traceId, shared_kind: share.sharedKind, shared_id: share.sharedId, depth: made.depth },
      },
    ]);
    return { traceId: made.trace_id, code: made.code, depth: made.depth };
  }
  const [existing] = await ctx.tx.query<{ trace_id: string; code: string; depth: number }>(
    `select trace_id, code, depth from referral.traces
      where tenant_id = $1 and sharer_origin_customer_id = $2 and shared_kind = $3 and shared_id = $4
        and coalesce(parent_trace_id, '00000000-0000-0000-0000-000000000000') = coalesce($5, '00000000-0000-0000-0000-000000000000'::uuid)`,
    [ctx.tenantId, share.customerId, share.sharedKind, share.sharedId, parent?.trace_id ?? null],
  );
  if (!existing) throw new TraceUnknown();
  return { traceId: existing.trace_id, code: existing.code, depth: existing.depth };
}

/** Notes that a customer (known or anonymous) opened a link; the sharer's own visits do not count. */
export async function recordVisit(
  ctx: Context,
  { code, customerId }: { code: string; customerId: number },
): Promise<{ traceId: string; sharedKind: SharedKind; sharedId: string }> {
  const [trace] = await ctx.tx.query<{
    trace_id: string;
    shared_kind: SharedKind;
    shared_id: string;
    sharer_customer_id: number;
  }>(
    `select trace_id, shared_kind, shared_id, sharer_customer_id from referral.traces where tenant_id = $1 and code = $2`,
    [ctx.tenantId, readTraceCode(code)],
  );
  if (!trace) throw new TraceUnknown();
  const found = { traceId: trace.trace_id, sharedKind: trace.shared_kind, sharedId: trace.shared_id };
  if (trace.sharer_customer_id === customerId) return found;
  const [visit] = await ctx.tx.query<{ visit_id: string; is_new: boolean }>(
    `insert into referral.visits as v (tenant_id, visit_id, trace_id, customer_id, origin_customer_id, visited_on, first_at, last_at)
     values ($1, $2, $3, $4, $4, ($5::timestamptz at time zone $6)::date, $5, $5)
     on conflict (tenant_id, trace_id, origin_customer_id, visited_on) do update set last_at = greatest(v.last_at, excluded.last_at)
     returning visit_id, visit_id = $2 as is_new`,
    [ctx.tenantId, newId(), trace.trace_id, customerId, ctx.now, (await brandClock(ctx)).zone],
  );
  if (visit?.is_new) {
    await emit(ctx, [
      {
        tenantId: ctx.tenantId,
        name: 'Share Opened',
        messageId: `share-opened:${visit.visit_id}`,
        occurredAt: ctx.now,
        customerId,
        properties: { trace_id: trace.trace_id, shared_kind: trace.shared_kind, shared_id: trace.shared_id },
      },
    ]);
  }
  return found;
}

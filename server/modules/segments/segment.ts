import { customerSummaries } from '#customers';
import type { Context } from '#platform/context';
import { findDefinition, publishDefinition } from '#platform/definitions';

import { compileCondition, selectMembers } from './compile-condition.ts';
import { segmentKind } from './condition.ts';
import type { Condition } from './condition.ts';
import { recomputeSegment, todayOf } from './refresh-members.ts';

const nobody = { items: [] as { customerId: number; displayName: string }[], total: 0 };

/** How many customers in the caller's scope a condition holds for right now, of how many. */
export async function countCondition(ctx: Context, condition: Condition): Promise<{ customers: number; base: number }> {
  const { today } = await todayOf(ctx.tx);
  const { sql, values } = selectMembers(condition);
  const [row] = await ctx.tx.query<{ customers: number; base: number }>(
    `select (select count(*)::int from (${sql}) members) as customers,
            (select count(*)::int from customers.people where tenant_id = $1) as base`,
    [ctx.tenantId, null, today, ...values],
  );
  return row ?? { customers: 0, base: 0 };
}

/** A first look at the people a condition holds for. */
export async function previewCondition(ctx: Context, condition: Condition, limit: number) {
  const { today } = await todayOf(ctx.tx);
  const { sql, values } = selectMembers(condition);
  const rows = await ctx.tx.query<{ customer_id: number }>(
    `${sql} order by p.last_seen_at desc, p.customer_id limit ${limit}`,
    [ctx.tenantId, null, today, ...values],
  );
  return customerSummaries(
    ctx,
    rows.map(({ customer_id }) => customer_id),
  );
}

/** Whether each part of a condition holds for one customer: the tree again, every node with its answer. */
export interface Explained {
  readonly condition: Condition;
  readonly holds: boolean;
  readonly parts: readonly Explained[];
}

export async function explainCondition(ctx: Context, condition: Condition, customerId: number): Promise<Explained> {
  const parts: readonly Condition[] =
    condition.kind === 'not'
      ? [condition.condition]
      : condition.kind === 'all' || condition.kind === 'any'
        ? condition.conditions
        : [];
  const explained: Explained[] = [];
  for (const part of parts) explained.push(await explainCondition(ctx, part, customerId));
  if (condition.kind === 'all') return { condition, holds: explained.every(({ holds }) => holds), parts: explained };
  if (condition.kind === 'any') return { condition, holds: explained.some(({ holds }) => holds), parts: explained };
  if (condition.kind === 'not') return { condition, holds: !explained[0]?.holds, parts: explained };
  const { today } = await todayOf(ctx.tx);
  const { sql, values } = compileCondition(condition);
  const [row] = await ctx.tx.query<{ holds: boolean }>(
    `select coalesce(${sql}, false) as holds from customers.people p where p.tenant_id = $1 and p.customer_id = any($2::bigint[]) and $3::date is not null`,
    [ctx.tenantId, [customerId], today, ...values],
  );
  return { condition, holds: row?.holds ?? false, parts: [] };
}

/** Which of the given customers a condition holds for right now. */
export async function matchingCustomers(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  condition: Condition,
  customerIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const { today } = await todayOf(ctx.tx);
  const { sql, values } = selectMembers(condition);
  const rows = await ctx.tx.query<{ customer_id: number }>(sql, [
    ctx.tenantId,
    [...new Set(customerIds)],
    today,
    ...values,
  ]);
  return new Set(rows.map(({ customer_id }) => customer_id));
}

/** Publishes a segment and fills it at once, so that whoever uses it next finds its people. */
export async function publishSegment(ctx: Context, segmentId: string, note: string): Promise<number> {
  const { version, content } = await publishDefinition(ctx, segmentKind, segmentId, { note });
  const { name } = await findDefinition(ctx, segmentKind, segmentId);
  await recomputeSegment(
    ctx.tx,
    { tenantId: ctx.tenantId, definitionId: segmentId, name, version, content },
    'published',
  );
  return version;
}

/** The members of a segment in the caller's scope, by customer id; give the last id again to go on. */
export async function segmentMembers(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  segmentId: string,
  { after = 0, limit }: { after?: number; limit: number },
): Promise<number[]> {
  const rows = await ctx.tx.query<{ customer_id: number }>(
    `select m.customer_id from segments.members m join customers.people p using (tenant_id, customer_id)
      where m.tenant_id = $1 and m.segment_id = $2 and m.customer_id > $3 order by m.customer_id limit $4`,
    [ctx.tenantId, segmentId, after, limit],
  );
  return rows.map(({ customer_id }) => customer_id);
}

/** A page of members with their masked names, and how many there are in the caller's scope. */
export async function listMembers(ctx: Context, segmentId: string, page: { after: number; limit: number }) {
  await findDefinition(ctx, segmentKind, segmentId);
  const ids = await segmentMembers(ctx, segmentId, page);
  if (ids.length === 0 && page.after === 0) return nobody;
  const [row] = await ctx.tx.query<{ total: number }>(
    `select count(*)::int as total from segments.members m join customers.people p using (tenant_id, customer_id)
      where m.tenant_id = $1 and m.segment_id = $2`,
    [ctx.tenantId, segmentId],
  );
  return { items: await customerSummaries(ctx, ids), total: row?.total ?? 0 };
}

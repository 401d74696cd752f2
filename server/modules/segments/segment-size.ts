import type { Context } from '#platform/context';

/** How many members a segment has now. */
export async function segmentSize(ctx: Pick<Context, 'tx' | 'tenantId'>, segmentId: string): Promise<number> {
  const [row] = await ctx.tx.query<{ size: number }>(
    `select count(*)::int as size from segments.members where tenant_id = $1 and segment_id = $2`,
    [ctx.tenantId, segmentId],
  );
  return row?.size ?? 0;
}

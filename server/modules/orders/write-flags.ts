import type { OrdersContext } from './new-order.ts';
import type { LineRow, OrderRow } from './order-row.ts';

type WriteContext = Pick<OrdersContext, 'tx' | 'tenantId'>;

/** Writes flags, reviews and exclusion of lines back. */
export async function writeLineFlags(ctx: WriteContext, lines: readonly LineRow[]): Promise<void> {
  if (lines.length === 0) return;
  await ctx.tx.execute(
    `update orders.order_lines l
        set flags = coalesce(string_to_array(nullif(r.flags, ''), ','), '{}'), review = r.review, is_excluded = r.is_excluded
       from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::boolean[]) as r(order_id, line_no, flags, review, is_excluded)
      where l.tenant_id = $1 and l.order_id = r.order_id and l.line_no = r.line_no`,
    [
      ctx.tenantId,
      lines.map((line) => line.order_id),
      lines.map((line) => line.line_no),
      lines.map((line) => line.flags.join(',')),
      lines.map((line) => line.review),
      lines.map((line) => line.is_excluded),
    ],
  );
}

/** Writes flags, exclusion and counted amount of orders back. */
export async function writeOrderFlags(ctx: WriteContext, rows: readonly OrderRow[]): Promise<void> {
  if (rows.length === 0) return;
  await ctx.tx.execute(
    `update orders.orders o
        set flags = coalesce(string_to_array(nullif(r.flags, ''), ','), '{}'), is_excluded = r.is_excluded,
            counted_minor = r.counted_minor, rules_version = r.rules_version
       from unnest($2::uuid[], $3::text[], $4::boolean[], $5::bigint[], $6::int[])
         as r(order_id, flags, is_excluded, counted_minor, rules_version)
      where o.tenant_id = $1 and o.order_id = r.order_id`,
    [
      ctx.tenantId,
      rows.map((row) => row.order_id),
      rows.map((row) => row.flags.join(',')),
      rows.map((row) => row.is_excluded),
      rows.map((row) => row.counted_minor),
      rows.map((row) => row.rules_version),
    ],
  );
}

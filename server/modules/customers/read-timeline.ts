import type { Context } from '#platform/context';

import { requireCustomer } from './require-customer.ts';

interface Row {
  readonly at: Date;
  readonly n: number;
  readonly name: string;
  readonly channel: string;
  readonly sourceId: number;
  readonly reference: string;
  readonly details: Record<string, unknown>;
}

export interface TimelineFilter {
  readonly cursor?: string | undefined;
  readonly name?: string | undefined;
  readonly channel?: string | undefined;
  readonly limit: number;
}

/**
 * A page of a customer's events, newest first; read by the origins that belong to the customer now, so merges and splits show at once.
 * Each origin's newest are read off its index, so a page costs the same however long the history.
 */
export async function readTimeline(
  ctx: Context,
  customerId: number,
  { cursor, name, channel, limit }: TimelineFilter,
): Promise<{ items: Row[]; nextCursor: string | null }> {
  await requireCustomer(ctx, customerId);
  const [beforeMs, n] = cursor?.split('_').map(Number) ?? [];
  const before = beforeMs === undefined ? 'infinity' : new Date(beforeMs).toISOString();
  const rows = await ctx.tx.query<Row>(
    `select e.* from customers.identifiers i
      cross join lateral (
        select t.at, t.n, t.name, t.channel, t.source_id as "sourceId", t.reference, t.details from customers.timeline t
         where t.tenant_id = $1 and t.origin_customer_id = i.identifier_id
           and t.at <= $3::timestamptz and (t.at, t.n) < ($3::timestamptz, $4::bigint)
           and ($5::text is null or t.name = $5) and ($6::text is null or t.channel = $6)
         order by t.at desc, t.n desc limit $7) e
      where i.tenant_id = $1 and i.customer_id = $2
      order by e.at desc, e.n desc limit $7`,
    [ctx.tenantId, customerId, before, n ?? 0, name ?? null, channel ?? null, limit + 1],
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? `${last.at.getTime()}_${last.n}` : null };
}

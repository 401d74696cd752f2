import type { Context } from '#platform/context';

import { requireCustomer } from './require-customer.ts';

interface Row {
  at: Date;
  n: number;
  name: string;
  channel: string;
  reference: string;
  details: Record<string, unknown>;
}

/** A page of a customer's events, newest first; read by the origins that belong to the customer now, so merges show at once. */
export async function readTimeline(
  ctx: Context,
  customerId: number,
  { cursor, name, limit }: { cursor?: string | undefined; name?: string | undefined; limit: number },
) {
  await requireCustomer(ctx, customerId);
  const [atMs, n] = cursor === undefined ? [null, null] : cursor.split('_').map(Number);
  const rows = await ctx.tx.query<Row>(
    `select t.at, t.n, t.name, t.channel, t.reference, t.details
       from customers.timeline t
      where t.tenant_id = $1
        and t.origin_customer_id = any (array (select identifier_id from customers.identifiers where tenant_id = $1 and customer_id = $2))
        and ($3::text is null or t.name = $3)
        and ($4::float8 is null or (t.at, t.n) < (to_timestamp($4::float8 / 1000.0), $5::bigint))
      order by t.at desc, t.n desc limit $6`,
    [ctx.tenantId, customerId, name ?? null, atMs ?? null, n ?? null, limit + 1],
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? `${last.at.getTime()}_${last.n}` : null };
}

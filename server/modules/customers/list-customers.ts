import type { Context } from '#platform/context';
import { normalisePhone } from '#platform/personal-data';

import { customerSummaries } from './customer-summaries.ts';
import { indexedValue } from './identifier-value.ts';

interface Filter {
  readonly search?: string | undefined;
  readonly isKnown?: boolean | undefined;
  readonly storeId?: number | undefined;
  readonly sort: 'last_seen' | 'spend' | 'orders';
  readonly limit: number;
  readonly offset: number;
}

const orderBy = {
  last_seen: 'last_seen_at desc',
  spend: 'spend_minor desc',
  orders: 'orders_count desc',
} as const;

/** Whoever a search means: a whole phone number, the last four digits of a phone or member number, or a customer number. */
async function findBySearch(ctx: Context, search: string): Promise<number[]> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const phone = normalisePhone(search);
  if (phone !== null) {
    const rows = await ctx.tx.query<{ id: number }>(
      `select distinct customer_id as id from customers.identifiers where tenant_id = $1 and blind_index = any ($2::bytea[])`,
      [ctx.tenantId, ['phone', 'receiver_phone'].map((kind) => vault.blindIndex(kind, indexedValue('', phone)))],
    );
    return rows.map(({ id }) => id);
  }
  if (/^\d{4}$/.test(search)) {
    // The index has two bytes, so others share it: what is shown is compared again by the eye, masked numbers end in these four.
    const rows = await ctx.tx.query<{ id: number }>(
      `select distinct customer_id as id from customers.identifiers where tenant_id = $1 and last_four = any ($2::bytea[]) limit 200`,
      [ctx.tenantId, ['phone', 'receiver_phone', 'member_no'].map((kind) => vault.lastFourIndex(kind, search))],
    );
    return rows.map(({ id }) => id);
  }
  const number = /^#?(\d{1,9})$/.exec(search)?.[1];
  if (number === undefined) return [];
  const rows = await ctx.tx.query<{ id: number }>(
    `select customer_id as id from customers.people where tenant_id = $1 and customer_no = $2`,
    [ctx.tenantId, Number(number)],
  );
  return rows.map(({ id }) => id);
}

/** A page of customers the caller may see, with figures of all of them. */
export async function listCustomers(ctx: Context, filter: Filter) {
  const found = filter.search === undefined || filter.search === '' ? null : await findBySearch(ctx, filter.search);
  const rows = await ctx.tx.query<{ id: number }>(
    `select customer_id as id from customers.people
      where tenant_id = $1 and ($2::bigint[] is null or customer_id = any ($2::bigint[]))
        and ($3::boolean is null or is_known = $3) and ($4::int is null or store_id = $4)
      order by ${orderBy[filter.sort]}, customer_id limit $5 offset $6`,
    [ctx.tenantId, found, filter.isKnown ?? null, filter.storeId ?? null, filter.limit, filter.offset],
  );
  const [figures] = await ctx.tx.query<{ customers: number; known: number; buyers: number; newIn30Days: number }>(
    `select count(*)::int as customers, count(*) filter (where is_known)::int as known, count(*) filter (where orders_count > 0)::int as buyers,
            count(*) filter (where first_seen_at > now() - interval '30 days')::int as "newIn30Days"
       from customers.people where tenant_id = $1`,
    [ctx.tenantId],
  );
  return {
    items: await customerSummaries(
      ctx,
      rows.map(({ id }) => id),
    ),
    figures: figures ?? { customers: 0, known: 0, buyers: 0, newIn30Days: 0 },
  };
}

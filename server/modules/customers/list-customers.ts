import type { Context } from '#platform/context';

import { customerSummaries } from './customer-summaries.ts';
import type { CustomerSummary } from './customer-summaries.ts';
import { searchCustomers } from './search-customers.ts';

export interface CustomerFilter {
  readonly search?: string | undefined;
  readonly isKnown?: boolean | undefined;
  readonly storeId?: number | undefined;
  readonly tierCode?: string | undefined;
  readonly minOrders?: number | undefined;
  readonly seenWithinDays?: number | undefined;
  readonly sort: 'last_seen' | 'spend' | 'orders' | 'created';
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface CustomerFigures {
  readonly customers: number;
  readonly known: number;
  readonly buyers: number;
  readonly newIn30Days: number;
}

/** Each order is a column of an index and, for the cursor, a whole number. */
const orders = {
  last_seen: { column: 'last_seen_at', key: `(extract(epoch from last_seen_at) * 1000000)::bigint` },
  created: { column: 'created_at', key: `(extract(epoch from created_at) * 1000000)::bigint` },
  spend: { column: 'spend_minor', key: 'spend_minor' },
  orders: { column: 'orders_count', key: 'orders_count::bigint' },
} as const;

const cursorValue = (sort: CustomerFilter['sort'], place: string) =>
  sort === 'last_seen' || sort === 'created'
    ? `timestamptz 'epoch' + ${place}::bigint * interval '1 microsecond'`
    : `${place}::bigint`;

/** Beyond this a page says “more than” instead of counting on. */
const mostCounted = 10_000;

/** A page of the customers the caller may see, with how many match and figures of everybody. */
export async function listCustomers(
  ctx: Context,
  filter: CustomerFilter,
): Promise<{ items: CustomerSummary[]; nextCursor: string | null; total: number; figures: CustomerFigures }> {
  const values: unknown[] = [ctx.tenantId];
  const put = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [`tenant_id = $1`];
  if (filter.search) {
    const found = await searchCustomers(ctx, filter.search);
    conditions.push(`customer_id = any (${put(found)}::bigint[])`);
  }
  if (filter.isKnown !== undefined) conditions.push(`is_known = ${put(filter.isKnown)}`);
  if (filter.storeId !== undefined) conditions.push(`store_id = ${put(filter.storeId)}`);
  if (filter.tierCode !== undefined) conditions.push(`tier_code = ${put(filter.tierCode)}`);
  if (filter.minOrders !== undefined) conditions.push(`orders_count >= ${put(filter.minOrders)}`);
  if (filter.seenWithinDays !== undefined) {
    conditions.push(
      `last_seen_at > ${put(ctx.now)}::timestamptz - ${put(filter.seenWithinDays)}::int * interval '1 day'`,
    );
  }
  const [{ total } = { total: 0 }] = await ctx.tx.query<{ total: number }>(
    `select count(*)::int as total from (select from customers.people where ${conditions.join(' and ')} limit ${mostCounted}) matching`,
    values,
  );
  const { column, key } = orders[filter.sort];
  const [after, afterId] = filter.cursor?.split('_').map(Number) ?? [];
  if (after !== undefined && afterId !== undefined) {
    conditions.push(`(${column}, customer_id) < (${cursorValue(filter.sort, put(after))}, ${put(afterId)}::bigint)`);
  }
  const rows = await ctx.tx.query<{ id: number; key: number }>(
    `select customer_id as id, ${key} as key from customers.people where ${conditions.join(' and ')}
      order by ${column} desc, customer_id desc limit ${put(filter.limit + 1)} offset ${put(filter.offset)}`,
    values,
  );
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  return {
    items: await customerSummaries(
      ctx,
      page.map(({ id }) => id),
    ),
    nextCursor: rows.length > filter.limit && last ? `${last.key}_${last.id}` : null,
    total,
    figures: await readFigures(ctx),
  };
}

/** Up to this many customers are counted afresh; beyond, yesterday's measurement is shown. */
const mostCountedAfresh = 300_000;

async function readFigures({ tx, tenantId, scope }: Context): Promise<CustomerFigures> {
  const [size] = await tx.query<{ size: number; measured: CustomerFigures | null }>(
    `select s.next_customer_no as size, (select q.figures from customers.quality_days q where q.tenant_id = s.tenant_id
                                          order by q.measured_on desc limit 1) as measured
       from customers.identity_state s where s.tenant_id = $1`,
    [tenantId],
  );
  if (scope.all && size?.measured && size.size > mostCountedAfresh) {
    const { customers, known, buyers, newIn30Days } = size.measured;
    return { customers, known, buyers, newIn30Days };
  }
  const [figures] = await tx.query<CustomerFigures>(
    `select count(*)::int as customers, count(*) filter (where is_known)::int as known,
            count(*) filter (where orders_count > 0)::int as buyers,
            count(*) filter (where first_seen_at > now() - interval '30 days')::int as "newIn30Days"
       from customers.people where tenant_id = $1`,
    [tenantId],
  );
  return figures ?? { customers: 0, known: 0, buyers: 0, newIn30Days: 0 };
}

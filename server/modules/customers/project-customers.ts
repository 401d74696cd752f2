import type { Tx } from '#platform/database';

import { sqlList } from './sql-list.ts';

interface Projection {
  readonly id: number;
  readonly store: number | null;
  readonly tier: string | null;
  readonly orders: number;
  readonly spend: number;
  readonly currency: string;
  readonly first: Date | null;
  readonly last: Date | null;
}

/**
 * Brings the figures on customers' rows in line with the facts: home store and tier from the golden traits, orders and spend as sums
 * over everything that belongs to them today. Safe to repeat.
 */
export async function projectCustomers(tx: Tx, tenantId: number, customerIds: readonly number[]): Promise<void> {
  if (customerIds.length === 0) return;
  const rows = await tx.query<Projection>(
    `select n.id, s.value as store, t.value as tier, coalesce(o.orders, 0)::int as orders, coalesce(o.spend, 0) as spend,
            coalesce(o.currency, 'CNY') as currency, o.first, o.last
       from unnest($2::bigint[]) n(id)
       left join lateral (
         select (t.value)::text::int as value from customers.traits t
          where t.tenant_id = $1 and t.customer_id = n.id and t.name = 'store_id' and jsonb_typeof(t.value) = 'number'
          order by t.is_locked desc, t.priority desc, t.said_at desc, t.identifier_id, t.source_id limit 1) s on true
       left join lateral (
         select t.value #>> '{}' as value from customers.traits t
          where t.tenant_id = $1 and t.customer_id = n.id and t.name = 'tier_code'
          order by t.is_locked desc, t.priority desc, t.said_at desc, t.identifier_id, t.source_id limit 1) t on true
       -- Amounts of different currencies are not added up: the customer's figures are those of the one they order most in.
       left join lateral (
         select o.currency, sum(o.orders_count) as orders, sum(o.spend_minor)::bigint as spend, min(o.first_order_at) as first,
                max(o.last_order_at) as last
           from customers.order_totals o where o.tenant_id = $1 and o.customer_id = n.id
          group by o.currency order by sum(o.orders_count) desc, o.currency limit 1) o on true`,
    [tenantId, sqlList([...new Set(customerIds)])],
  );
  await tx.query(`select customers.project($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
    tenantId,
    sqlList(rows.map(({ id }) => id)),
    sqlList(rows.map(({ store }) => store)),
    rows.map(({ tier }) => tier),
    sqlList(rows.map(({ orders }) => orders)),
    sqlList(rows.map(({ spend }) => spend)),
    rows.map(({ currency }) => currency),
    rows.map(({ first }) => first),
    rows.map(({ last }) => last),
  ]);
}

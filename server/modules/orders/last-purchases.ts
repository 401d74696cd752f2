import type { Context } from '#platform/context';

/** What a customer bought last, told by its dearest line. */
export interface LastPurchase {
  readonly title: string;
  readonly boughtAt: Date;
}

/** The last paid purchase of each customer; one without any is left out. */
export async function lastPurchases(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  customerIds: readonly number[],
): Promise<ReadonlyMap<number, LastPurchase>> {
  const rows = await ctx.tx.query<LastPurchase & { customerId: number }>(
    `select w.customer_id as "customerId", coalesce(l.title, '') as title, o.bought_at as "boughtAt"
       from unnest($2::bigint[]) w(customer_id)
       cross join lateral (
         select order_id, bought_at from orders.purchases p
          where p.tenant_id = $1 and p.customer_id = w.customer_id and p.kind = 'sale' order by bought_at desc, order_id limit 1) o
       left join lateral (
         select title from orders.order_lines l
          where l.tenant_id = $1 and l.order_id = o.order_id and l.kind = 'goods' and not l.is_excluded
          order by amount_minor desc, line_no limit 1) l on true`,
    [ctx.tenantId, [...new Set(customerIds)]],
  );
  return new Map(rows.map(({ customerId, ...purchase }) => [customerId, purchase]));
}

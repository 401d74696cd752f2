import type { Context } from '#platform/context';

/** How many orders each source has reported; 0 is our own mall. */
export function countOrdersBySource({
  tx,
  tenantId,
}: Pick<Context, 'tx' | 'tenantId'>): Promise<{ sourceId: number; orders: number }[]> {
  return tx.query(
    `select source_id as "sourceId", count(*)::int as orders from orders.orders where tenant_id = $1 group by 1 order by 1`,
    [tenantId],
  );
}

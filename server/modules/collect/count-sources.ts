import type { Context } from '#platform/context';

/** How many events each source has sent; 0 is Shuke itself. */
export function countEventsBySource({
  tx,
  tenantId,
}: Pick<Context, 'tx' | 'tenantId'>): Promise<{ sourceId: number; events: number }[]> {
  return tx.query(
    `select source_id as "sourceId", sum(events)::bigint as events from collect.event_names where tenant_id = $1 group by 1 order by 1`,
    [tenantId],
  );
}

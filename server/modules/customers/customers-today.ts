import type { Tx } from '#platform/database';

interface CustomerRef {
  readonly tenantId: number;
  readonly customerId: number;
}

/** Who customers of any age are today, after merges: keyed `tenant:customer`, without those that never existed. */
export async function customersToday(
  { tx }: { readonly tx: Tx },
  refs: readonly CustomerRef[],
): Promise<ReadonlyMap<string, number>> {
  if (refs.length === 0) return new Map();
  const rows = await tx.query<{ tenant_id: number; customer_id: number; today: number }>(
    `select c.tenant_id, c.customer_id, coalesce(c.merged_into, c.customer_id) as today
       from unnest($1::int[], $2::bigint[]) r(tenant_id, customer_id)
       join customers.customers c using (tenant_id, customer_id)`,
    [refs.map(({ tenantId }) => tenantId), refs.map(({ customerId }) => customerId)],
  );
  return new Map(rows.map((row) => [`${row.tenant_id}:${row.customer_id}`, row.today]));
}

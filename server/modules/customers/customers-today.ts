import type { Tx } from '#platform/database';

/** A customer id as some fact has it, perhaps absorbed since. */
export interface CustomerRef {
  readonly tenantId: number;
  readonly customerId: number;
}

/** Who customers of any age are today, after merges, by `<tenantId>:<customerId>`; ids that never were are not in it. */
export async function customersToday(
  ctx: { readonly tx: Tx },
  refs: readonly CustomerRef[],
): Promise<ReadonlyMap<string, number>> {
  if (refs.length === 0) return new Map();
  // Settling merges waits for whoever may write by what they read here (see settle-facts.ts).
  await ctx.tx.query(`select pg_current_xact_id()`);
  const distinct = [...new Map(refs.map((ref) => [`${ref.tenantId}:${ref.customerId}`, ref])).values()];
  const rows = await ctx.tx.query<{ tenantId: number; id: number; today: number | null }>(
    `select n.tenant as "tenantId", n.id, coalesce(i.customer_id, c.merged_into, c.customer_id) as today
       from unnest($1::int[], $2::bigint[]) n(tenant, id)
       left join customers.identifiers i on i.tenant_id = n.tenant and i.identifier_id = n.id
       left join customers.customers c on c.tenant_id = n.tenant and c.customer_id = n.id`,
    [distinct.map(({ tenantId }) => tenantId), distinct.map(({ customerId }) => customerId)],
  );
  return new Map(rows.flatMap(({ tenantId, id, today }) => (today === null ? [] : [[`${tenantId}:${id}`, today]])));
}

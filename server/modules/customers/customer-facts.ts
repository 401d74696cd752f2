import type { Tx } from '#platform/database';

/** A table of facts about customers: `origin` never changes, `current` is whoever the origin belongs to today. */
export interface CustomerFacts {
  /** Schema and table, e.g. `orders.orders`; needs an index on (tenant, origin). */
  readonly table: string;
  /** Column names: `tenant_id`, `origin_customer_id`, `customer_id` as a rule. */
  readonly tenant: string;
  readonly origin: string;
  readonly current: string;
}

const registered = new Map<string, CustomerFacts>();

/** Declares that merges and splits of customers re-point this table; modules call it once when they are loaded. */
export function registerCustomerFacts(facts: CustomerFacts): void {
  // A table may name several customers of one fact: who shared and who bought.
  registered.set(`${facts.table}.${facts.origin}`, facts);
}

/** Points the facts of these origins to their customers of today, in every registered table; repeating it changes nothing. */
export async function repointFacts(
  tx: Tx,
  tenantId: number,
  owners: readonly { readonly id: number; readonly to: number }[],
): Promise<number> {
  if (owners.length === 0) return 0;
  let moved = 0;
  for (const { table, tenant, origin, current } of registered.values()) {
    const [row] = await tx.query<{ moved: number }>(`select customers.repoint($1, $2, $3, $4, $5, $6, $7) as moved`, [
      table,
      tenant,
      origin,
      current,
      tenantId,
      owners.map(({ id }) => id),
      owners.map(({ to }) => to),
    ]);
    moved += row?.moved ?? 0;
  }
  return moved;
}

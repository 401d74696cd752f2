import type { Context } from '#platform/context';

import { valuePlace } from './identifier-value.ts';

/** The newest phone number or e-mail address of customers, in plain text, for sending to them; never for showing. */
export async function contactPoints(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  customerIds: readonly number[],
  kind: 'phone' | 'email',
): Promise<ReadonlyMap<number, string>> {
  const rows = await ctx.tx.query<{ customer_id: number; identifier_id: number; value_cipher: Buffer }>(
    `select distinct on (customer_id) customer_id, identifier_id, value_cipher from customers.identifiers
      where tenant_id = $1 and customer_id = any($2::bigint[]) and kind = $3 and state = 'active'
      order by customer_id, last_on desc, identifier_id`,
    [ctx.tenantId, [...new Set(customerIds)], kind],
  );
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  return new Map(rows.map((row) => [row.customer_id, vault.decrypt(valuePlace(row.identifier_id), row.value_cipher)]));
}

import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

/** Throws `NotFound` unless the customer exists within the caller's tenant and stores. */
export async function requireCustomer(ctx: Pick<Context, 'tx' | 'tenantId'>, customerId: number): Promise<void> {
  const [customer] = await ctx.tx.query(`select from customers.people where tenant_id = $1 and customer_id = $2`, [
    ctx.tenantId,
    customerId,
  ]);
  if (!customer) throw new NotFound('customer');
}

import type { Context } from '#platform/context';

/** Takes receivers and remarks off a person's orders of all channels; the orders themselves are records of trade and stay. */
export async function erasePerson(ctx: Pick<Context, 'tx' | 'tenantId'>, customerId: number): Promise<void> {
  await ctx.tx.execute(
    `update orders.orders
        set receiver_name = null, receiver_phone = null, receiver_address = null, receiver_phone_index = null, remark = null
      where tenant_id = $1 and customer_id = $2`,
    [ctx.tenantId, customerId],
  );
}

import type { Hindrance } from '#customers';
import type { Context } from '#platform/context';

import { orderPlace } from './order.ts';
import type { Receiver } from './order.ts';

const nobody: Receiver = { name: '', phone: '', province: '', city: '', district: '', street: '' };

/** An order on its way must reach its receiver first. */
export async function erasureHindrance(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  customerId: number,
): Promise<Hindrance | null> {
  const [open] = await ctx.tx.query<{ no: string }>(
    `select order_no as no from mall.orders where tenant_id = $1 and customer_id = $2 and state in ('unpaid', 'paid', 'shipped') limit 1`,
    [ctx.tenantId, customerId],
  );
  return open ? { why: 'open_order', reference: open.no } : null;
}

/** Removes a person's addresses, receivers, remarks and devices; what was bought and paid stays. */
export async function erasePerson(ctx: Context, customerId: number): Promise<void> {
  const { tx, tenantId } = ctx;
  const of = [tenantId, customerId] as const;
  await tx.execute(`delete from mall.addresses where tenant_id = $1 and customer_id = $2`, of);
  await tx.execute(`delete from mall.visitors where tenant_id = $1 and customer_id = $2`, of);
  await tx.execute(`update mall.refunds set description = null where tenant_id = $1 and customer_id = $2`, of);
  const orders = await tx.query<{ id: string }>(
    `select order_id as id from mall.orders where tenant_id = $1 and customer_id = $2 for update`,
    of,
  );
  const vault = await ctx.services.vaults.forTenant(tx, tenantId);
  await tx.execute(
    `update mall.orders o set receiver = n.cipher, remark = null
       from unnest($2::uuid[], $3::bytea[]) n(id, cipher) where o.tenant_id = $1 and o.order_id = n.id`,
    [
      tenantId,
      orders.map(({ id }) => id),
      orders.map(({ id }) => vault.encrypt(orderPlace('receiver', id), JSON.stringify(nobody))),
    ],
  );
}

import type { CouponsContext } from './coupon.ts';

/**
 * After a merge one person may hold more of a coupon than the limit allows: the surplus that is still unused is withdrawn, newest first.
 * After a split each part gets back what was withdrawn from it. Repeating it changes nothing.
 */
export async function enforceLimits(
  ctx: CouponsContext,
  customerIds: readonly number[],
): Promise<{ withdrawn: number; restored: number }> {
  const [row] = await ctx.tx.query<{ withdrawn: number; restored: number }>(
    `with held as (
       select k.coupon_id, k.status, k.void_reason, k.valid_until, t.per_customer_limit as allowed,
              -- What is used or in an order counts first, then what is in hand, then what a merge took.
              row_number() over (partition by k.customer_id, k.template_id
                order by array_position(array['used', 'locked', 'expired', 'issued', 'voided'], k.status), k.issued_at, k.coupon_id) as place
         from coupons.coupons k join coupons.templates t using (tenant_id, template_id)
        where k.tenant_id = $1 and k.customer_id = any($2) and (k.status <> 'voided' or k.void_reason = 'merged')),
     withdrawn as (
       update coupons.coupons k set status = 'voided', void_reason = 'merged', ended_at = $3 from held h
        where k.tenant_id = $1 and k.coupon_id = h.coupon_id and k.status = 'issued' and h.status = 'issued' and h.place > h.allowed
       returning 1),
     restored as (
       update coupons.coupons k set status = 'issued', void_reason = null, ended_at = null from held h
        where k.tenant_id = $1 and k.coupon_id = h.coupon_id and k.status = 'voided' and h.place <= h.allowed and k.valid_until >= $3
       returning 1)
     select (select count(*) from withdrawn) as withdrawn, (select count(*) from restored) as restored`,
    [ctx.tenantId, [...new Set(customerIds)], ctx.now],
  );
  return row ?? { withdrawn: 0, restored: 0 };
}

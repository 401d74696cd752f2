import { newId } from '#platform/ids';

import { couponColumns } from './coupon.ts';
import type { Coupon, CouponsContext } from './coupon.ts';
import { CouponLimitReached, CouponNotClaimable, CouponNotFound, CouponSoldOut } from './errors.ts';
import { issueCoupons } from './issue-coupons.ts';
import { readTemplate } from './manage-templates.ts';

/** A customer takes a coupon from the shop; refuses by name what is not open, sold out or had already. */
export async function claimCoupon(
  ctx: CouponsContext,
  { templateId, customerId }: { templateId: string; customerId: number },
): Promise<Coupon> {
  const template = await readTemplate(ctx, templateId);
  const { claim } = template.terms;
  const isOpen =
    template.status === 'published' &&
    claim !== null &&
    (claim.from ?? ctx.now) <= ctx.now &&
    (claim.until ?? ctx.now) >= ctx.now;
  if (!isOpen) throw new CouponNotClaimable();
  // Once they are gone the crowd is turned away without taking turns.
  if (template.ceiling !== null && template.issued >= template.ceiling) throw new CouponSoldOut();
  const [outcome] = await issueCoupons(ctx, {
    templateId,
    customerIds: [customerId],
    issueKey: `claim:${newId()}`,
    source: 'claim',
  });
  if (outcome?.outcome === 'sold_out') throw new CouponSoldOut();
  if (outcome?.outcome === 'limit_reached') throw new CouponLimitReached(template.terms.perCustomerLimit);
  const [coupon] = await ctx.tx.query<Coupon>(
    `select ${couponColumns} from coupons.coupons where tenant_id = $1 and coupon_id = $2`,
    [ctx.tenantId, outcome?.couponId],
  );
  if (!coupon) throw new CouponNotFound();
  return coupon;
}

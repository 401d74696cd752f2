import { bestCoupons, priceCoupons } from './best-coupons.ts';
import type { Cart, CouponQuote, OfferedCoupon } from './best-coupons.ts';
import type { CouponsContext } from './coupon.ts';
import { CouponNotFound } from './errors.ts';
import type { CouponOffer } from './template.ts';

interface Row {
  couponId: string;
  templateId: string;
  validFrom: Date;
  validUntil: Date;
  kind: CouponOffer['kind'];
  rule: CouponOffer['rule'];
  scope: CouponOffer['scope'];
  stackingGroup: string;
  isExclusive: boolean;
  priority: number;
}

/** A customer's coupons that are free (or already locked in this order), with what they promise. */
async function offeredCoupons(
  ctx: CouponsContext,
  { customerId, orderId }: { customerId: number; orderId?: string | undefined },
): Promise<OfferedCoupon[]> {
  const rows = await ctx.tx.query<Row>(
    `select k.coupon_id as "couponId", k.template_id as "templateId", k.valid_from as "validFrom", k.valid_until as "validUntil", t.kind,
            t.rule, t.scope, t.stacking_group as "stackingGroup", t.is_exclusive as "isExclusive", t.priority
       from coupons.coupons k join coupons.templates t using (tenant_id, template_id)
      where k.tenant_id = $1 and k.customer_id = $2 and (k.status = 'issued' or k.status = 'locked' and k.order_id = $3)
        and k.valid_until >= $4
      order by k.valid_until, k.coupon_id limit 500`,
    [ctx.tenantId, customerId, orderId ?? null, ctx.now],
  );
  return rows.map(({ couponId, templateId, validFrom, validUntil, ...offer }) => ({
    couponId,
    templateId,
    validFrom,
    validUntil,
    offer: offer as CouponOffer,
  }));
}

/** The best legal combination of a customer's coupons for a cart, with the discount per line, and why each other coupon was left out. */
export async function quoteCoupons(
  ctx: CouponsContext,
  { customerId, orderId, ...cart }: Cart & { readonly customerId: number; readonly orderId?: string | undefined },
): Promise<CouponQuote> {
  return bestCoupons(await offeredCoupons(ctx, { customerId, orderId }), cart, ctx.now);
}

/** Prices the coupons a customer chose, in their order of choice; refuses a coupon that is not theirs or not free. */
export async function priceChosenCoupons(
  ctx: CouponsContext,
  {
    customerId,
    orderId,
    couponIds,
    ...cart
  }: Cart & {
    readonly customerId: number;
    readonly orderId?: string | undefined;
    readonly couponIds: readonly string[];
  },
): Promise<CouponQuote> {
  const offered = new Map(
    (await offeredCoupons(ctx, { customerId, orderId })).map((coupon) => [coupon.couponId, coupon]),
  );
  const chosen = couponIds.map((couponId) => {
    const coupon = offered.get(couponId);
    if (!coupon) throw new CouponNotFound();
    return coupon;
  });
  return priceCoupons(chosen, cart, ctx.now);
}

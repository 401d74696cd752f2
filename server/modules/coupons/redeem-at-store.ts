import { priceCoupons } from './best-coupons.ts';
import type { CartLine } from './best-coupons.ts';
import type { Coupon, CouponsContext } from './coupon.ts';
import { CouponNotForOrder } from './errors.ts';
import { readTemplate } from './manage-templates.ts';
import { findCouponByCode, redeemCoupon } from './use-coupon.ts';

/** Redeems the coupon a customer shows at a till, for what is on the receipt; refuses by name where it does not apply. */
export async function redeemAtStore(
  ctx: CouponsContext,
  { code, storeId, orderId, lines }: { code: string; storeId: number; orderId: string; lines: readonly CartLine[] },
): Promise<Coupon> {
  const coupon = await findCouponByCode(ctx, code);
  const { terms } = await readTemplate(ctx, coupon.templateId);
  const cart = { lines, channel: 'pos', storeId };
  const { applied, skipped } = priceCoupons([{ ...coupon, offer: terms }], cart, ctx.now);
  const isOpen = coupon.status === 'issued';
  if (isOpen && skipped[0]) throw new CouponNotForOrder(skipped[0].reason);
  return redeemCoupon(ctx, {
    couponId: coupon.couponId,
    orderId,
    discountFen: applied[0]?.discountFen ?? 0,
    channel: 'pos',
    storeId,
  });
}

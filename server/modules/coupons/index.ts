import { registerCustomerFacts } from '#customers';
import { defineModule } from '#platform/module';

import { expireAllCoupons } from './expire-coupons.ts';
import { issueBatch } from './issue-batch.ts';
import { routes } from './routes.ts';
import { subscriptions } from './subscriptions.ts';

export type { AppliedCoupon, Cart, CartLine, CouponQuote, SkippedCoupon, SkipReason } from './best-coupons.ts';
export { claimCoupon } from './claim-coupon.ts';
export type { Coupon, CouponsContext, CouponStatus } from './coupon.ts';
export {
  CouponAlreadyUsed,
  CouponExpired,
  CouponLimitReached,
  CouponLocked,
  CouponNotFound,
  CouponSoldOut,
  TemplateNotPublished,
} from './errors.ts';
export { couponsGiven } from './coupons-given.ts';
export type { GivenCoupon } from './coupons-given.ts';
export { couponFigures, couponPeople } from './figures.ts';
export { couponsOfCustomer } from './find-coupons.ts';
export { startBatch } from './issue-batch.ts';
export { issueCoupons } from './issue-coupons.ts';
export type { IssueOutcome, IssueRequest } from './issue-coupons.ts';
export { createTemplate, publishTemplate, readTemplates } from './manage-templates.ts';
export { priceChosenCoupons, quoteCoupons } from './quote-coupons.ts';
export { CouponTerms } from './template.ts';
export { lockCoupon, redeemCoupon, releaseCoupon, releaseCoupons, returnCoupons, voidCoupons } from './use-coupon.ts';

registerCustomerFacts({
  table: 'coupons.coupons',
  tenant: 'tenant_id',
  origin: 'origin_customer_id',
  current: 'customer_id',
});

export const coupons = defineModule({
  name: 'coupons',
  dependsOn: ['org', 'customers', 'segments'],
  permissions: ['coupons.read', 'coupons.write', 'coupons.issue'],
  routes,
  jobs: [{ name: 'coupons.expire', cron: '*/5 * * * *', handle: (ctx) => expireAllCoupons(ctx) }, issueBatch],
  subscriptions,
});

import { defineError } from '#platform/errors';

export const CouponNotFound = defineError('coupon_not_found', 404, () => 'This coupon does not exist.');
export const TemplateNotFound = defineError(
  'coupon_template_not_found',
  404,
  () => 'This coupon template does not exist.',
);
export const TemplateNotDraft = defineError(
  'coupon_template_not_draft',
  409,
  (status: string) => `The coupon is ${status}; its terms cannot change any more. Copy it to a new one.`,
  (status) => ({ status }),
);
export const TemplateNotPublished = defineError(
  'coupon_template_not_published',
  409,
  (status: string) => `The coupon is ${status}; only a published one can be issued.`,
  (status) => ({ status }),
);
export const CouponSoldOut = defineError('coupon_sold_out', 409, () => 'All coupons of this kind have been given out.');
export const CouponLimitReached = defineError(
  'coupon_limit_reached',
  409,
  (limit: number) => `Each customer gets at most ${limit} of this coupon.`,
  (limit) => ({ limit }),
);
export const CouponNotClaimable = defineError(
  'coupon_not_claimable',
  409,
  () => 'This coupon cannot be claimed at this time.',
);
export const CouponLocked = defineError('coupon_locked', 409, () => 'This coupon is in another unpaid order.');
export const CouponAlreadyUsed = defineError('coupon_already_used', 409, () => 'This coupon has been used.');
export const CouponExpired = defineError(
  'coupon_expired',
  409,
  (until: Date) => `This coupon expired at ${until.toISOString()}.`,
  (until) => ({ until: until.toISOString() }),
);
export const CouponNotYetValid = defineError(
  'coupon_not_yet_valid',
  409,
  (from: Date) => `This coupon is valid from ${from.toISOString()}.`,
  (from) => ({ from: from.toISOString() }),
);
export const CouponVoided = defineError('coupon_voided', 409, () => 'This coupon has been withdrawn.');
export const CouponNotForOrder = defineError(
  'coupon_not_for_order',
  409,
  (reason: string) => `This coupon cannot be used here: ${reason}.`,
  (reason) => ({ reason }),
);
export const BelowIssued = defineError(
  'coupon_cap_below_issued',
  409,
  (issued: number) => `${issued} coupons have been given out; the cap or budget cannot be lower.`,
  (issued) => ({ issued }),
);
export const BatchNotFound = defineError('coupon_batch_not_found', 404, () => 'This batch does not exist.');

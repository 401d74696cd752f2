import { defineError } from '#platform/errors';

export const NoPointsProgramme = defineError(
  'no_points_programme',
  409,
  () => 'No programme with points is published.',
);
export const PointsNotUsable = defineError(
  'points_not_usable',
  409,
  (usable: number) => `At most ${usable} points can be used on this order.`,
  (usable) => ({ usable }),
);
export const RedemptionDiffers = defineError(
  'points_redemption_differs',
  409,
  (orderId: string) => `Order ${orderId} already uses another number of points.`,
  (orderId) => ({ orderId }),
);
export const RedemptionNotFound = defineError(
  'points_redemption_not_found',
  404,
  (orderId: string) => `Order ${orderId} uses no points.`,
  (orderId) => ({ orderId }),
);
export const ReturnsTooMuch = defineError(
  'returns_more_points_than_spent',
  409,
  (left: number) => `At most ${left} points of this order can be given back.`,
  (left) => ({ left }),
);
export const UnknownTier = defineError(
  'unknown_tier',
  400,
  (tier: string) => `The programme has no tier ${tier}.`,
  (tier) => ({ tier }),
);
export const MemberNotFound = defineError(
  'member_not_found',
  404,
  () => 'This customer is not a member of the programme.',
);

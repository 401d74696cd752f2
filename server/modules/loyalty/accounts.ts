import { defineAccount, defineSystemAccount } from '#ledger';

/** A customer's points, in lots; a refund after spending may leave a debt. */
export const points = defineAccount({
  code: 'customer_points',
  unit: 'POINTS',
  normalSide: 'credit',
  overdraft: 'debt',
  lots: true,
});
/** All points ever given, less those taken back. */
export const pointsIssued = defineSystemAccount({ code: 'points_issued', unit: 'POINTS', normalSide: 'debit' });
export const pointsRedeemed = defineSystemAccount({ code: 'points_redeemed', unit: 'POINTS', normalSide: 'credit' });
export const pointsExpired = defineSystemAccount({ code: 'points_expired', unit: 'POINTS', normalSide: 'credit' });

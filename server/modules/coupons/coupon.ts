import { randomInt } from 'node:crypto';

import type { Context } from '#platform/context';

/** What coupon verbs need of a request, a job or a pipeline batch. */
export type CouponsContext = Pick<Context, 'tx' | 'tenantId' | 'now' | 'actor'>;

export type CouponStatus = 'issued' | 'locked' | 'used' | 'expired' | 'voided';

/** A coupon in a customer's hand. */
export interface Coupon {
  readonly couponId: string;
  readonly templateId: string;
  readonly code: string;
  readonly customerId: number;
  readonly status: CouponStatus;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly issuedAt: Date;
  readonly orderId: string | null;
  readonly usedAt: Date | null;
  readonly discountFen: number | null;
}

export const couponColumns = `coupon_id as "couponId", template_id as "templateId", code, customer_id as "customerId", status,
  valid_from as "validFrom", valid_until as "validUntil", issued_at as "issuedAt", order_id as "orderId", used_at as "usedAt",
  discount_fen as "discountFen"`;

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A code nobody can guess and nobody misreads: twelve characters without I, L, O, U (60 bits). */
export function newCode(): string {
  return Array.from({ length: 12 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** What a person typed, as it is stored: capitals, look-alikes corrected, no blanks or dashes. */
export function normaliseCode(text: string): string {
  return text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

import * as z from 'zod';

import { mulBpsFloor } from '#platform/money';

const fen = z.int().min(0).max(100_000_000_000);
const ids = z.array(z.string().max(64)).max(500).readonly().default([]);

/** Amount off over a threshold, in steps: the highest step reached counts. */
export const AmountOffRule = z.object({
  steps: z
    .array(z.object({ thresholdFen: fen, offFen: fen.min(1) }))
    .min(1)
    .max(10)
    .readonly(),
});
/** Percent off over a threshold, at most `capFen` when set. 1,000 bps off is 九折. */
export const PercentOffRule = z.object({
  thresholdFen: fen.default(0),
  offBps: z.int().min(1).max(10_000),
  capFen: fen.min(1).nullable().default(null),
});
/** What goods, channels and stores a coupon is good for; an empty list means all. */
export const CouponScope = z.object({
  productIds: ids,
  categoryIds: ids,
  excludedProductIds: ids,
  channels: ids,
  storeIds: z.array(z.int().positive()).max(500).readonly().default([]),
});
/** Fixed days, or a number of days from receipt. */
export const CouponValidity = z.union([
  z.object({ from: z.coerce.date().nullable().default(null), until: z.coerce.date() }),
  z.object({ days: z.int().min(1).max(3650) }),
]);

/** How many may be issued at all, and for how much; null for no end. */
export const CouponQuantity = z.object({
  cap: z.int().positive().max(1_000_000_000).nullable(),
  budgetFen: fen.min(1).nullable(),
});

const terms = {
  name: z.string().trim().min(1).max(80),
  description: z.string().trim().max(500).default(''),
  scope: CouponScope.prefault({}),
  stackingGroup: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default('coupon'),
  isExclusive: z.boolean().default(false),
  priority: z.int().min(0).max(10_000).default(100),
  validity: CouponValidity,
  claim: z
    .object({ from: z.coerce.date().nullable().default(null), until: z.coerce.date().nullable().default(null) })
    .nullable()
    .default(null),
  cap: CouponQuantity.shape.cap.default(null),
  perCustomerLimit: z.int().min(1).max(1000).default(1),
  budgetFen: CouponQuantity.shape.budgetFen.default(null),
};

/** Everything an operator decides about a coupon. */
export const CouponTerms = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('amount_off'), rule: AmountOffRule, ...terms }),
    z.object({ kind: z.literal('percent_off'), rule: PercentOffRule, ...terms }),
  ])
  .check((context) => {
    const { kind, rule, validity, claim, budgetFen } = context.value;
    const refuse = (path: string[], message: string) =>
      context.issues.push({ code: 'custom', path, message, input: context.value });
    if (kind === 'amount_off') {
      rule.steps.forEach(({ thresholdFen, offFen }, index) => {
        const before = rule.steps[index - 1];
        if (offFen > thresholdFen && thresholdFen > 0)
          refuse(['rule', 'steps'], 'a step must not take off more than its threshold');
        if (before && (thresholdFen <= before.thresholdFen || offFen <= before.offFen))
          refuse(['rule', 'steps'], 'steps must rise');
      });
    } else if (budgetFen !== null && rule.capFen === null) {
      refuse(['rule', 'capFen'], 'a percentage with a budget needs a cap per coupon');
    }
    if ('until' in validity && validity.from && validity.from >= validity.until)
      refuse(['validity'], 'it must end after it begins');
    if (claim?.from && claim.until && claim.from >= claim.until) refuse(['claim'], 'claiming must end after it begins');
  });
export type CouponTerms = z.output<typeof CouponTerms>;
export type CouponScope = z.output<typeof CouponScope>;

/** A coupon's promise without its paperwork: what pricing needs. */
export type CouponOffer = Pick<CouponTerms, 'scope' | 'stackingGroup' | 'isExclusive' | 'priority'> &
  (
    | Pick<Extract<CouponTerms, { kind: 'amount_off' }>, 'kind' | 'rule'>
    | Pick<Extract<CouponTerms, { kind: 'percent_off' }>, 'kind' | 'rule'>
  );

/** What the offer takes off a base, never more than the base, and how much the base is short of its (lowest) threshold. In fen. */
export function discountOf(
  offer: Pick<CouponOffer, 'kind' | 'rule'>,
  baseFen: number,
): { discountFen: number; missingFen: number } {
  if (offer.kind === 'percent_off') {
    const rule = offer.rule as z.output<typeof PercentOffRule>;
    if (baseFen < rule.thresholdFen) return { discountFen: 0, missingFen: rule.thresholdFen - baseFen };
    const off = mulBpsFloor(baseFen, rule.offBps);
    return { discountFen: Math.min(off, rule.capFen ?? off), missingFen: 0 };
  }
  const { steps } = offer.rule as z.output<typeof AmountOffRule>;
  const reached = steps.findLast(({ thresholdFen }) => baseFen >= thresholdFen);
  if (!reached) return { discountFen: 0, missingFen: (steps[0]?.thresholdFen ?? 0) - baseFen };
  return { discountFen: Math.min(reached.offFen, baseFen), missingFen: 0 };
}

/** The most one coupon of these terms can cost, in fen; null without a ceiling. */
export function unitCostFen(terms: CouponTerms): number | null {
  if (terms.kind === 'percent_off') return terms.rule.capFen;
  return terms.rule.steps.at(-1)?.offFen ?? null;
}

/** How many may be issued by cap and budget together; null without limit. */
export function issueCeiling(terms: CouponTerms): number | null {
  const unit = unitCostFen(terms);
  const byBudget = terms.budgetFen === null || unit === null ? null : Math.floor(terms.budgetFen / unit);
  if (terms.cap === null || byBudget === null) return terms.cap ?? byBudget;
  return Math.min(terms.cap, byBudget);
}

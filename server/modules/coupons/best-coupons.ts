import { allocate } from '#platform/money';

import { discountOf } from './template.ts';
import type { CouponOffer, CouponScope } from './template.ts';

/** A cart line after earlier price steps. */
export interface CartLine {
  readonly lineNo: number;
  readonly productId: string;
  readonly categoryIds?: readonly string[] | undefined;
  /** What is still to pay for the whole line, in fen. */
  readonly amountFen: number;
}

export interface Cart {
  readonly lines: readonly CartLine[];
  readonly channel: string;
  readonly storeId?: number | undefined;
}

export interface OfferedCoupon {
  readonly couponId: string;
  readonly templateId: string;
  readonly offer: CouponOffer;
  readonly validFrom: Date;
  readonly validUntil: Date;
}

export interface AppliedCoupon {
  readonly couponId: string;
  readonly templateId: string;
  readonly discountFen: number;
  /** The discount on each line in scope; adds up to `discountFen`. */
  readonly lines: readonly { readonly lineNo: number; readonly discountFen: number }[];
}

export type SkipReason =
  | 'not_yet_valid'
  | 'expired'
  | 'wrong_channel'
  | 'wrong_store'
  | 'nothing_in_scope'
  | 'below_threshold'
  | 'group_taken'
  | 'not_combinable'
  | 'no_discount';

export interface SkippedCoupon {
  readonly couponId: string;
  readonly reason: SkipReason;
  /** With `below_threshold`: how much more must be bought, in fen. */
  readonly missingFen?: number;
}

export interface CouponQuote {
  readonly applied: readonly AppliedCoupon[];
  readonly discountFen: number;
  readonly skipped: readonly SkippedCoupon[];
}

/** Beyond this many combinations the search keeps the best candidates of each group only; four groups of six stay below it. */
const combinationsMax = 2_500;

/**
 * The combination of coupons that saves most: at most one per stacking group, an exclusive one alone, each computed on what the ones
 * before it (by priority) left to pay, no line below zero. Equal savings prefer fewer coupons, then those that expire first.
 */
export function bestCoupons(coupons: readonly OfferedCoupon[], cart: Cart, now: Date): CouponQuote {
  const refused: SkippedCoupon[] = [];
  const usable: OfferedCoupon[] = [];
  for (const coupon of coupons) {
    const why = whyNot(coupon, cart, now);
    if (why) refused.push(why);
    else usable.push(coupon);
  }
  let best: readonly AppliedCoupon[] = [];
  for (const combination of combinations(usable, cart)) {
    const applied = apply(combination, cart).filter(({ discountFen }) => discountFen > 0);
    if (applied.length === combination.length && isBetter(applied, best)) best = applied;
  }
  const taken = new Set(best.map(({ couponId }) => couponId));
  const chosen = usable.filter(({ couponId }) => taken.has(couponId));
  const left = usable.filter(({ couponId }) => !taken.has(couponId)).map((coupon) => whyLeft(coupon, chosen, cart));
  return { applied: best, discountFen: totalOf(best), skipped: [...refused, ...left] };
}

/** Prices exactly the coupons the customer chose; those that cannot go together or take nothing off are skipped with the reason. */
export function priceCoupons(coupons: readonly OfferedCoupon[], cart: Cart, now: Date): CouponQuote {
  const skipped: SkippedCoupon[] = [];
  const chosen: OfferedCoupon[] = [];
  for (const coupon of coupons) {
    const conflict = conflictOf(coupon, chosen);
    const why = whyNot(coupon, cart, now) ?? (conflict && { couponId: coupon.couponId, reason: conflict });
    if (why) skipped.push(why);
    else chosen.push(coupon);
  }
  const applied = apply(chosen, cart);
  const useless = applied
    .filter(({ discountFen }) => discountFen === 0)
    .map(({ couponId }) => ({ couponId, reason: 'no_discount' as const }));
  const kept = applied.filter(({ discountFen }) => discountFen > 0);
  return { applied: kept, discountFen: totalOf(kept), skipped: [...skipped, ...useless] };
}

function inScope(line: CartLine, { productIds, categoryIds, excludedProductIds }: CouponScope): boolean {
  if (excludedProductIds.includes(line.productId)) return false;
  if (productIds.length === 0 && categoryIds.length === 0) return true;
  return (
    productIds.includes(line.productId) || (line.categoryIds ?? []).some((category) => categoryIds.includes(category))
  );
}

function whyNot(
  { couponId, offer, validFrom, validUntil }: OfferedCoupon,
  cart: Cart,
  now: Date,
): SkippedCoupon | undefined {
  const { channels, storeIds } = offer.scope;
  if (validFrom > now) return { couponId, reason: 'not_yet_valid' };
  if (validUntil < now) return { couponId, reason: 'expired' };
  if (channels.length > 0 && !channels.includes(cart.channel)) return { couponId, reason: 'wrong_channel' };
  if (storeIds.length > 0 && (cart.storeId === undefined || !storeIds.includes(cart.storeId)))
    return { couponId, reason: 'wrong_store' };
  const lines = cart.lines.filter((line) => line.amountFen > 0 && inScope(line, offer.scope));
  if (lines.length === 0) return { couponId, reason: 'nothing_in_scope' };
  const { discountFen, missingFen } = discountOf(
    offer,
    lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
  );
  if (missingFen > 0) return { couponId, reason: 'below_threshold', missingFen };
  return discountFen === 0 ? { couponId, reason: 'no_discount' } : undefined;
}

function conflictOf(
  coupon: OfferedCoupon,
  others: readonly OfferedCoupon[],
): 'group_taken' | 'not_combinable' | undefined {
  if (others.some(({ offer }) => offer.stackingGroup === coupon.offer.stackingGroup)) return 'group_taken';
  const alone = coupon.offer.isExclusive && others.length > 0;
  return alone || others.some(({ offer }) => offer.isExclusive) ? 'not_combinable' : undefined;
}

function whyLeft(coupon: OfferedCoupon, chosen: readonly OfferedCoupon[], cart: Cart): SkippedCoupon {
  const reason = conflictOf(coupon, chosen);
  if (reason) return { couponId: coupon.couponId, reason };
  const applied = apply([...chosen, coupon], cart).find(({ couponId }) => couponId === coupon.couponId);
  // It could be added, but what the others leave to pay is below its threshold, or it would cost them theirs.
  return {
    couponId: coupon.couponId,
    reason: applied && applied.discountFen > 0 ? 'not_combinable' : 'below_threshold',
  };
}

const order = (a: OfferedCoupon, b: OfferedCoupon) =>
  a.offer.priority - b.offer.priority ||
  a.validUntil.getTime() - b.validUntil.getTime() ||
  (a.couponId < b.couponId ? -1 : 1);

/** Applies coupons one after another, each to what is left to pay on the lines in its scope. */
function apply(coupons: readonly OfferedCoupon[], cart: Cart): AppliedCoupon[] {
  const left = new Map(cart.lines.map(({ lineNo, amountFen }) => [lineNo, amountFen]));
  return coupons.toSorted(order).map(({ couponId, templateId, offer }) => {
    const lines = cart.lines.filter((line) => inScope(line, offer.scope));
    const weights = lines.map(({ lineNo }) => left.get(lineNo) ?? 0);
    const { discountFen } = discountOf(
      offer,
      weights.reduce((sum, weight) => sum + weight, 0),
    );
    const parts = discountFen > 0 ? allocate(discountFen, weights) : weights.map(() => 0);
    const shares = lines.map(({ lineNo }, index) => ({ lineNo, discountFen: parts[index] ?? 0 }));
    for (const share of shares) left.set(share.lineNo, (left.get(share.lineNo) ?? 0) - share.discountFen);
    return { couponId, templateId, discountFen, lines: shares.filter((share) => share.discountFen > 0) };
  });
}

/** Every legal choice of coupons; of one template only the coupon that expires first. */
function* combinations(usable: readonly OfferedCoupon[], cart: Cart): Generator<readonly OfferedCoupon[]> {
  const distinct = [...Map.groupBy(usable.toSorted(order), ({ templateId }) => templateId).values()].flatMap((same) =>
    same.slice(0, 1),
  );
  for (const coupon of distinct.filter(({ offer }) => offer.isExclusive)) yield [coupon];
  const alone = (coupon: OfferedCoupon) => apply([coupon], cart)[0]?.discountFen ?? 0;
  const groups = [
    ...Map.groupBy(
      distinct.filter(({ offer }) => !offer.isExclusive),
      ({ offer }) => offer.stackingGroup,
    ).values(),
  ].map((group) => group.toSorted((a, b) => alone(b) - alone(a)));
  const depth = Math.max(1, Math.floor(combinationsMax ** (1 / Math.max(1, groups.length))) - 1);
  yield* pick(groups.map((group) => group.slice(0, depth)));
}

function* pick(groups: readonly (readonly OfferedCoupon[])[]): Generator<readonly OfferedCoupon[]> {
  const [first, ...rest] = groups;
  if (!first) {
    yield [];
    return;
  }
  for (const others of pick(rest)) {
    yield others;
    for (const coupon of first) yield [coupon, ...others];
  }
}

const totalOf = (applied: readonly AppliedCoupon[]) => applied.reduce((sum, { discountFen }) => sum + discountFen, 0);

function isBetter(applied: readonly AppliedCoupon[], best: readonly AppliedCoupon[]): boolean {
  const [saving, before] = [totalOf(applied), totalOf(best)];
  return saving > before || (saving === before && saving > 0 && applied.length < best.length);
}

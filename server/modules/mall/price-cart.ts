import { allocate } from '#platform/money';

import { appliesTo } from './promotion.ts';
import type { RunningPromotion } from './promotion.ts';
import { reductionOf } from './reduction.ts';

/** Goods to be priced. Prices are for one piece, in fen. */
export interface CartItem {
  readonly skuId: string;
  readonly productId: string;
  readonly categoryIds: readonly string[];
  readonly quantity: number;
  /** The everyday price. */
  readonly saleFen: number;
  /** A price for a limited time, when one runs. */
  readonly limitedFen: number | null;
  /** The price of the buyer's tier, when there is one. */
  readonly memberFen: number | null;
  /** Whether it has to be sent. */
  readonly isShipped: boolean;
}

/** A line and the ways in which it is paid for; all amounts are for the whole line, in fen. */
export interface PricedLine extends CartItem {
  readonly lineNo: number;
  readonly unitFen: number;
  /** Everyday price − unit price, over all pieces. */
  readonly priceOffFen: number;
  readonly promotionFen: number;
  readonly couponFen: number;
  readonly pointsFen: number;
  /** What is paid in money. */
  readonly amountFen: number;
}

export interface PriceStep {
  readonly step: 'limited' | 'member' | 'full_reduction' | 'coupon' | 'points' | 'freight';
  readonly name: string;
  readonly reference: string | null;
  readonly amountFen: number;
  readonly lines: readonly { readonly lineNo: number; readonly amountFen: number }[];
}

/** A cart after prices and promotions, before what the buyer brings (coupons, points) and freight. */
export interface PricedGoods {
  readonly lines: readonly PricedLine[];
  readonly steps: readonly PriceStep[];
  /** Promotions that came into effect and forbid coupons on their lines. */
  readonly withoutCoupons: ReadonlySet<number>;
}

export interface CouponShare {
  readonly couponId: string;
  readonly name: string;
  readonly lines: readonly { readonly lineNo: number; readonly discountFen: number }[];
}

export interface FreightRule {
  readonly baseFen: number;
  readonly freeFromFen: number | null;
}

export interface PricedCart {
  readonly lines: readonly PricedLine[];
  readonly steps: readonly PriceStep[];
  readonly goodsFen: number;
  readonly discountFen: number;
  readonly couponFen: number;
  readonly pointsFen: number;
  readonly freightFen: number;
  readonly payableFen: number;
  /** How much more must be bought to be sent for free; null when it is free already or never. */
  readonly freightMissingFen: number | null;
}

/**
 * Steps 10 and 20 of the price: the lower of limited and member price, then full reductions. Of several promotions for the same goods
 * the one that saves most on them comes first, and each line takes part in one at most.
 */
export function priceGoods(
  items: readonly CartItem[],
  promotions: readonly RunningPromotion[],
  now: Date,
): PricedGoods {
  const priced = items.map(unitPriced);
  const steps: PriceStep[] = (['limited', 'member'] as const).flatMap((kind) => {
    const lines = priced
      .filter((line) => line.priceOffFen > 0 && winner(line) === kind)
      .map(({ lineNo, priceOffFen }) => ({ lineNo, amountFen: -priceOffFen }));
    return lines.length > 0 ? [stepOf({ step: kind, name: '', reference: null }, lines)] : [];
  });
  const off = new Map<number, number>();
  const withoutCoupons = new Set<number>();
  let open = priced;
  let candidates = [...promotions];
  while (candidates.length > 0) {
    const ranked = candidates
      .map((promotion) => ({ promotion, ...reduce(promotion, open, now) }))
      .filter(({ offFen }) => offFen > 0)
      .toSorted((a, b) => b.offFen - a.offFen || (a.promotion.promotionId < b.promotion.promotionId ? -1 : 1));
    const [best] = ranked;
    if (!best) break;
    const shares = allocate(
      best.offFen,
      best.lines.map(({ amountFen }) => amountFen),
    );
    const lines = best.lines.map(({ lineNo }, index) => ({ lineNo, amountFen: -(shares[index] ?? 0) }));
    for (const { lineNo, amountFen } of lines) off.set(lineNo, -amountFen);
    if (!best.promotion.terms.stacksWithCoupons) for (const { lineNo } of lines) withoutCoupons.add(lineNo);
    const { promotionId, name } = best.promotion;
    steps.push(stepOf({ step: 'full_reduction', name, reference: promotionId }, lines));
    open = open.filter((line) => !best.lines.includes(line));
    candidates = ranked.slice(1).map(({ promotion }) => promotion);
  }
  const lines = priced.map((line) => {
    const promotionFen = off.get(line.lineNo) ?? 0;
    return { ...line, promotionFen, amountFen: line.amountFen - promotionFen };
  });
  return { lines, steps, withoutCoupons };
}

/** Steps 30 to 50: coupons as already chosen, points up to what is left of the goods, freight last. */
export function finishPrice(
  goods: PricedGoods,
  choice: { readonly coupons: readonly CouponShare[]; readonly pointsFen: number; readonly freight: FreightRule },
): PricedCart {
  const steps = [...goods.steps];
  let lines = [...goods.lines];
  for (const coupon of choice.coupons) {
    const shares = new Map(coupon.lines.map(({ lineNo, discountFen }) => [lineNo, discountFen]));
    const taken: { lineNo: number; amountFen: number }[] = [];
    lines = lines.map((line) => {
      // Never below zero, whatever was quoted.
      const share = Math.min(shares.get(line.lineNo) ?? 0, line.amountFen);
      if (share <= 0) return line;
      taken.push({ lineNo: line.lineNo, amountFen: -share });
      return { ...line, couponFen: line.couponFen + share, amountFen: line.amountFen - share };
    });
    steps.push(stepOf({ step: 'coupon', name: coupon.name, reference: coupon.couponId }, taken));
  }
  const beforePoints = sum(lines, ({ amountFen }) => amountFen);
  const pointsFen = Math.min(choice.pointsFen, beforePoints);
  if (pointsFen > 0) {
    const shares = allocate(
      pointsFen,
      lines.map(({ amountFen }) => amountFen),
    );
    lines = lines.map((line, index) => {
      const share = shares[index] ?? 0;
      return { ...line, pointsFen: share, amountFen: line.amountFen - share };
    });
    const taken = lines.map((line) => ({ lineNo: line.lineNo, amountFen: -line.pointsFen }));
    steps.push(stepOf({ step: 'points', name: '', reference: null }, taken));
  }
  const freight = freightOf(lines, beforePoints, choice.freight);
  if (freight.amountFen > 0)
    steps.push({ step: 'freight', name: '', reference: null, amountFen: freight.amountFen, lines: [] });
  const goodsFen = sum(lines, ({ saleFen, quantity }) => saleFen * quantity);
  return {
    lines,
    steps,
    goodsFen,
    discountFen: sum(lines, (line) => line.priceOffFen + line.promotionFen + line.couponFen),
    couponFen: sum(lines, ({ couponFen }) => couponFen),
    pointsFen,
    freightFen: freight.amountFen,
    payableFen: sum(lines, ({ amountFen }) => amountFen) + freight.amountFen,
    freightMissingFen: freight.missingFen,
  };
}

/** What one piece costs: the lower of limited and member price when it is below the everyday one; a tie is the limited price. */
export function unitPrice({
  saleFen,
  limitedFen,
  memberFen,
}: Pick<CartItem, 'saleFen' | 'limitedFen' | 'memberFen'>): number {
  return Math.min(saleFen, limitedFen ?? saleFen, memberFen ?? saleFen);
}

/** Which price won. */
export function winner(price: Pick<CartItem, 'saleFen' | 'limitedFen' | 'memberFen'>): 'sale' | 'limited' | 'member' {
  const unit = unitPrice(price);
  if (unit === price.saleFen) return 'sale';
  return unit === price.limitedFen ? 'limited' : 'member';
}

/** Promotions one could still reach by buying more of their goods. */
export function promotionHints(
  lines: readonly PricedLine[],
  promotions: readonly RunningPromotion[],
  now: Date,
): { promotionId: string; name: string; missingFen: number; offFen: number }[] {
  return promotions.flatMap((promotion) => {
    const base = lines.filter((line) => appliesTo(promotion, line, now));
    if (base.length === 0) return [];
    const { missingFen, nextOffFen } = reductionOf(
      promotion.terms,
      sum(base, (line) => line.unitFen * line.quantity),
    );
    const { promotionId, name } = promotion;
    return missingFen === null ? [] : [{ promotionId, name, missingFen, offFen: nextOffFen }];
  });
}

function unitPriced(item: CartItem, index: number): PricedLine {
  const unitFen = unitPrice(item);
  return {
    ...item,
    lineNo: index + 1,
    unitFen,
    priceOffFen: (item.saleFen - unitFen) * item.quantity,
    promotionFen: 0,
    couponFen: 0,
    pointsFen: 0,
    amountFen: unitFen * item.quantity,
  };
}

function reduce(promotion: RunningPromotion, open: readonly PricedLine[], now: Date) {
  const lines = open.filter((line) => line.amountFen > 0 && appliesTo(promotion, line, now));
  return {
    lines,
    offFen: reductionOf(
      promotion.terms,
      sum(lines, ({ amountFen }) => amountFen),
    ).offFen,
  };
}

function freightOf(
  lines: readonly PricedLine[],
  goodsFen: number,
  { baseFen, freeFromFen }: FreightRule,
): { amountFen: number; missingFen: number | null } {
  if (!lines.some(({ isShipped }) => isShipped)) return { amountFen: 0, missingFen: null };
  if (freeFromFen === null) return { amountFen: baseFen, missingFen: null };
  return goodsFen >= freeFromFen
    ? { amountFen: 0, missingFen: null }
    : { amountFen: baseFen, missingFen: baseFen > 0 ? freeFromFen - goodsFen : null };
}

function stepOf(
  step: Pick<PriceStep, 'step' | 'name' | 'reference'>,
  lines: readonly { lineNo: number; amountFen: number }[],
): PriceStep {
  const touched = lines.filter(({ amountFen }) => amountFen !== 0);
  return { ...step, amountFen: sum(touched, ({ amountFen }) => amountFen), lines: touched };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

import { createHash } from 'node:crypto';

import type * as z from 'zod';

import { couponsOfCustomer, priceChosenCoupons, quoteCoupons, readTemplates } from '#coupons';
import type { CouponQuote } from '#coupons';
import { together } from '#platform/database';

import { findAddress } from './addresses.ts';
import type { AddressView } from './addresses.ts';
import type { Buyer, BuyerContext } from './buyer.ts';
import { cartRows } from './cart.ts';
import { CartEmpty } from './errors.ts';
import type { QuotePart } from './errors.ts';
import { loadGoods, pictureUrl, problemOf, runningPromotions, specText, toCartItem } from './goods.ts';
import type { Goods } from './goods.ts';
import { finishPrice, priceGoods } from './price-cart.ts';
import type { CouponShare, PricedCart, PricedGoods, PricedLine } from './price-cart.ts';
import { readSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import { quotePoints, tierCodeOf } from './value-ports.ts';
import type { PointsQuote } from './value-ports.ts';
import type { QuoteChoice, QuoteView } from './views.ts';

export type Choice = z.output<typeof QuoteChoice>;
type View = z.input<typeof QuoteView>;

export const mallChannel = 'mall';

/** A checkout worked out: what would be ordered, for how much, with what. */
export interface Checkout {
  readonly goods: ReadonlyMap<string, Goods>;
  readonly priced: PricedCart;
  readonly problems: View['problems'];
  readonly coupons: CouponQuote;
  readonly couponNames: ReadonlyMap<string, { name: string; validUntil: Date | null }>;
  readonly points: PointsQuote;
  readonly settings: Settings;
  readonly address: AddressView | null;
  readonly isFromCart: boolean;
  readonly quoteHash: string;
}

/** Works a checkout out from the state of this moment; changes nothing. Throws `CartEmpty` when nothing is to be bought. */
export async function quoteCheckout(ctx: BuyerContext, buyer: Buyer, choice: Choice): Promise<Checkout> {
  const { customerId } = buyer;
  const [wanted, tierCode, { settings }, promotions, address] = await together([
    wantedLines(ctx, buyer, choice),
    customerId === null ? null : tierCodeOf(ctx, customerId),
    readSettings(ctx),
    runningPromotions(ctx),
    findAddress(ctx, buyer, choice.addressId),
  ]);
  const goods = await loadGoods(
    ctx,
    wanted.map(({ skuId }) => skuId),
    tierCode,
  );
  const problems = wanted.flatMap(({ skuId, quantity }) => {
    const one = goods.get(skuId);
    const problem = problemOf(one, quantity);
    return problem ? [{ skuId, title: one?.sku.title ?? '', problem, available: one?.available ?? 0 }] : [];
  });
  const items = wanted.flatMap(({ skuId, quantity }) => {
    const one = goods.get(skuId);
    return one?.sku.isSellable ? [toCartItem(one, quantity)] : [];
  });
  const pricedGoods = priceGoods(items, promotions, ctx.now);
  const coupons = customerId === null ? noCoupons : await couponsFor(ctx, customerId, pricedGoods, choice);
  const couponNames = await namesOf(ctx, customerId, coupons);
  const shares = coupons.applied.map(({ couponId, lines }) => ({
    couponId,
    name: couponNames.get(couponId)?.name ?? '',
    lines,
  }));
  const points = await pointsFor(ctx, customerId, { pricedGoods, shares, wanted: choice.points });
  const priced = finishPrice(pricedGoods, {
    coupons: shares,
    pointsFen: points.offsetFen,
    freight: settings.freight,
  });
  return {
    goods,
    priced,
    problems,
    coupons,
    couponNames,
    points,
    settings,
    address,
    isFromCart: choice.lines === undefined,
    quoteHash: quoteHash(priced, points.points),
  };
}

async function wantedLines(
  ctx: BuyerContext,
  buyer: Buyer,
  choice: Choice,
): Promise<{ skuId: string; quantity: number }[]> {
  const lines = choice.lines ?? (await cartRows(ctx, buyer)).filter((row) => row.isSelected);
  const merged = new Map<string, number>();
  for (const { skuId, quantity } of lines) merged.set(skuId, (merged.get(skuId) ?? 0) + quantity);
  if (merged.size === 0) throw new CartEmpty();
  return [...merged].map(([skuId, quantity]) => ({ skuId, quantity }));
}

const noCoupons: CouponQuote = { applied: [], discountFen: 0, skipped: [] };

async function couponsFor(
  ctx: BuyerContext,
  customerId: number,
  { lines, withoutCoupons }: PricedGoods,
  choice: Choice,
): Promise<CouponQuote> {
  const cart = {
    lines: lines
      .filter(({ lineNo }) => !withoutCoupons.has(lineNo))
      .map(({ lineNo, productId, categoryIds, amountFen }) => ({ lineNo, productId, categoryIds, amountFen })),
    channel: mallChannel,
  };
  const best = await quoteCoupons(ctx, { customerId, ...cart });
  if (choice.coupons === 'best') return best;
  const chosen = await priceChosenCoupons(ctx, { customerId, couponIds: choice.coupons, ...cart });
  const named = new Set(choice.coupons);
  return { ...chosen, skipped: [...chosen.skipped, ...best.skipped.filter(({ couponId }) => !named.has(couponId))] };
}

/** Names of the coupons a quote speaks of, and until when they are valid. */
async function namesOf(
  ctx: BuyerContext,
  customerId: number | null,
  { applied, skipped }: CouponQuote,
): Promise<Map<string, { name: string; validUntil: Date | null }>> {
  if (customerId === null || applied.length + skipped.length === 0) return new Map();
  const owned = await couponsOfCustomer(ctx, { customerId, state: 'usable', limit: 500 });
  const templates = await readTemplates(ctx, [...new Set(owned.map(({ templateId }) => templateId))]);
  return new Map(
    owned.map(({ couponId, templateId, validUntil }) => [
      couponId,
      { name: templates.get(templateId)?.terms.name ?? '', validUntil },
    ]),
  );
}

const noPoints: PointsQuote = {
  available: 0,
  usablePoints: 0,
  usableFen: 0,
  points: 0,
  offsetFen: 0,
  reason: null,
};

async function pointsFor(
  ctx: BuyerContext,
  customerId: number | null,
  cart: { pricedGoods: PricedGoods; shares: readonly CouponShare[]; wanted: Choice['points'] },
): Promise<Checkout['points']> {
  if (customerId === null) return noPoints;
  const withoutPoints = finishPrice(cart.pricedGoods, {
    coupons: cart.shares,
    pointsFen: 0,
    freight: { baseFen: 0, freeFromFen: null },
  });
  const points = cart.wanted === 'max' ? undefined : cart.wanted;
  return quotePoints(ctx, { customerId, payableFen: withoutPoints.payableFen, points });
}

const hashed: readonly QuotePart[] = ['lines', 'prices', 'promotions', 'coupons', 'points', 'freight'];

/** A short mark of everything that makes the price; part by part, so that a difference can be named. */
function quoteHash({ lines, steps, freightFen }: PricedCart, points: number): string {
  const stepsOf = (step: string) =>
    steps.filter((one) => one.step === step).map(({ reference, amountFen }) => [reference, amountFen]);
  const parts: Record<QuotePart, unknown> = {
    lines: lines.map(({ skuId, quantity }) => [skuId, quantity]),
    prices: lines.map(({ saleFen, unitFen }) => [saleFen, unitFen]),
    promotions: stepsOf('full_reduction'),
    coupons: stepsOf('coupon'),
    points,
    freight: freightFen,
  };
  return hashed
    .map((part) => createHash('sha256').update(JSON.stringify(parts[part])).digest('base64url').slice(0, 8))
    .join('.');
}

/** Which parts two quotes differ in. */
export function changedParts(seen: string, now: string): QuotePart[] {
  const before = seen.split('.');
  const after = now.split('.');
  return hashed.filter((_, index) => before[index] !== after[index]);
}

/** The lines as the shop shows them. */
export function lineViews({ goods, priced }: Pick<Checkout, 'goods' | 'priced'>): View['lines'] {
  return priced.lines.map((line) => lineView(line, goods.get(line.skuId)));
}

function lineView(line: PricedLine, one: Goods | undefined): View['lines'][number] {
  const { lineNo, skuId, productId, quantity, saleFen, unitFen, amountFen } = line;
  return {
    lineNo,
    skuId,
    productId,
    title: one?.sku.title ?? '',
    spec: specText(one?.sku.spec ?? {}),
    pictureUrl: pictureUrl(one?.sku.mediaFileId ?? null),
    quantity,
    saleFen,
    unitFen,
    amountFen,
  };
}

/** The sums of an order or a quote. */
export function totalsView(priced: PricedCart): View['totals'] {
  const { goodsFen, discountFen, couponFen, pointsFen, freightFen, payableFen, lines } = priced;
  const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
  return { goodsFen, discountFen, couponFen, pointsFen, freightFen, payableFen, quantity };
}

/** The quote as the storefront shows it. */
export function quoteView(checkout: Checkout, buyer: Buyer): View {
  const { priced, goods, coupons, couponNames, points, settings, address } = checkout;
  const chosen = new Map(coupons.applied.map(({ couponId, discountFen }) => [couponId, discountFen]));
  const listFen = priced.lines.reduce(
    (sum, { skuId, saleFen, quantity }) => sum + Math.max(goods.get(skuId)?.listFen ?? 0, saleFen) * quantity,
    0,
  );
  const nameOf = (couponId: string) => couponNames.get(couponId)?.name ?? '';
  return {
    quoteHash: checkout.quoteHash,
    lines: lineViews(checkout),
    steps: priced.steps.map((step) => ({ ...step, lines: [...step.lines] })),
    totals: totalsView(priced),
    savingFen: listFen - priced.goodsFen + priced.discountFen + priced.pointsFen,
    coupons: {
      usable: [...chosen].map(([couponId, savesFen]) => ({
        couponId,
        name: nameOf(couponId),
        savesFen,
        validUntil: couponNames.get(couponId)?.validUntil ?? null,
        isChosen: true,
      })),
      skipped: coupons.skipped.map(({ couponId, reason, missingFen }) => ({
        couponId,
        name: nameOf(couponId),
        reason,
        missingFen: missingFen ?? null,
      })),
    },
    points: {
      available: points.available,
      usable: points.usablePoints,
      usableFen: points.usableFen,
      used: points.points,
      usedFen: priced.pointsFen,
      reason: buyer.customerId === null ? 'sign_in' : points.reason,
    },
    freight: {
      amountFen: priced.freightFen,
      freeFromFen: settings.freight.freeFromFen,
      missingFen: priced.freightMissingFen,
    },
    problems: checkout.problems,
    missing: address === null ? ['address'] : [],
    address,
  };
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { bestCoupons, priceCoupons } from './best-coupons.ts';
import type { Cart, CartLine, OfferedCoupon } from './best-coupons.ts';
import { CouponTerms, discountOf, issueCeiling } from './template.ts';

const now = new Date('2025-06-01T00:00:00Z');
let next = 0;

function coupon(terms: Record<string, unknown>, couponId = `c${(next += 1)}`): OfferedCoupon {
  const offer = CouponTerms.parse({ name: '券', validity: { days: 30 }, ...terms });
  return { couponId, templateId: `t-${couponId}`, offer, validFrom: now, validUntil: new Date('2025-07-01T00:00:00Z') };
}
const amountOff = (thresholdFen: number, offFen: number, more: Record<string, unknown> = {}) =>
  coupon({ kind: 'amount_off', rule: { steps: [{ thresholdFen, offFen }] }, ...more });
const percentOff = (offBps: number, more: Record<string, unknown> = {}, rule: Record<string, unknown> = {}) =>
  coupon({ kind: 'percent_off', rule: { offBps, ...rule }, ...more });
const line = (lineNo: number, amountFen: number, productId = `p${lineNo}`, categoryIds: string[] = []): CartLine => ({
  lineNo,
  amountFen,
  productId,
  categoryIds,
});
const cart = (...lines: CartLine[]): Cart => ({ lines, channel: 'mall' });

describe('an offer', () => {
  test.each([
    [19_999, 0, 1],
    [20_000, 3_000, 0],
    [49_999, 3_000, 0],
    [50_000, 10_000, 0],
  ])('of stepped 满减 200-30, 500-100 on %d fen takes off %d, short of %d', (base, discountFen, missingFen) => {
    const rule = {
      steps: [
        { thresholdFen: 20_000, offFen: 3_000 },
        { thresholdFen: 50_000, offFen: 10_000 },
      ],
    };
    expect(discountOf({ kind: 'amount_off', rule }, base)).toEqual({ discountFen, missingFen });
  });

  test('of 八五折 with a cap of ¥20 never takes off more, and floors to the fen', () => {
    const rule = { thresholdFen: 0, offBps: 1500, capFen: 2_000 };
    expect(discountOf({ kind: 'percent_off', rule }, 9_999)).toEqual({ discountFen: 1_499, missingFen: 0 });
    expect(discountOf({ kind: 'percent_off', rule }, 100_000)).toEqual({ discountFen: 2_000, missingFen: 0 });
  });

  test('limits how many are issued by cap and budget together', () => {
    const terms = {
      name: '券',
      validity: { days: 1 },
      kind: 'amount_off',
      rule: { steps: [{ thresholdFen: 0, offFen: 300 }] },
    };
    expect(issueCeiling(CouponTerms.parse({ ...terms, cap: 100, budgetFen: 10_000 }))).toBe(33);
    expect(issueCeiling(CouponTerms.parse({ ...terms, cap: 10, budgetFen: 10_000 }))).toBe(10);
    expect(issueCeiling(CouponTerms.parse(terms))).toBeNull();
  });

  test.each([
    ['a percentage with a budget but no cap', { kind: 'percent_off', rule: { offBps: 1000 }, budgetFen: 1000 }],
    [
      'steps that do not rise',
      {
        kind: 'amount_off',
        rule: {
          steps: [
            { thresholdFen: 500, offFen: 50 },
            { thresholdFen: 400, offFen: 60 },
          ],
        },
      },
    ],
    [
      'a step that takes off more than its threshold',
      { kind: 'amount_off', rule: { steps: [{ thresholdFen: 500, offFen: 501 }] } },
    ],
    ['no end', { kind: 'amount_off', rule: { steps: [{ thresholdFen: 500, offFen: 50 }] }, validity: {} }],
  ])('with %s is refused', (_, terms) => {
    expect(CouponTerms.safeParse({ name: '券', validity: { days: 1 }, ...terms }).success).toBe(false);
  });
});

describe('the best coupons', () => {
  test('are those that save most, one per group, and the others say why not', () => {
    const [small, large] = [amountOff(10_000, 1_000), amountOff(10_000, 2_000)];
    const quote = bestCoupons([small, large], cart(line(1, 12_000)), now);
    expect(quote.applied.map(({ couponId }) => couponId)).toEqual([large.couponId]);
    expect(quote.skipped).toEqual([{ couponId: small.couponId, reason: 'group_taken' }]);
  });

  test('stack across groups, each on what the one before left to pay', () => {
    const first = amountOff(10_000, 2_000, { priority: 1 });
    const second = percentOff(1_000, { stackingGroup: 'member', priority: 2 });
    const quote = bestCoupons([second, first], cart(line(1, 12_000)), now);
    expect(quote.applied.map(({ discountFen }) => discountFen)).toEqual([2_000, 1_000]);
    expect(quote.discountFen).toBe(3_000);
  });

  test('never leave another below its threshold: what would, is left out', () => {
    const first = amountOff(10_000, 2_000, { priority: 1 });
    const second = amountOff(11_000, 500, { stackingGroup: 'shop', priority: 2 });
    const quote = bestCoupons([first, second], cart(line(1, 12_000)), now);
    expect(quote.discountFen).toBe(2_000);
    expect(quote.skipped).toEqual([{ couponId: second.couponId, reason: 'below_threshold' }]);
  });

  test('take an exclusive one alone only when it saves more than all others together', () => {
    const exclusive = amountOff(0, 2_900, { isExclusive: true, stackingGroup: 'x' });
    const others = [amountOff(0, 2_000), amountOff(0, 1_000, { stackingGroup: 'shop' })];
    expect(bestCoupons([exclusive, ...others], cart(line(1, 12_000)), now)).toMatchObject({
      discountFen: 3_000,
      skipped: [{ couponId: exclusive.couponId, reason: 'not_combinable' }],
    });
    expect(bestCoupons([exclusive, others[0] as OfferedCoupon], cart(line(1, 12_000)), now)).toMatchObject({
      discountFen: 2_900,
    });
  });

  test('reach only goods in scope, spread over their lines without losing a fen', () => {
    const scoped = amountOff(100, 100, {
      scope: { productIds: ['p1'], categoryIds: ['skin'], excludedProductIds: ['p3'] },
    });
    const quote = bestCoupons(
      [scoped],
      cart(line(1, 100), line(2, 200, 'p2', ['skin']), line(3, 900, 'p3', ['skin']), line(4, 900)),
      now,
    );
    expect(quote.applied[0]?.lines).toEqual([
      { lineNo: 1, discountFen: 33 },
      { lineNo: 2, discountFen: 67 },
    ]);
  });

  test.each([
    ['wrong_channel', { scope: { channels: ['tmall'] } }],
    ['wrong_store', { scope: { storeIds: [7] } }],
    ['nothing_in_scope', { scope: { productIds: ['other'] } }],
  ])('leave out a coupon with the reason %s', (reason, more) => {
    const out = amountOff(0, 100, more);
    expect(bestCoupons([out], cart(line(1, 1_000)), now).skipped).toEqual([{ couponId: out.couponId, reason }]);
  });

  test('say how much more must be bought', () => {
    const out = amountOff(10_000, 100);
    expect(bestCoupons([out], cart(line(1, 8_800)), now).skipped).toEqual([
      { couponId: out.couponId, reason: 'below_threshold', missingFen: 1_200 },
    ]);
  });

  test('leave out what is not yet valid or over', () => {
    const early = { ...amountOff(0, 100), validFrom: new Date('2025-06-02T00:00:00Z') };
    const late = { ...amountOff(0, 100), validUntil: new Date('2025-05-31T00:00:00Z') };
    expect(bestCoupons([early, late], cart(line(1, 1_000)), now).skipped.map(({ reason }) => reason)).toEqual([
      'not_yet_valid',
      'expired',
    ]);
  });
});

test('chosen coupons are priced as chosen; what cannot go together is skipped by name', () => {
  const [first, second] = [amountOff(0, 100), amountOff(0, 500)];
  expect(priceCoupons([first, second], cart(line(1, 1_000)), now)).toMatchObject({
    discountFen: 100,
    skipped: [{ couponId: second.couponId, reason: 'group_taken' }],
  });
});

const arbitraryCoupon = fc
  .record({
    percent: fc.boolean(),
    threshold: fc.integer({ min: 0, max: 3_000 }),
    off: fc.integer({ min: 1, max: 3_000 }),
    group: fc.constantFrom('a', 'b', 'c'),
    isExclusive: fc.boolean(),
    priority: fc.integer({ min: 0, max: 3 }),
    products: fc.subarray(['p1', 'p2', 'p3']),
  })
  .map(({ percent, threshold, off, group, isExclusive, priority, products }) => {
    const more = { stackingGroup: group, isExclusive, priority, scope: { productIds: products } };
    return percent
      ? percentOff(off, more, { thresholdFen: threshold })
      : amountOff(threshold === 0 ? 0 : Math.max(threshold, off), off, more);
  });

describe('for any coupons and cart', () => {
  const cases = fc.record({
    coupons: fc.array(arbitraryCoupon, { maxLength: 6 }),
    amounts: fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 3 }),
  });

  test('no line goes below zero, shares add up, every coupon is either applied or skipped, and no legal choice saves more', () => {
    fc.assert(
      fc.property(cases, ({ coupons, amounts }) => {
        const basket = cart(...amounts.map((amountFen, index) => line(index + 1, amountFen)));
        const quote = bestCoupons(coupons, basket, now);
        for (const { lineNo, amountFen } of basket.lines) {
          const off = quote.applied.flatMap(({ lines }) => lines).filter((share) => share.lineNo === lineNo);
          expect(off.reduce((sum, { discountFen }) => sum + discountFen, 0)).toBeLessThanOrEqual(amountFen);
        }
        for (const { discountFen, lines } of quote.applied) {
          expect(lines.reduce((sum, share) => sum + share.discountFen, 0)).toBe(discountFen);
        }
        expect(quote.applied.length + quote.skipped.length).toBe(coupons.length);
        for (const choice of fc.sample(fc.shuffledSubarray(coupons), 40)) {
          const priced = priceCoupons(choice, basket, now);
          expect(priced.discountFen).toBeLessThanOrEqual(quote.discountFen);
        }
      }),
      { numRuns: 150 },
    );
  });
});

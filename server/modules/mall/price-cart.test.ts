import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { finishPrice, priceGoods, promotionHints, unitPrice, winner } from './price-cart.ts';
import type { CartItem, CouponShare } from './price-cart.ts';
import type { RunningPromotion } from './promotion.ts';
import { reductionOf } from './reduction.ts';
import { splitRefund } from './refund-split.ts';
import type { RefundLine } from './refund-split.ts';

const now = new Date('2026-06-18T12:00:00Z');

function item(part: Partial<CartItem> = {}): CartItem {
  return {
    skuId: 'sku',
    productId: 'p1',
    categoryIds: ['c1'],
    quantity: 1,
    saleFen: 10_000,
    limitedFen: null,
    memberFen: null,
    isShipped: true,
    ...part,
  };
}

function promotion(part: Partial<RunningPromotion['terms']> = {}, promotionId = 'a'): RunningPromotion {
  return {
    promotionId,
    name: `满减${promotionId}`,
    terms: {
      kind: 'full_reduction',
      steps: [{ thresholdFen: 20_000, offFen: 3_000, offBps: null }],
      repeats: false,
      categoryIds: [],
      productIds: [],
      startsAt: new Date('2026-06-01T00:00:00Z'),
      endsAt: new Date('2026-07-01T00:00:00Z'),
      stacksWithCoupons: true,
      ...part,
    },
  };
}

describe('the price of one piece', () => {
  test.each([
    [{ saleFen: 100, limitedFen: null, memberFen: null }, 100, 'sale'],
    [{ saleFen: 100, limitedFen: 80, memberFen: 90 }, 80, 'limited'],
    [{ saleFen: 100, limitedFen: 90, memberFen: 80 }, 80, 'member'],
    [{ saleFen: 100, limitedFen: 80, memberFen: 80 }, 80, 'limited'],
    [{ saleFen: 100, limitedFen: null, memberFen: 120 }, 100, 'sale'],
  ])('is the lower of limited and member price: %j', (price, fen, kind) => {
    expect(unitPrice(price)).toBe(fen);
    expect(winner(price)).toBe(kind);
  });
});

describe('full reductions', () => {
  test('take the highest step reached', () => {
    const steps = [
      { thresholdFen: 30_000, offFen: 5_000, offBps: null },
      { thresholdFen: 10_000, offFen: 1_000, offBps: null },
    ];
    expect(reductionOf({ steps, repeats: false }, 9_999)).toEqual({ offFen: 0, missingFen: 1, nextOffFen: 1_000 });
    expect(reductionOf({ steps, repeats: false }, 10_000)).toMatchObject({ offFen: 1_000, missingFen: 20_000 });
    expect(reductionOf({ steps, repeats: false }, 99_000)).toMatchObject({ offFen: 5_000, missingFen: null });
  });

  test('repeat for every full threshold when they say so', () => {
    const steps = [{ thresholdFen: 10_000, offFen: 1_000, offBps: null }];
    expect(reductionOf({ steps, repeats: true }, 39_999).offFen).toBe(3_000);
  });

  test('take a share, rounded down', () => {
    const steps = [{ thresholdFen: 100, offFen: null, offBps: 3_333 }];
    expect(reductionOf({ steps, repeats: false }, 101).offFen).toBe(33);
  });

  test('come after the price of the piece: the base is what the lines cost then', () => {
    const goods = priceGoods([item({ quantity: 2, limitedFen: 9_999 })], [promotion()], now);
    expect(goods.steps.map(({ step }) => step)).toEqual(['limited']);
  });

  test('count only their goods and only while they run', () => {
    const other = item({ skuId: 'b', productId: 'p2', categoryIds: ['c2'] });
    const only = promotion({ categoryIds: ['c1'] });
    expect(priceGoods([item(), other], [only], now).steps).toEqual([]);
    expect(priceGoods([item({ quantity: 2 }), other], [only], now).lines.map((line) => line.promotionFen)).toEqual([
      3_000, 0,
    ]);
    expect(priceGoods([item({ quantity: 2 })], [only], only.terms.endsAt).steps).toEqual([]);
  });

  test('do not pile up on one line: the one that saves most comes first, others may use the rest', () => {
    const big = promotion({ steps: [{ thresholdFen: 10_000, offFen: 4_000, offBps: null }], productIds: ['p1'] }, 'b');
    const goods = priceGoods(
      [item({ quantity: 2 }), item({ skuId: 'b', productId: 'p2', quantity: 2 })],
      [promotion(), big],
      now,
    );
    expect(goods.lines.map(({ promotionFen }) => promotionFen)).toEqual([4_000, 3_000]);
  });

  test('say what is missing to the next step', () => {
    const { lines } = priceGoods([item()], [promotion()], now);
    expect(promotionHints(lines, [promotion()], now)).toEqual([
      { promotionId: 'a', name: '满减a', missingFen: 10_000, offFen: 3_000 },
    ]);
  });
});

describe('the steps', () => {
  test('follow each other: prices, full reduction, coupon, points, freight', () => {
    const goods = priceGoods(
      [item({ quantity: 2, memberFen: 9_500 }), item({ skuId: 'b', limitedFen: 9_000 })],
      [promotion()],
      now,
    );
    const priced = finishPrice(goods, {
      coupons: [{ couponId: 'k', name: '券', lines: [{ lineNo: 1, discountFen: 700 }] }],
      pointsFen: 500,
      freight: { baseFen: 800, freeFromFen: 99_900 },
    });
    expect(priced.steps.map(({ step, amountFen }) => [step, amountFen])).toEqual([
      ['limited', -1_000],
      ['member', -1_000],
      ['full_reduction', -3_000],
      ['coupon', -700],
      ['points', -500],
      ['freight', 800],
    ]);
    expect(priced).toMatchObject({
      goodsFen: 30_000,
      discountFen: 5_700,
      pointsFen: 500,
      freightFen: 800,
      payableFen: 24_600,
    });
  });

  test('send for free from the rule on, counted before points; what needs no sending costs no freight', () => {
    const freight = { baseFen: 800, freeFromFen: 10_000 };
    const goods = priceGoods([item()], [], now);
    expect(finishPrice(goods, { coupons: [], pointsFen: 9_000, freight }).freightFen).toBe(0);
    const one = finishPrice(priceGoods([item({ saleFen: 9_999 })], [], now), { coupons: [], pointsFen: 0, freight });
    expect(one).toMatchObject({ freightFen: 800, freightMissingFen: 1 });
    const card = priceGoods([item({ saleFen: 1, isShipped: false })], [], now);
    expect(finishPrice(card, { coupons: [], pointsFen: 0, freight }).freightFen).toBe(0);
  });
});

const price = fc.integer({ min: 0, max: 50_000 });
const cartItem = fc.record({
  skuId: fc.uuid(),
  productId: fc.constantFrom('p1', 'p2', 'p3'),
  categoryIds: fc.constantFrom<readonly string[]>([], ['c1'], ['c2']),
  quantity: fc.integer({ min: 1, max: 9 }),
  saleFen: price,
  limitedFen: fc.option(price),
  memberFen: fc.option(price),
  isShipped: fc.boolean(),
});
const step = fc
  .tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 9_999 }), fc.boolean())
  .map(([thresholdFen, offBps, isAmount]) =>
    isAmount
      ? { thresholdFen, offFen: Math.floor((thresholdFen * offBps) / 10_000), offBps: null }
      : { thresholdFen, offFen: null, offBps },
  );
const running = fc
  .tuple(fc.array(step, { minLength: 1, maxLength: 4 }), fc.constantFrom<string[]>([], ['c1']), fc.uuid())
  .map(([steps, categoryIds, id]) =>
    promotion({ steps, categoryIds, repeats: steps.length === 1 && steps[0]?.offFen !== null }, id),
  );
const cart = fc.record({
  items: fc.array(cartItem, { minLength: 1, maxLength: 8 }),
  promotions: fc.array(running, { maxLength: 3 }),
  couponBps: fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 2 }),
  pointsFen: fc.integer({ min: 0, max: 200_000 }),
  freight: fc.record({
    baseFen: fc.integer({ min: 0, max: 5_000 }),
    freeFromFen: fc.option(fc.integer({ min: 0, max: 200_000 })),
  }),
});

function priceAll({ items, promotions, couponBps, pointsFen, freight }: Cart) {
  const goods = priceGoods(items, promotions, now);
  // Also coupons that claim more than a line is worth, as a stale quote could.
  const coupons: CouponShare[] = couponBps.map((bps, index) => ({
    couponId: `k${index}`,
    name: '',
    lines: goods.lines.map(({ lineNo, amountFen }) => ({
      lineNo,
      discountFen: Math.floor((amountFen * bps) / 10_000),
    })),
  }));
  return finishPrice(goods, { coupons, pointsFen, freight });
}

interface Cart {
  items: CartItem[];
  promotions: RunningPromotion[];
  couponBps: number[];
  pointsFen: number;
  freight: { baseFen: number; freeFromFen: number | null };
}

describe('for any cart', () => {
  test('lines + freight = payable = goods − discounts − points + freight, and nothing is negative', () => {
    fc.assert(
      fc.property(cart, (drawn) => {
        const priced = priceAll(drawn);
        const lines = priced.lines.reduce((sum, line) => sum + line.amountFen, 0);
        expect(lines + priced.freightFen).toBe(priced.payableFen);
        expect(priced.goodsFen - priced.discountFen - priced.pointsFen + priced.freightFen).toBe(priced.payableFen);
        expect(priced.goodsFen + priced.steps.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(
          priced.payableFen,
        );
        for (const one of priced.steps.filter(({ step: name }) => name !== 'freight')) {
          expect(one.lines.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(one.amountFen);
          expect(one.amountFen).toBeLessThanOrEqual(0);
        }
        for (const line of priced.lines) {
          expect(Math.min(line.amountFen, line.promotionFen, line.couponFen, line.pointsFen)).toBeGreaterThanOrEqual(0);
          const taken = line.priceOffFen + line.promotionFen + line.couponFen + line.pointsFen;
          expect(line.saleFen * line.quantity - taken).toBe(line.amountFen);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('partial refunds in any order give back exactly what was paid, never more on the way', () => {
    fc.assert(
      fc.property(cart, fc.infiniteStream(fc.nat()), (drawn, choices) => {
        const priced = priceAll(drawn);
        const order = {
          lines: priced.lines.map((line) => ({ ...line, points: line.pointsFen * 3 + 1 })),
          freightFen: priced.freightFen,
          isShipped: false,
        };
        const left = new Map(order.lines.map(({ lineNo, quantity }) => [lineNo, quantity]));
        const done: RefundLine[] = [];
        let backFen = 0;
        while (left.size > 0) {
          const [lineNo = 0, open = 0] = [...left][choices.next().value % left.size] ?? [];
          const quantity = 1 + (choices.next().value % open);
          const split = splitRefund(order, done, [{ lineNo, quantity }]);
          for (const line of split.lines) expect(Math.min(line.amountFen, line.points)).toBeGreaterThanOrEqual(0);
          backFen += split.amountFen;
          expect(backFen).toBeLessThanOrEqual(priced.payableFen);
          done.push(...split.lines);
          if (open === quantity) left.delete(lineNo);
          else left.set(lineNo, open - quantity);
          expect(split.isWhole).toBe(left.size === 0);
        }
        expect(backFen).toBe(priced.payableFen);
        expect(done.reduce((sum, { points }) => sum + points, 0)).toBe(
          order.lines.reduce((sum, { points }) => sum + points, 0),
        );
      }),
      { numRuns: 1_500 },
    );
  });
});

describe('a refund', () => {
  const order = {
    lines: [
      { lineNo: 1, quantity: 3, amountFen: 1_000, points: 10 },
      { lineNo: 2, quantity: 1, amountFen: 500, points: 0 },
    ],
    freightFen: 800,
    isShipped: false,
  };

  test('of one piece is rounded down, the last piece takes the rest', () => {
    const first = splitRefund(order, [], [{ lineNo: 1, quantity: 1 }]);
    expect(first).toMatchObject({ amountFen: 333, points: 3, freightFen: 0, isWhole: false });
    const rest = splitRefund(order, first.lines, [{ lineNo: 1, quantity: 2 }]);
    expect(rest).toMatchObject({ amountFen: 667, points: 7 });
  });

  test('gives freight back only with the last piece of what was never sent', () => {
    const all = [
      { lineNo: 1, quantity: 3 },
      { lineNo: 2, quantity: 1 },
    ];
    expect(splitRefund(order, [], all)).toMatchObject({ freightFen: 800, amountFen: 2_300, isWhole: true });
    expect(splitRefund({ ...order, isShipped: true }, [], all)).toMatchObject({ freightFen: 0, amountFen: 1_500 });
  });

  test.each([
    [[{ lineNo: 1, quantity: 4 }]],
    [[{ lineNo: 9, quantity: 1 }]],
    [
      [
        { lineNo: 2, quantity: 1 },
        { lineNo: 2, quantity: 1 },
      ],
    ],
  ])('of more than there is left is refused: %j', (wanted) => {
    expect(() => splitRefund(order, [], wanted)).toThrow(expect.objectContaining({ code: 'refund_too_much' }));
  });
});

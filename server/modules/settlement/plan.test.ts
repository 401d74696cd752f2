import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decideCommission, planProblems, SettlementPlan } from './plan.ts';
import type { PlanFact } from './plan.ts';

const bands = [
  { upTo: 9, rateBps: 500 },
  { upTo: 50, rateBps: 800 },
  { upTo: null, rateBps: 1_200 },
];
const plan = (measure: SettlementPlan['measure'], mode: SettlementPlan['mode']) =>
  SettlementPlan.parse({ kind: 'stepped', measure, mode, bands });
const orders = (count: number, keptBaseMinor: number): PlanFact[] =>
  Array.from({ length: count }, (_, i) => ({
    orderId: `o${String(i).padStart(4, '0')}`,
    keptBaseMinor,
    isNewCustomer: true,
    paidAtMs: i,
  }));

describe('the worked numbers', () => {
  test('60 new customers of ¥1,000: whole ¥7,200.00, marginal ¥4,930.00', () => {
    expect(decideCommission(plan('new_customers', 'whole'), orders(60, 100_000)).totalMinor).toBe(720_000);
    expect(decideCommission(plan('new_customers', 'marginal'), orders(60, 100_000)).totalMinor).toBe(493_000);
  });
  test('60 orders of ¥100: slab ¥720.00, graduated ¥493.00', () => {
    expect(decideCommission(plan('orders', 'whole'), orders(60, 10_000)).totalMinor).toBe(72_000);
    expect(decideCommission(plan('orders', 'marginal'), orders(60, 10_000)).totalMinor).toBe(49_300);
  });
  test.each([
    [9, 500],
    [10, 800],
    [50, 800],
    [51, 1_200],
  ])('order no. %i is at %i basis points', (count, rateBps) => {
    expect(decideCommission(plan('orders', 'whole'), orders(count, 10_000)).lines.at(-1)).toMatchObject({ rateBps });
    expect(decideCommission(plan('orders', 'marginal'), orders(count, 10_000)).lines.at(-1)).toMatchObject({ rateBps });
  });
  test('51 orders of ¥100 whole are ¥612.00; one refunded moves it by −¥212.00', () => {
    const before = decideCommission(plan('orders', 'whole'), orders(51, 10_000)).totalMinor;
    const after = decideCommission(
      plan('orders', 'whole'),
      orders(51, 10_000).map((fact, i) => (i === 7 ? { ...fact, keptBaseMinor: 0 } : fact)),
    ).totalMinor;
    expect([before, after - before]).toEqual([61_200, -21_200]);
  });
  test('net sales in slices: ¥100 at 5 % and ¥50 at 8 %', () => {
    const sales = SettlementPlan.parse({
      kind: 'stepped',
      measure: 'net_sales',
      mode: 'marginal',
      bands: [
        { upTo: 10_000, rateBps: 500 },
        { upTo: null, rateBps: 800 },
      ],
    });
    expect(
      decideCommission(sales, [
        ...orders(1, 9_000),
        { orderId: 'z', keptBaseMinor: 6_000, isNewCustomer: false, paidAtMs: 9 },
      ]).lines.map(({ amountMinor }) => amountMinor),
    ).toEqual([450, 450]);
  });
});

const facts = fc.array(
  fc.record({
    keptBaseMinor: fc.integer({ min: 0, max: 500_000 }),
    isNewCustomer: fc.boolean(),
    paidAtMs: fc.integer({ min: 0, max: 1_000 }),
  }),
  { maxLength: 80 },
);
const anyPlan = fc.record({
  kind: fc.constant('stepped' as const),
  measure: fc.constantFrom('new_customers' as const, 'orders' as const, 'net_sales' as const),
  mode: fc.constantFrom('whole' as const, 'marginal' as const),
  bands: fc.constant(bands),
  base: fc.constant('net_goods' as const),
  holdDays: fc.constant(15),
  paidLevels: fc.constant(1 as const),
});

test('lines add up to the total, are never negative, and do not depend on the order facts arrive in', () => {
  fc.assert(
    fc.property(anyPlan, facts, fc.infiniteStream(fc.nat()), (which, list, chance) => {
      const named = list.map((fact, i) => ({ ...fact, orderId: `o${i}` }));
      const decided = decideCommission(which, named);
      const shuffled = named.map((fact) => [chance.next().value, fact] as const).toSorted(([a], [b]) => a - b);
      expect(
        decideCommission(
          which,
          shuffled.map(([, fact]) => fact),
        ),
      ).toEqual(decided);
      expect(decided.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(decided.totalMinor);
      expect(decided.lines.every(({ amountMinor }) => amountMinor >= 0)).toBe(true);
    }),
  );
});

test('refuses bands that do not ascend, an end that is not open, and rates above the legal cap', () => {
  const wrong = SettlementPlan.parse({
    kind: 'stepped',
    measure: 'orders',
    mode: 'whole',
    bands: [
      { upTo: 50, rateBps: 5_000 },
      { upTo: 10, rateBps: 100 },
    ],
  });
  expect(planProblems(null, wrong).map(({ code }) => code)).toEqual([
    'plan_rate_above_cap',
    'plan_last_band_is_open',
    'plan_bands_ascend',
  ]);
});

import { describe, expect, test } from 'vitest';

import { CleaningRules, cleanOrder, defaultRules, isExcluded } from './clean-order.ts';
import type { LineFacts, OrderFacts } from './clean-order.ts';

const line = (change: Partial<LineFacts> = {}): LineFacts => ({
  kind: 'goods',
  sourceLineNo: '',
  skuCode: 'A',
  title: '杯子',
  spec: '',
  quantity: 1,
  unitPriceMinor: 100,
  amountMinor: 100,
  addedAt: null,
  ...change,
});
const order = (change: Partial<OrderFacts> = {}): OrderFacts => ({
  kind: 'sale',
  status: 'paid',
  payableMinor: 100,
  paidMinor: 100,
  isPaid: true,
  texts: [],
  lines: [line()],
  ...change,
});
const flagsOf = (facts: OrderFacts, rules = defaultRules) => cleanOrder(rules, facts);

describe('orders', () => {
  test.each([
    ['an ordinary order', {}, []],
    ['a test word in the note', { texts: ['这是测试订单，请勿发货'] }, ['test']],
    ['a test word in a title, whatever the case', { lines: [line({ title: 'Test Order' })] }, ['test']],
    ['an order that costs nothing', { payableMinor: 0, paidMinor: 0 }, ['zero_price']],
    ['an order paid entirely by points is not free', { payableMinor: 0, paidMinor: 100 }, []],
    ['closed before payment', { status: 'cancelled', isPaid: false }, ['cancelled']],
    ['closed after payment', { status: 'cancelled', isPaid: true }, []],
    ['bookkeeping', { kind: 'adjustment' }, ['adjustment']],
  ] as const)('%s', (_, change, flags) => {
    expect(flagsOf(order(change as Partial<OrderFacts>)).order).toEqual(flags);
  });
});

describe('lines', () => {
  test.each([
    ['freight', { kind: 'freight' }, ['non_goods']],
    ['a gift at no price', { unitPriceMinor: 0, amountMinor: 0 }, ['zero_price']],
    ['a piece given free by a discount is not free of price', { amountMinor: 0 }, []],
    ['more than anybody buys', { quantity: -80_995 }, ['abnormal_quantity']],
  ] as const)('%s', (_, change, flags) => {
    expect(flagsOf(order({ lines: [line(change)] })).lines).toEqual([flags]);
  });

  test('an exact repetition counts once, a line with its own number never is one', () => {
    expect(flagsOf(order({ lines: [line(), line(), line({ quantity: 2 }), line()] })).lines).toEqual([
      [],
      ['duplicate_line'],
      [],
      ['duplicate_line'],
    ]);
    expect(flagsOf(order({ lines: [line({ sourceLineNo: '1' }), line({ sourceLineNo: '1' })] })).lines).toEqual([
      [],
      [],
    ]);
    const at = (minute: number) => line({ addedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)) });
    expect(flagsOf(order({ lines: [at(1), at(2)] })).lines).toEqual([[], []]);
  });

  test.each([
    ['POST', true],
    ['gift_0001_20', true],
    ['GIFT_0001_20', true],
    ['S-12-X', true],
    ['S-12', false],
    ['POSTER', false],
    ['85123A', false],
  ])('SKU %s against the patterns POST, gift_*, S*X: %s', (skuCode, isNonGoods) => {
    const rules = { ...defaultRules, nonGoods: { isOn: true, excludes: true, skuPatterns: ['POST', 'gift_*', 'S*X'] } };
    expect(flagsOf(order({ lines: [line({ skuCode })] }), rules).lines[0]?.includes('non_goods')).toBe(isNonGoods);
  });
});

test('rules that are off find nothing, and a person’s decision stands before the rules', () => {
  const off = CleaningRules.parse(
    Object.fromEntries(Object.entries(defaultRules).map(([name, rule]) => [name, { ...rule, isOn: false }])),
  );
  expect(flagsOf(order({ kind: 'adjustment', payableMinor: 0, paidMinor: 0, texts: ['测试订单'] }), off)).toEqual({
    order: [],
    lines: [[]],
  });
  expect(isExcluded(defaultRules, ['test'], 'auto')).toBe(true);
  expect(isExcluded(defaultRules, ['test'], 'included')).toBe(false);
  expect(isExcluded(defaultRules, [], 'excluded')).toBe(true);
  expect(isExcluded(defaultRules, ['brushing'], 'auto')).toBe(false);
});

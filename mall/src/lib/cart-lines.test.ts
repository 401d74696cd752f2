import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Cart, CartLine } from '../api/types.ts';
import { applyCartChange, isAllSelected } from './cart-lines.ts';
import type { CartChange } from './cart-lines.ts';

function line(skuId: string, over: Partial<CartLine> = {}): CartLine {
  return {
    skuId,
    productId: `p-${skuId}`,
    title: skuId,
    spec: '',
    pictureUrl: null,
    quantity: 1,
    isSelected: true,
    price: { listFen: 1200, saleFen: 1000, limitedFen: null, memberFen: null, payFen: 1000, kind: 'sale' },
    available: 20,
    problem: null,
    ...over,
  };
}
function cart(lines: CartLine[], discountFen = 0): Cart {
  const empty: Cart = {
    lines,
    quantity: 0,
    selected: { quantity: 0, goodsFen: 0, discountFen, totalFen: 0 },
    hints: [],
  };
  return applyCartChange(empty, {
    kind: 'selection',
    skuIds: lines.filter((each) => each.isSelected).map((each) => each.skuId),
  });
}

describe('a change of the cart before the server has answered', () => {
  it('counts pieces and money of the selected lines', () => {
    const next = applyCartChange(cart([line('a'), line('b', { isSelected: false, quantity: 2 })]), {
      kind: 'quantity',
      skuId: 'a',
      quantity: 3,
    });
    expect(next.quantity).toBe(5);
    expect(next.selected).toEqual({ quantity: 3, goodsFen: 3000, discountFen: 0, totalFen: 3000 });
  });
  it('says when more is wanted than there is, and takes that line out of the sum', () => {
    const next = applyCartChange(cart([line('a', { available: 2 })]), { kind: 'quantity', skuId: 'a', quantity: 3 });
    expect(next.lines[0]?.problem).toBe('not_enough');
    expect(next.selected.totalFen).toBe(0);
  });
  it('keeps what is no longer on sale unbuyable', () => {
    const next = applyCartChange(cart([line('a', { problem: 'off_sale' })]), {
      kind: 'quantity',
      skuId: 'a',
      quantity: 1,
    });
    expect(next.lines[0]?.problem).toBe('off_sale');
  });
  it('never shows a discount larger than the goods', () => {
    const next = applyCartChange(cart([line('a'), line('b')], 1500), { kind: 'removed', skuId: 'b' });
    expect(next.selected).toMatchObject({ goodsFen: 1000, discountFen: 1000, totalFen: 0 });
  });
  it('adds up for any sequence of changes, and is never negative', () => {
    const skuIds = ['a', 'b', 'c'];
    const change: fc.Arbitrary<CartChange> = fc.oneof(
      fc.record({
        kind: fc.constant('quantity' as const),
        skuId: fc.constantFrom(...skuIds),
        quantity: fc.integer({ min: -3, max: 40 }),
      }),
      fc.record({
        kind: fc.constant('selected' as const),
        skuId: fc.constantFrom(...skuIds),
        isSelected: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('selection' as const), skuIds: fc.subarray(skuIds) }),
      fc.record({ kind: fc.constant('removed' as const), skuId: fc.constantFrom(...skuIds) }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.integer({ min: 0, max: 5000 }), (changes, discountFen) => {
        const end = changes.reduce(
          applyCartChange,
          cart(
            skuIds.map((skuId) => line(skuId)),
            discountFen,
          ),
        );
        const bought = end.lines.filter((each) => each.isSelected && each.problem === null);
        expect(end.selected.goodsFen).toBe(bought.reduce((sum, each) => sum + each.quantity * each.price.payFen, 0));
        expect(end.selected.totalFen).toBe(end.selected.goodsFen - end.selected.discountFen);
        expect(end.selected.totalFen).toBeGreaterThanOrEqual(0);
        for (const each of end.lines) expect(each.quantity).toBeGreaterThanOrEqual(1);
      }),
    );
  });
  it('calls everything selected when every line that can be bought is', () => {
    expect(isAllSelected(cart([line('a'), line('b', { isSelected: false, problem: 'sold_out' })]))).toBe(true);
    expect(isAllSelected(cart([line('a'), line('b', { isSelected: false })]))).toBe(false);
    expect(isAllSelected(cart([]))).toBe(false);
  });
});

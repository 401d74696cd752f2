import fc from 'fast-check';
import { expect, test } from 'vitest';

import { allocate, mulBps, mulBpsFloor } from './money.ts';

test.each([
  { amount: 10_001, weights: [5, 3, 2], parts: [5_001, 3_000, 2_000] },
  { amount: 100, weights: [1, 1, 1], parts: [34, 33, 33] },
  { amount: 100, weights: [1, 2, 4], parts: [14, 29, 57] },
  { amount: -7, weights: [1, 1], parts: [-4, -3] },
  { amount: 5, weights: [0, 0], parts: [3, 2] },
  { amount: 0, weights: [4, 2, 9], parts: [0, 0, 0] },
  { amount: 10_001, weights: [60, 25, 15], parts: [6_001, 2_500, 1_500] },
])('splits $amount over $weights into $parts', ({ amount, weights, parts }) => {
  expect(allocate(amount, weights)).toEqual(parts);
});

test('parts always add up and stay within one unit of the exact share', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
      fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 12 }),
      (amount, weights) => {
        const parts = allocate(amount, weights);
        const sum = weights.reduce((a, b) => a + b, 0);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(amount);
        if (sum > 0) {
          parts.forEach((part, i) => {
            const scaled = BigInt(part) * BigInt(sum) - BigInt(amount) * BigInt(weights[i] ?? 0);
            expect(scaled < BigInt(sum) && scaled > -BigInt(sum)).toBe(true);
          });
        }
      },
    ),
  );
});

test('rounds half away from zero for customers and towards zero for payouts', () => {
  expect(mulBps(125, 400)).toBe(5);
  expect(mulBps(-125, 400)).toBe(-5);
  expect(mulBps(112, 400)).toBe(4);
  expect(mulBpsFloor(119, 500)).toBe(5);
});

import type { TFunction } from 'i18next';
import { expect, test } from 'vitest';

import { bandText, measureBy, newPlan } from './plan-text.ts';

// Words are their key and values: what is said where, not in which language.
const t = ((key: string, values: Record<string, string | number | undefined> = {}) =>
  [key, values['from'], values['until'], values['shown']]
    .filter((part) => part !== undefined)
    .join(' ')) as unknown as TFunction<'settlement'>;

test('order no. 10 is in the second band, and no. 51 in the last', () => {
  expect([0, 1, 2].map((index) => bandText(t, newPlan, index, 'en'))).toEqual([
    'bands.between 1 measured.orders 9',
    'bands.between 10 measured.orders 50',
    'bands.above measured.orders 50',
  ]);
});

test('sales are amounts, without a gap of a fen between bands', () => {
  const plan = {
    ...newPlan,
    measure: 'net_sales' as const,
    bands: [
      { upTo: 10_000, rateBps: 500 },
      { upTo: 20_000, rateBps: 800 },
      { upTo: null, rateBps: 900 },
    ],
  };
  expect([0, 1, 2].map((index) => bandText(t, plan, index, 'en'))).toEqual([
    'bands.upTo ¥100.00',
    'bands.aboveUpTo ¥100.00 ¥200.00',
    'bands.above ¥200.00',
  ]);
});

test('a plan of one open band pays everything at its rate', () => {
  expect(bandText(t, { measure: 'orders', bands: [{ upTo: null, rateBps: 500 }] }, 0, 'en')).toBe('bands.everything');
});

test('steps survive a change of the measure and back', () => {
  const sales = measureBy(newPlan, 'net_sales');
  expect(sales.bands.map(({ upTo }) => upTo)).toEqual([90_000, 500_000, null]);
  expect(measureBy(sales, 'new_customers').bands).toEqual(newPlan.bands);
  const tight = {
    ...sales,
    bands: [
      { upTo: 100, rateBps: 1 },
      { upTo: 200, rateBps: 2 },
      { upTo: null, rateBps: 3 },
    ],
  };
  expect(measureBy(tight, 'orders').bands.map(({ upTo }) => upTo)).toEqual([1, 2, null]);
});

import { expect, test } from 'vitest';

import { reasonKey, reasonValues } from './line-reason.ts';

test('a reason is told in money, percent and bands counted from one', () => {
  expect(
    reasonValues(
      { base_minor: 10_000, rate_bps: 800, target_minor: 800, before_minor: 500, band: 1, measured: 12 },
      'CNY',
      'en',
    ),
  ).toEqual({ base: '¥100.00', rate: '8%', target: '¥8.00', before: '¥5.00', band: 2, measured: '12' });
});

test('sales are counted in money', () => {
  expect(reasonValues({ measure: 'net_sales', measured: 123_456 }, 'CNY', 'en').measured).toBe('¥1,234.56');
});

test('an order refunded whole is told without base and rate', () => {
  expect(reasonKey({ code: 'commission_changed', base_minor: 0 })).toBe('commission_reversed');
  expect(reasonKey({ code: 'commission_changed', base_minor: 5_000 })).toBe('commission_changed');
  expect(reasonKey({ code: 'commission_confirmed', base_minor: 0 })).toBe('commission_confirmed');
});

test('what a reason does not say is a dash, never a wrong number', () => {
  expect(reasonValues({ base_minor: 'much' }, 'CNY', 'en')).toMatchObject({ base: '—', rate: '—', measured: '—' });
});

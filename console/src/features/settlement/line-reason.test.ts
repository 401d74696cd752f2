import { expect, test } from 'vitest';

import { reasonValues } from './line-reason.ts';

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

test('what a reason does not say is a dash, never a wrong number', () => {
  expect(reasonValues({ base_minor: 'much' }, 'CNY', 'en')).toMatchObject({ base: '—', rate: '—', measured: '—' });
});

import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';

import { startI18n } from '../../i18n/index.ts';
import { offerText, worstCostFen } from './coupon-text.ts';

beforeAll(() => startI18n('en'));

const offer = (terms: Parameters<typeof offerText>[1]) => offerText(i18next.t, terms, 'en');

test('steps are told in their order, without a threshold where there is none', () => {
  const steps = [
    { thresholdFen: 10_000, offFen: 2_000 },
    { thresholdFen: 20_000, offFen: 5_050 },
  ];
  expect(offer({ kind: 'amount_off', rule: { steps } })).toBe('¥20 off from ¥100; ¥50.50 off from ¥200');
  expect(offer({ kind: 'amount_off', rule: { steps: [{ thresholdFen: 0, offFen: 500 }] } })).toBe('¥5 off');
});

test('a percentage names its threshold and its cap', () => {
  expect(offer({ kind: 'percent_off', rule: { thresholdFen: 10_000, offBps: 1_500, capFen: 3_000 } })).toBe(
    '15% off; from ¥100; at most ¥30',
  );
  expect(offer({ kind: 'percent_off', rule: { thresholdFen: 0, offBps: 1_000, capFen: null } })).toBe('10% off');
});

test('the dearest a coupon can get is its highest step or its cap', () => {
  expect(
    worstCostFen({
      rule: {
        steps: [
          { thresholdFen: 1, offFen: 1 },
          { thresholdFen: 9, offFen: 7 },
        ],
      },
    }),
  ).toBe(7);
  expect(worstCostFen({ rule: { thresholdFen: 0, offBps: 1_000, capFen: null } })).toBeNull();
});

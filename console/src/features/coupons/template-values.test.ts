import { CouponTerms } from '@shuke/server/contracts/coupons';
import { expect, test } from 'vitest';

import type { Template } from './coupon-text.ts';
import { toTerms, toValues } from './template-values.ts';
import type { TemplateValues } from './template-values.ts';

const filled = { ...toValues(null), name: 'Autumn' } as TemplateValues;

test('a new form, named, is a coupon the server takes', () => {
  expect(CouponTerms.parse(toTerms(filled))).toMatchObject({
    kind: 'amount_off',
    rule: { steps: [{ thresholdFen: 10_000, offFen: 1_000 }] },
    validity: { days: 30 },
  });
});

test('ten percent off is 1,000 basis points', () => {
  const terms = CouponTerms.parse(toTerms({ ...filled, kind: 'percent_off', percentOff: 10, capFen: 5_000 }));
  expect(terms.rule).toEqual({ thresholdFen: 0, offBps: 1_000, capFen: 5_000 });
});

test('what the server stored comes back through the form unchanged', () => {
  const stored = JSON.parse(
    JSON.stringify(
      CouponTerms.parse({
        kind: 'percent_off',
        name: 'Spring',
        rule: { thresholdFen: 9_900, offBps: 1_250, capFen: 2_000 },
        validity: { from: '2026-03-01T00:00:00.000Z', until: '2026-04-01T00:00:00.000Z' },
        claim: { from: null, until: '2026-03-20T00:00:00.000Z' },
        scope: { channels: ['mall'], storeIds: [3] },
        cap: 500,
        budgetFen: 1_000_000,
      }),
    ),
  ) as Template['terms'];
  const again = toTerms(toValues({ terms: stored } as Template) as TemplateValues);
  expect(JSON.parse(JSON.stringify(CouponTerms.parse(again)))).toEqual(stored);
});

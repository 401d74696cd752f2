import { expect, test } from 'vitest';

import { daysUntil, isDay, monthsOf } from './period.ts';

test('thirty days include both ends, across a leap day', () => {
  expect(daysUntil('2028-03-01', 30)).toEqual({ fromOn: '2028-02-01', untilOn: '2028-03-01' });
});

test('the month before January is December of the year before', () => {
  expect(monthsOf('2026-01-09')).toEqual({
    thisMonth: { fromOn: '2026-01-01', untilOn: '2026-01-09' },
    lastMonth: { fromOn: '2025-12-01', untilOn: '2025-12-31' },
  });
});

test('only days of the calendar are days', () => {
  expect(['2026-11-24', '2026-13-01', '26-1-1', null].map((text) => isDay(text))).toEqual([true, false, false, false]);
});

import { expect, test } from 'vitest';

import { localDayEnd, localDayStart, localInstant } from './local-day.ts';

test('a day of the brand’s zone is asked for in instants', () => {
  expect(localDayStart('2026-11-24', 'Asia/Shanghai')).toBe('2026-11-23T16:00:00.000Z');
  expect(localDayEnd('2026-11-24', 'Asia/Shanghai')).toBe('2026-11-24T16:00:00.000Z');
  expect(localDayStart('2026-11-24', 'America/New_York')).toBe('2026-11-24T05:00:00.000Z');
});

const hours = (day: string) =>
  (Date.parse(localDayEnd(day, 'Europe/London')) - Date.parse(localDayStart(day, 'Europe/London'))) / 3_600_000;

test('days of clock changes have 23 and 25 hours', () => {
  expect(hours('2026-03-29')).toBe(23);
  expect(hours('2026-10-25')).toBe(25);
  expect(hours('2026-10-26')).toBe(24);
});

test('a time on the wall of the brand’s zone is an instant, on both sides of a clock change', () => {
  expect(localInstant('2026-11-24T09:05:00', 'Asia/Shanghai')).toBe('2026-11-24T01:05:00.000Z');
  expect(localInstant('2026-03-29T00:30:00', 'Europe/London')).toBe('2026-03-29T00:30:00.000Z');
  expect(localInstant('2026-03-29T12:00:00', 'Europe/London')).toBe('2026-03-29T11:00:00.000Z');
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { instantOf, localTime } from './local-time.ts';

describe('a local time', () => {
  test.each([
    ['Asia/Shanghai', '2026-11-25', 480, '2026-11-25T00:00:00.000Z'],
    ['Europe/London', '2026-07-01', 480, '2026-07-01T07:00:00.000Z'],
    ['Europe/London', '2026-12-01', 480, '2026-12-01T08:00:00.000Z'],
    // Clocks go forward at 01:00 on 29 March: 01:30 is left out.
    ['Europe/London', '2026-03-29', 90, '2026-03-29T01:30:00.000Z'],
    ['Europe/London', '2026-03-29', 480, '2026-03-29T07:00:00.000Z'],
    // Clocks go back at 02:00 on 25 October: 01:30 comes twice, the first counts.
    ['Europe/London', '2026-10-25', 90, '2026-10-25T00:30:00.000Z'],
    ['America/New_York', '2026-03-08', 480, '2026-03-08T12:00:00.000Z'],
    ['America/New_York', '2026-11-01', 480, '2026-11-01T13:00:00.000Z'],
    // Half an hour of summer time, and a zone of three quarters of an hour.
    ['Australia/Lord_Howe', '2026-10-04', 480, '2026-10-03T21:00:00.000Z'],
    ['Asia/Kathmandu', '2026-01-01', 0, '2025-12-31T18:15:00.000Z'],
  ])('in %s on %s at minute %i is %s', (zone, on, minutes, instant) => {
    expect(instantOf({ on, minutes }, zone).toISOString()).toBe(instant);
  });

  test('read from a clock and put back gives the same minute, or the first of its kind', () => {
    const zones = ['Asia/Shanghai', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'America/St_Johns'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(2020, 0) / 60_000, max: Date.UTC(2035, 0) / 60_000 }),
        (zone, minute) => {
          const at = new Date(minute * 60_000);
          const again = instantOf(localTime(at, zone), zone);
          expect(localTime(again, zone)).toEqual(localTime(at, zone));
          expect(at.getTime() - again.getTime()).toBeGreaterThanOrEqual(0);
          expect(at.getTime() - again.getTime()).toBeLessThanOrEqual(3_600_000);
        },
      ),
    );
  });
});

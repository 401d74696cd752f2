import fc from 'fast-check';
import { expect, test } from 'vitest';

import { openAllowances } from './rate-limit.ts';

const source = { sourceId: 1, eventsPerS: 100 };

test('ten seconds of events may come at once, then only as many as flow in', () => {
  let now = 0;
  const take = openAllowances(() => now);
  take(source, 1_000);
  expect(() => take(source, 50)).toThrow(/Try again in 1 seconds/);
  now = 500;
  take(source, 50);
  expect(() => take(source, 1)).toThrow(/Try again/);
  take({ sourceId: 2, eventsPerS: 1 }, 5);
});

test('over any time no more passes than the rate, the burst and one request', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: 2_500 })), { maxLength: 200 }),
      (steps) => {
        let now = 0;
        let passed = 0;
        const take = openAllowances(() => now);
        for (const [waitMs, events] of steps) {
          now += waitMs;
          try {
            take(source, events);
            passed += events;
          } catch {
            continue;
          }
        }
        expect(passed).toBeLessThanOrEqual((now / 1_000) * 100 + 1_000 + 2_500);
      },
    ),
  );
});

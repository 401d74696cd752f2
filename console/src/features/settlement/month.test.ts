import { expect, test } from 'vitest';

import { monthBefore, monthOf } from './month.ts';

test('the month before January is December of the year before; long months before short ones too', () => {
  expect(monthOf('2026-03-31')).toBe('2026-03-01');
  expect(monthBefore('2026-01-15')).toBe('2025-12-01');
  expect(monthBefore('2026-03-31')).toBe('2026-02-01');
});

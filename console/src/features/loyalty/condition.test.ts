import { expect, test } from 'vitest';

import { conditionOfKind } from './condition.ts';
import type { Condition } from './condition.ts';

const spend: Condition = { kind: 'spend', atLeastMinor: 500_000, window: { kind: 'days', days: 90 } };

test('another kind keeps window and amount', () => {
  expect(conditionOfKind('single_order', spend)).toEqual({ ...spend, kind: 'single_order' });
  expect(conditionOfKind('orders', spend)).toEqual({ kind: 'orders', atLeast: 3, window: { kind: 'days', days: 90 } });
});

test('a leaf becomes the first of a group, and a group changes its joint without losing its parts', () => {
  const group = conditionOfKind('any', spend);
  expect(group).toEqual({ kind: 'any', conditions: [spend] });
  expect(conditionOfKind('all', group)).toEqual({ kind: 'all', conditions: [spend] });
});

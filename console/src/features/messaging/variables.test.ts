import { expect, test } from 'vitest';

import { fillIn, variablesIn } from './variables.ts';

test('gaps are found once, in their order, over all texts', () => {
  expect(variablesIn('Hi {{name}}', '{{ order_no }} for {{name}}')).toEqual(['name', 'order_no']);
});

test('a gap without a value stays to be seen', () => {
  expect(fillIn('Hi {{name}}, {{ what }}', { name: 'Li' })).toBe('Hi Li, {{ what }}');
});

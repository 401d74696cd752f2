import { expect, test } from 'vitest';

import { customerNosIn } from './customer-nos.ts';

test.each([
  ['#12, #15；#12', ['12', '15']],
  ['12\n15 19', ['12', '15', '19']],
  ['#7 #8', ['7', '8']],
])('%j is a list of customer numbers', (text, numbers) => {
  expect(customerNosIn(text)).toEqual(numbers);
});

test.each(['#12', '12', '138 1234 5678', '+86 138-1234-5678', 'Li Lei', '#12, Li'])('%j is none', (text) => {
  expect(customerNosIn(text)).toEqual([]);
});

import { expect, test } from 'vitest';

import { matches } from './palette-match.ts';

test.each([
  ['Import orders', 'import', true],
  ['Import orders', 'ord imp', true],
  ['Import orders', 'io', true],
  ['Import orders', 'coupon', false],
  ['Import orders', '', true],
  ['\u5ba2\u6237\u5217\u8868', '\u5217\u8868', true],
  ['\u5ba2\u6237\u5217\u8868', '\u8ba2\u5355', false],
])('%s is found by “%s”: %s', (text, query, expected) => {
  expect(matches(text, query)).toBe(expected);
});

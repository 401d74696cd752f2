import { expect, test } from 'vitest';

import { searchQuery, searchTokens } from './search-words.ts';

const finds = (typed: string, title: string, synonyms: readonly (readonly string[])[] = []) => {
  const { tokens, minHits } = searchQuery(typed, synonyms);
  const own = new Set(searchTokens(title));
  return tokens.filter((token) => own.has(token)).length >= minHits;
};

test.each([
  ['杯', '陶瓷马克杯 350ml', true],
  ['马克杯', '陶瓷马克杯 350ml', true],
  ['马克杯子', '陶瓷马克杯 350ml', true],
  ['350ML', '陶瓷马克杯 350ml', true],
  ['ＭＵＧ', 'Ceramic mug', true],
  ['cermic', 'Ceramic mug', true],
  ['沙发', '陶瓷马克杯', false],
  ['杯马', '陶瓷马克杯', false],
  ['iphone壳', 'iPhone手机壳', true],
])('“%s” finds “%s”: %s', (typed, title, found) => {
  expect(finds(typed, title)).toBe(found);
});

test('a synonym finds what is called otherwise', () => {
  expect(finds('土豆', '云南马铃薯 5 斤')).toBe(false);
  expect(finds('土豆', '云南马铃薯 5 斤', [['土豆', '马铃薯', '洋芋']])).toBe(true);
});

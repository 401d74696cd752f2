import { expect, test } from 'vitest';

import en from './i18n/en.json';
import zh from './i18n/zh-CN.json';
import { signalsOf } from './signals.ts';

const now = new Date('2026-11-24T00:00:00Z');
const names = (ordersCount: number, lastOrderAt: string | null) =>
  signalsOf({ ordersCount, lastOrderAt }, now).map(({ signal }) => signal);

test.each([
  ['nobody ordered', 0, null, ['new']],
  ['bought two weeks ago', 1, '2026-11-10T00:00:00Z', ['recent']],
  ['bought 61 days ago', 2, '2026-09-24T00:00:00Z', ['sleeping']],
  ['a regular who bought yesterday', 6, '2026-11-23T00:00:00Z', ['recent', 'loyal']],
  ['in between', 2, '2026-10-20T00:00:00Z', ['loyal']],
])('%s', (_what, orders, last, expected) => {
  expect(names(orders, last)).toEqual(expected);
});

test('both languages have the same keys', () => {
  const keys = (value: object, path = ''): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'object' && inner !== null ? keys(inner as object, `${path}${key}.`) : [`${path}${key}`],
    );
  expect(keys(en).toSorted()).toEqual(keys(zh).toSorted());
});

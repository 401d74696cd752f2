import { expect, test } from 'vitest';

import { visibleRows } from './trace-rows.ts';

const link = (traceId: string, children = 0) => ({ traceId, children });
const keys = (rows: readonly { key: string; level: number }[]) =>
  rows.map(({ key, level }) => `${'-'.repeat(level)}${key}`);

test('a closed link hides what is below it, an open one shows it in place', () => {
  const loaded = new Map([['a', { traces: [link('b', 1), link('c')], hasMore: false }]]);
  expect(keys(visibleRows([link('a', 2), link('z')], new Set(), loaded))).toEqual(['a', 'z']);
  expect(keys(visibleRows([link('a', 2), link('z')], new Set(['a']), loaded))).toEqual(['a', '-b', '-c', 'z']);
});

test('links still to load stand at the end of theirs, with how many are left', () => {
  const rows = visibleRows([link('a', 120)], new Set(['a']), new Map([['a', { traces: [link('b')], hasMore: true }]]));
  expect(rows.at(-1)).toMatchObject({ kind: 'more', level: 1, parentId: 'a', left: 119 });
});

test('an open link of a closed one is not shown, and comes back with it', () => {
  const loaded = new Map([
    ['a', { traces: [link('b', 1)], hasMore: false }],
    ['b', { traces: [link('c')], hasMore: false }],
  ]);
  expect(keys(visibleRows([link('a', 1)], new Set(['b']), loaded))).toEqual(['a']);
  expect(keys(visibleRows([link('a', 1)], new Set(['a', 'b']), loaded))).toEqual(['a', '-b', '--c']);
});

import { expect, test } from 'vitest';

import { blockProblem, changedFields, newBlock, rebase } from './settings-changes.ts';
import type { Settings } from './settings-changes.ts';

const base: Settings = {
  theme: { primary: '#1f6f5c', accent: '#e2725b', background: '#f7f5f1', radius: 12, logoFileId: null, slogan: '' },
  blocks: [newBlock('categories')],
  freight: { baseFen: 1_000, freeFromFen: 9_900 },
  unpaidMinutes: 30,
  receiptDays: 10,
  afterSalesDays: 15,
  service: { phone: '', hours: '' },
};

test('what was typed survives what somebody else saved, and their other changes come in', () => {
  const mine = { ...base, unpaidMinutes: 60, theme: { ...base.theme, slogan: 'Hello' } };
  const theirs = { ...base, receiptDays: 7, theme: { ...base.theme, radius: 4 }, blocks: [newBlock('text')] };
  expect(rebase(base, mine, theirs)).toEqual({
    ...base,
    unpaidMinutes: 60,
    receiptDays: 7,
    theme: { ...base.theme, slogan: 'Hello', radius: 4 },
    blocks: [newBlock('text')],
  });
});

test('a field both changed stays as typed here', () => {
  const mine = { ...base, freight: { ...base.freight, baseFen: 800 } };
  const theirs = { ...base, freight: { baseFen: 1_200, freeFromFen: null } };
  expect(rebase(base, mine, theirs).freight).toEqual({ baseFen: 800, freeFromFen: null });
});

test('each field is told apart, the blocks as one', () => {
  expect(changedFields(base, base)).toEqual([]);
  const other = { ...base, blocks: [], service: { phone: '400', hours: '' }, freight: { baseFen: 0, freeFromFen: 1 } };
  expect(changedFields(base, other)).toEqual(['blocks', 'baseFen', 'freeFromFen', 'phone']);
});

test('a banner without its picture and a grid of nothing cannot be saved', () => {
  expect(blockProblem(newBlock('banner'))).toBe('picture');
  const grid = { kind: 'product_grid', title: '', link: '', limit: 6 } as const;
  expect(blockProblem({ ...grid, source: { by: 'picked', productIds: [] } })).toBe('products');
  expect(blockProblem({ ...grid, source: { by: 'category', categoryId: '' } })).toBe('category');
  expect(blockProblem(newBlock('product_grid'))).toBe(null);
});

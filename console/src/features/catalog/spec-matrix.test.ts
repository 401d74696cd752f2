import { expect, test } from 'vitest';

import { skuMatrix, specsOf } from './spec-matrix.ts';
import type { SkuDraft } from './spec-matrix.ts';

const sku = (code: string, spec: Record<string, string>, salePriceFen: number): SkuDraft => ({
  code,
  spec,
  listPriceFen: salePriceFen,
  salePriceFen,
});

test('every combination is one SKU; known ones keep code and price, new ones get a free code', () => {
  const before = [sku('T-1', { colour: 'red', size: 'S' }, 990), sku('T-3', { colour: 'red', size: 'M' }, 1_190)];
  const matrix = skuMatrix(
    [
      { name: 'colour', values: ['red', 'blue'] },
      { name: 'size', values: ['S', 'M'] },
    ],
    before,
    'T',
  );
  expect(matrix.map(({ code, salePriceFen }) => [code, salePriceFen])).toEqual([
    ['T-1', 990],
    ['T-3', 1_190],
    ['T-2', 990],
    ['T-4', 990],
  ]);
});

test('a product without specs has one SKU', () => {
  expect(skuMatrix([{ name: '', values: [] }], [sku('T', {}, 500)], 'T')).toMatchObject([{ code: 'T', spec: {} }]);
  expect(skuMatrix([], [], 'T')).toMatchObject([{ code: 'T-1', spec: {} }]);
});

test('the specs of existing SKUs are read back in their order', () => {
  expect(
    specsOf(['size'], [sku('a', { size: 'M' }, 1), sku('b', { size: 'S' }, 1), sku('c', { size: 'M' }, 1)]),
  ).toEqual([{ name: 'size', values: ['M', 'S'] }]);
});

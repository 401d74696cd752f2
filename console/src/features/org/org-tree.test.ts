import { expect, test } from 'vitest';

import { findNode, orgNodes } from './org-tree.ts';
import type { OrgTree, Store } from './org-tree.ts';

const brand = {
  brandId: 1,
  code: 'b',
  name: 'Brand',
  timezone: 'Asia/Shanghai',
  currency: 'CNY',
  theme: {},
  status: 'active',
} as const;
const store = (storeId: number, regionId: number | null): Store => ({
  storeId,
  regionId,
  brandId: 1,
  kind: 'store',
  code: `S${storeId}`,
  name: `Store ${storeId}`,
  province: '',
  city: '',
  district: '',
  street: '',
  latitude: null,
  longitude: null,
  hours: [],
  capabilities: [],
  status: 'open',
});
const tree: OrgTree = {
  tenant: { tenantId: 1, code: 't', name: 'Company' },
  brands: [brand],
  regions: [
    { regionId: 1, brandId: 1, parentRegionId: null, name: 'East' },
    { regionId: 2, brandId: 1, parentRegionId: 1, name: 'Shanghai' },
  ],
  stores: [store(10, 2), store(2, 2), store(3, 1), store(4, null), store(5, 99)],
};

test('a node reaches every store below it, however deep', () => {
  const root = orgNodes(tree);
  expect(findNode(root, 'region:1')?.node.storeIds.toSorted((a, b) => a - b)).toEqual([2, 3, 10]);
  expect(root.storeIds).toHaveLength(5);
});

test('stores are in the order people count, below the sub-regions', () => {
  const east = findNode(orgNodes(tree), 'region:1')?.node;
  expect(east?.children.map(({ name }) => name)).toEqual(['Shanghai', 'Store 3']);
  expect(east?.children[0]?.children.map(({ name }) => name)).toEqual(['Store 2', 'Store 10']);
});

test('a store of a region out of sight still stands under its brand', () => {
  expect(findNode(orgNodes(tree), 'store:5')?.path).toEqual(['Company', 'Brand', 'Store 5']);
  expect(findNode(orgNodes(tree), 'store:77')).toBeNull();
});

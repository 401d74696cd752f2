import type { readTree } from '@shuke/server/contracts/org';

import type { Reply } from '../../lib/api.ts';

export type OrgTree = Reply<typeof readTree>;
export type Brand = OrgTree['brands'][number];
export type Region = OrgTree['regions'][number];
export type Store = OrgTree['stores'][number];

export type NodeKind = 'tenant' | 'brand' | 'region' | 'store';

/** A node of the organisation with everything below it. */
export interface OrgNode {
  readonly kind: NodeKind;
  /** 0 for the company. */
  readonly id: number;
  /** `region:3`: unique in the tree. */
  readonly key: string;
  readonly name: string;
  readonly storeIds: readonly number[];
  readonly children: readonly OrgNode[];
}

const byName = (one: OrgNode, other: OrgNode) => one.name.localeCompare(other.name, 'zh-CN', { numeric: true });

/** Company → brands → regions → stores; a store or region whose parent is out of sight stands under its brand. */
export function orgNodes(tree: OrgTree): OrgNode {
  const brandIds = new Set(tree.brands.map(({ brandId }) => brandId));
  const regionIds = new Set(tree.regions.map(({ regionId }) => regionId));
  const parentOfRegion = ({ parentRegionId, brandId }: Region) =>
    parentRegionId !== null && regionIds.has(parentRegionId) ? `region:${parentRegionId}` : `brand:${brandId}`;
  const parentOfStore = ({ regionId, brandId }: Store) =>
    regionId !== null && regionIds.has(regionId) ? `region:${regionId}` : `brand:${brandId}`;
  const regionsOf = Map.groupBy(tree.regions, parentOfRegion);
  const storesOf = Map.groupBy(tree.stores, parentOfStore);
  const below = (key: string): OrgNode[] => [
    ...(regionsOf.get(key) ?? [])
      .map(({ regionId, name }) => inner('region', regionId, name, below(`region:${regionId}`)))
      .toSorted(byName),
    ...(storesOf.get(key) ?? []).map(({ storeId, name }) => leaf(storeId, name)).toSorted(byName),
  ];
  const brands = tree.brands.map(({ brandId, name }) => inner('brand', brandId, name, below(`brand:${brandId}`)));
  const orphans = tree.stores
    .filter(({ brandId }) => !brandIds.has(brandId))
    .map(({ storeId, name }) => leaf(storeId, name));
  return inner('tenant', 0, tree.tenant.name, [...brands, ...orphans]);
}

function leaf(storeId: number, name: string): OrgNode {
  return { kind: 'store', id: storeId, key: `store:${storeId}`, name, storeIds: [storeId], children: [] };
}

function inner(kind: NodeKind, id: number, name: string, children: readonly OrgNode[]): OrgNode {
  return { kind, id, key: `${kind}:${id}`, name, storeIds: children.flatMap(({ storeIds }) => storeIds), children };
}

/** The node with a key, and the names on the way to it. */
export function findNode(root: OrgNode, key: string): { node: OrgNode; path: readonly string[] } | null {
  if (root.key === key) return { node: root, path: [root.name] };
  for (const child of root.children) {
    const found = findNode(child, key);
    if (found) return { node: found.node, path: [root.name, ...found.path] };
  }
  return null;
}

import type { listCategories } from '@shuke/server/contracts/catalog';

import type { Reply } from '../../lib/api.ts';

export type Category = Reply<typeof listCategories>['items'][number];

export interface CategoryNode extends Category {
  readonly children: readonly CategoryNode[];
}

/** Categories as a tree, in their positions; one whose parent is gone stands at the top. */
export function categoryTree(categories: readonly Category[]): CategoryNode[] {
  const known = new Set(categories.map(({ categoryId }) => categoryId));
  const byParent = Map.groupBy(categories, ({ parentId }) =>
    parentId !== null && known.has(parentId) ? parentId : '',
  );
  const below = (parentId: string): CategoryNode[] =>
    (byParent.get(parentId) ?? [])
      .toSorted((one, other) => one.position - other.position)
      .map((category) => ({ ...category, children: below(category.categoryId) }));
  return below('');
}

interface Choice {
  readonly value: string;
  readonly title: string;
  readonly children: Choice[];
}

/** The tree for a select; `without` and what is below it are left out (a category cannot move into itself). */
export function categoryChoices(categories: readonly Category[], without = ''): Choice[] {
  const choices = (nodes: readonly CategoryNode[]): Choice[] =>
    nodes
      .filter(({ categoryId }) => categoryId !== without)
      .map((node) => ({ value: node.categoryId, title: node.name, children: choices(node.children) }));
  return choices(categoryTree(categories));
}

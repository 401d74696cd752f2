import { readTree } from '@shuke/server/contracts/org';
import { useMemo } from 'react';

import { useRead } from '../../lib/query.ts';
import { useCan, useSession } from '../../lib/session.ts';
import { orgNodes } from './org-tree.ts';
import type { NodeKind, OrgNode } from './org-tree.ts';

/** The organisation as a tree; null until it is there or when the person may not see it. */
export function useOrgRoot(): OrgNode | null {
  const enabled = useCan('org.read');
  const tree = useRead(readTree, {}, { enabled, everyStore: true, staleMs: 300_000 });
  return useMemo(() => (tree.data === undefined ? null : orgNodes(tree.data)), [tree.data]);
}

/** Names of brands, regions and stores by kind and number. */
export function useNodeNames(): (kind: NodeKind, id: number) => string {
  const root = useOrgRoot();
  const { tenant } = useSession();
  const names = useMemo(() => {
    const found = new Map<string, string>();
    const visit = (node: OrgNode) => {
      found.set(node.key, node.name);
      for (const child of node.children) visit(child);
    };
    if (root) visit(root);
    return found;
  }, [root]);
  return (kind, id) => (kind === 'tenant' ? tenant.name : (names.get(`${kind}:${id}`) ?? `#${id}`));
}

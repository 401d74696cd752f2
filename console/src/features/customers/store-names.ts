import { readTree } from '@shuke/server/contracts/org';
import { useMemo } from 'react';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';

/** Names of the stores the person may see. */
export function useStoreNames(): ReadonlyMap<number, string> {
  const enabled = useCan('org.read');
  const tree = useRead(readTree, {}, { enabled, everyStore: true, staleMs: 300_000 });
  return useMemo(() => new Map((tree.data?.stores ?? []).map(({ storeId, name }) => [storeId, name])), [tree.data]);
}

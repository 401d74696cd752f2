import { readTree } from '@shuke/server/contracts/org';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';

interface Choice {
  readonly value: number;
  readonly title: string;
  readonly children: Choice[];
}

/** The regions as a tree for a select, and their names. */
export function useRegionChoices(): { choices: Choice[]; names: ReadonlyMap<number, string> } {
  const enabled = useCan('org.read');
  const tree = useRead(readTree, {}, { enabled, everyStore: true, staleMs: 300_000 });
  const regions = tree.data?.regions ?? [];
  const below = (parent: number | null): Choice[] =>
    regions
      .filter(({ parentRegionId }) => parentRegionId === parent)
      .map(({ regionId, name }) => ({ value: regionId, title: name, children: below(regionId) }));
  return { choices: below(null), names: new Map(regions.map(({ regionId, name }) => [regionId, name])) };
}

import { useMemo } from 'react';

import { sections } from '../lib/feature.ts';
import type { NavigationEntry, Section } from '../lib/feature.ts';
import { useSession } from '../lib/session.ts';
import { features } from './features.ts';

export interface NavigationSection {
  readonly section: Section;
  readonly entries: readonly NavigationEntry[];
}

/** The sections and pages this person may open, in the order of the loop; a section without pages is not shown. */
export function useNavigation(): readonly NavigationSection[] {
  const { permissions } = useSession();
  return useMemo(
    () =>
      sections
        .map((section) => ({
          section,
          entries: features
            .flatMap((feature) => feature.navigation)
            .filter(
              (entry) => entry.section === section && (entry.permission === null || permissions.has(entry.permission)),
            )
            .toSorted((one, other) => one.order - other.order),
        }))
        .filter(({ entries }) => entries.length > 0),
    [permissions],
  );
}

/** The entry whose page is on screen: the longest path the address starts with. */
export function activeEntry(navigation: readonly NavigationSection[], pathname: string): NavigationEntry | null {
  const inside = (entry: NavigationEntry) => pathname === `/${entry.path}` || pathname.startsWith(`/${entry.path}/`);
  return (
    navigation
      .flatMap(({ entries }) => entries)
      .filter(inside)
      .toSorted((one, other) => other.path.length - one.path.length)[0] ?? null
  );
}

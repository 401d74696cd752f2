import { useMemo } from 'react';

import { useUrlState } from '../lib/url-state.ts';

export interface FilterOption {
  readonly value: string;
  readonly label: string;
}

/** One way to narrow a list; its value lives in the page's address under `key` (periods under `keyFrom` and `keyTo`). */
export type Filter =
  | { readonly kind: 'search'; readonly key: string; readonly label: string; readonly placeholder: string }
  | { readonly kind: 'choice'; readonly key: string; readonly label: string; readonly options: readonly FilterOption[] }
  | {
      readonly kind: 'choices';
      readonly key: string;
      readonly label: string;
      readonly options: readonly FilterOption[];
    }
  | { readonly kind: 'period'; readonly key: string; readonly label: string }
  /** Set by a link from elsewhere ("orders of this import"); shown as a chip that can be taken away. */
  | { readonly kind: 'hidden'; readonly key: string; readonly label: string };

export type FilterValues = Readonly<Record<string, string>>;

export interface FilterState {
  readonly values: FilterValues;
  readonly isActive: boolean;
  readonly set: (changes: Record<string, string | null>) => void;
  readonly replaceAll: (values: FilterValues) => void;
  readonly clear: () => void;
}

/** The names a filter writes into the address. */
export function filterKeys(filters: readonly Filter[]): string[] {
  return filters.flatMap((filter) =>
    filter.kind === 'period' ? [`${filter.key}From`, `${filter.key}To`] : [filter.key],
  );
}

/** The values of a page's filters, kept in its address so that a view can be shared and the back button works. */
export function useFilters(filters: readonly Filter[]): FilterState {
  const [search, change] = useUrlState();
  const keys = filterKeys(filters).join(' ');
  const values = useMemo(() => {
    const entries = keys
      .split(' ')
      .map((key) => [key, search.get(key)] as const)
      .filter((entry): entry is readonly [string, string] => entry[1] !== null && entry[1] !== '');
    return Object.fromEntries(entries);
  }, [keys, search]);
  const none = Object.fromEntries(keys.split(' ').map((key) => [key, null]));
  return {
    values,
    isActive: Object.keys(values).length > 0,
    set: (changes) => change(changes, 'push'),
    replaceAll: (next) => change({ ...none, ...next }, 'push'),
    clear: () => change(none, 'push'),
  };
}

import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** Reads and changes the page's query string; an empty value removes its name. The back button undoes what `push` did. */
export function useUrlState(): [
  URLSearchParams,
  (changes: Record<string, string | null>, mode?: 'push' | 'replace') => void,
] {
  const [search, setSearch] = useSearchParams();
  const change = useCallback(
    (changes: Record<string, string | null>, mode: 'push' | 'replace' = 'replace') => {
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === '') after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: mode === 'replace' },
      );
    },
    [setSearch],
  );
  return [search, change];
}

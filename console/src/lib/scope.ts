import { useStoredJson, readStored } from './stored.ts';

/** The part of the organisation a person chose to look at; the server narrows every list, count and figure to it. */
export interface ChosenScope {
  /** `brand:1`, `region:3`, `store:12`. */
  readonly node: string;
  readonly name: string;
  readonly storeIds: readonly number[];
}

function isChosenScope(value: unknown): value is ChosenScope {
  return (
    typeof value === 'object' &&
    value !== null &&
    'node' in value &&
    'name' in value &&
    'storeIds' in value &&
    Array.isArray(value.storeIds) &&
    value.storeIds.every((storeId) => Number.isInteger(storeId))
  );
}

const key = 'scope';

/** The chosen part of the organisation; null is everything the person may see. */
export function useChosenScope(): [ChosenScope | null, (scope: ChosenScope | null) => void] {
  const [scope, choose] = useStoredJson<ChosenScope | null>(key, isChosenScope, null);
  return [scope, choose];
}

/** The header that narrows a call to the chosen stores. */
export function scopeHeaders(): Record<string, string> {
  const text = readStored(key);
  if (text === null) return {};
  try {
    const scope: unknown = JSON.parse(text);
    return isChosenScope(scope) ? { 'x-stores': scope.storeIds.join(',') } : {};
  } catch {
    return {}; // Not written by us: everything is shown, as without a choice.
  }
}

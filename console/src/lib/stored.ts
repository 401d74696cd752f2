import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** Reads a preference kept in this browser; null when absent or when storage is closed to us (private windows). */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(`shuke.${key}`);
  } catch {
    return null;
  }
}

/** Keeps a preference in this browser; null removes it. Without storage it lasts until the page is closed. */
export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`shuke.${key}`);
    else localStorage.setItem(`shuke.${key}`, value);
  } catch {
    // A private window refuses storage; the preference is a convenience only.
  }
  for (const listener of listeners) listener();
}

/** A preference of this browser that every component reading it follows, across tabs too. */
export function useStored(key: string): [string | null, (value: string | null) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => readStored(key),
    () => null,
  );
  return [value, (next) => writeStored(key, next)];
}

/** A stored JSON value; anything that does not pass `accepts` counts as absent. */
export function useStoredJson<T>(
  key: string,
  accepts: (value: unknown) => value is T,
  fallback: T,
): [T, (value: T | null) => void] {
  const [text, write] = useStored(key);
  return [parseStored(text, accepts) ?? fallback, (value) => write(value === null ? null : JSON.stringify(value))];
}

function parseStored<T>(text: string | null, accepts: (value: unknown) => value is T): T | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return accepts(value) ? value : null;
  } catch {
    return null; // Written by an older version of the console.
  }
}

/** Type guard for lists of strings, the commonest stored value. */
export function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

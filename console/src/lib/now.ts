import { useSyncExternalStore } from 'react';

let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = new Date();
    for (const tell of listeners) tell();
  }, 30_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The present to half a minute, so that "5 minutes ago" grows older while the page is open. */
export function useNow(): Date {
  return useSyncExternalStore(
    subscribe,
    () => {
      // A page opened long after the last reader left must not start in the past.
      if (timer === undefined && Date.now() - now.getTime() > 30_000) now = new Date();
      return now;
    },
    () => now,
  );
}

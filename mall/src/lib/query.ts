import { useEffect, useRef, useState } from 'react';

import { ApiError } from '../api/client.ts';
import { isFresh } from './freshness.ts';
import { reportBug } from './report.ts';
import { createStore, useStore } from './store.ts';
import type { Store } from './store.ts';

interface Held<T> {
  /** Milliseconds since 1970 of the last answer. */
  readonly at?: number;
  readonly data: T | undefined;
  readonly error: ApiError | null;
  readonly isLoading: boolean;
}
const held = new Map<string, Store<Held<unknown>>>();

function storeOf<T>(key: string): Store<Held<T>> {
  let store = held.get(key);
  if (!store) {
    store = createStore<Held<unknown>>({ data: undefined, error: null, isLoading: false });
    held.set(key, store);
  }
  return store as Store<Held<T>>;
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  reportBug(error);
  return new ApiError('internal', 0, String(error), {});
}

/** Counts who asks: it moves on whenever somebody signs in or out. */
const generation = createStore(0);
const underway = new Map<string, Promise<void>>();

/** Asks for an answer, once at a time: who asks meanwhile shares it, unless somebody else has signed in since. */
export function readQuery<T>(key: string, read: () => Promise<T>, asker = generation.get()): Promise<void> {
  const question = `${asker} ${key}`;
  const running = underway.get(question) ?? load(key, read, asker).finally(() => underway.delete(question));
  underway.set(question, running);
  return running;
}

async function load<T>(key: string, read: () => Promise<T>, asker: number): Promise<void> {
  const store = storeOf<T>(key);
  // An answer that comes after its asker has left would show one person's data to the next.
  const keep = (answer: (before: Held<T>) => Held<T>): void => {
    if (asker === generation.get()) store.set(answer);
  };
  keep((before) => ({ ...before, isLoading: true }));
  try {
    const data = await read();
    keep(() => ({ data, error: null, isLoading: false, at: Date.now() }));
  } catch (error) {
    const problem = asApiError(error);
    keep((before) => ({ ...before, error: problem, isLoading: false }));
  }
}

/** Puts a fresh answer where pages look for it. */
export function putQuery(key: string, data: unknown): void {
  storeOf<unknown>(key).set({ data, error: null, isLoading: false, at: Date.now() });
}

/** Forgets answers that depend on who asks, after signing in or out; pages on screen ask again. */
export function dropQueries(): void {
  for (const [key, store] of held) if (key !== 'shop') store.set({ data: undefined, error: null, isLoading: false });
  generation.set((before) => before + 1);
}

/** Shows the last answer at once and asks again; a null key asks nothing. */
export function useQuery<T>(key: string | null, read: () => Promise<T>): Held<T> & { reload: () => Promise<void> } {
  const state = useStore(storeOf<T>(key ?? ''));
  const asker = useStore(generation);
  // `read` is a new function on every render; its key says what it reads.
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  useEffect(() => {
    if (key === null || isFresh(storeOf<T>(key).get().at)) return;
    void readQuery(key, latest.current, asker);
  }, [key, asker]);
  const reload = (): Promise<void> => (key === null ? Promise.resolve() : load(key, read, generation.get()));
  return { ...state, isLoading: key !== null && state.data === undefined && state.error === null, reload };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}
interface Pages<T> {
  readonly items: readonly T[] | undefined;
  readonly error: ApiError | null;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => Promise<void>;
}

/** A list that grows downwards. */
export function usePages<T>(key: string, read: (cursor: string | undefined) => Promise<Page<T>>): Pages<T> {
  const first = useQuery(key, () => read(undefined));
  const [rest, setRest] = useState<{ key: string; items: readonly T[]; cursor: string | null } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const own = rest?.key === key ? rest : null;
  const cursor = own ? own.cursor : (first.data?.nextCursor ?? null);
  const readMore = async (): Promise<void> => {
    if (isBusy || cursor === null) return;
    setBusy(true);
    try {
      const page = await read(cursor);
      setRest({ key, items: [...(own?.items ?? []), ...page.items], cursor: page.nextCursor });
      setError(null);
    } catch (problem) {
      setError(asApiError(problem));
    } finally {
      setBusy(false);
    }
  };
  return {
    items: first.data ? [...first.data.items, ...(own?.items ?? [])] : undefined,
    error: first.error ?? error,
    hasMore: cursor !== null,
    more: () => void readMore(),
    reload: async () => {
      setRest(null);
      await first.reload();
    },
  };
}

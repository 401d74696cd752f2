import type { Endpoint } from '@shuke/server/platform/endpoint';
import {
  QueryClient,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { useRef, useState } from 'react';

import { ApiError } from './api-error.ts';
import { addressOf, call } from './api.ts';
import type { CallInput, Reply } from './api.ts';
import { withStepUp } from './step-up.ts';

/** The console's query cache: refusals are final, broken lines are retried twice. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) =>
          failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
      },
      mutations: { retry: false },
    },
  });
}

/** Cache key of an endpoint's answer; everything of one endpoint shares the first element. */
export function queryKeyOf(endpoint: Pick<Endpoint, 'method' | 'path'>, input?: object): readonly unknown[] {
  return [`${endpoint.method} ${endpoint.path}`, input ?? {}];
}

interface ReadOptions<Data> {
  readonly enabled?: boolean;
  /** Asks again after this time, in ms; false stops. */
  readonly refetchEveryMs?: number;
  /** Asks again only while this holds (a job that runs); always when absent. */
  readonly refetchWhile?: (data: Data) => boolean;
  /** Shows the previous answer while the next one loads (filters, paging). */
  readonly keepPrevious?: boolean;
  readonly staleMs?: number;
  /** Asks about everything the person may see, whatever stores they chose. */
  readonly everyStore?: boolean;
}

function intervalOf<Data>(data: Data | undefined, { refetchEveryMs, refetchWhile }: ReadOptions<Data>): number | false {
  if (refetchEveryMs === undefined) return false;
  return data === undefined || refetchWhile === undefined || refetchWhile(data) ? refetchEveryMs : false;
}

/** Reads one endpoint and keeps its answer in the cache. */
export function useRead<E extends Endpoint>(
  endpoint: E,
  input: CallInput<E>,
  options: ReadOptions<Reply<E>> = {},
): UseQueryResult<Reply<E>> {
  return useQuery<Reply<E>>({
    queryKey: queryKeyOf(endpoint, input),
    queryFn: ({ signal }) => call(endpoint, input, { signal, ...(options.everyStore ? { everyStore: true } : {}) }),
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    ...(options.refetchEveryMs === undefined
      ? {}
      : { refetchInterval: (query) => intervalOf(query.state.data, options) }),
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
  });
}

interface WriteOptions<E extends Endpoint> {
  /** Endpoints whose answers this write makes out of date. */
  readonly refreshes?: readonly Pick<Endpoint, 'method' | 'path'>[];
  readonly onDone?: (reply: Reply<E>, input: CallInput<E>) => void;
}

/**
 * Performs a write. Sending the same input again after a failure reuses its idempotency key, so that a person who presses twice
 * on a bad line acts once.
 */
export function useWrite<E extends Endpoint>(
  endpoint: E,
  options: WriteOptions<E> = {},
): UseMutationResult<Reply<E>, Error, CallInput<E>> {
  const client = useQueryClient();
  const attempt = useRef<{ address: string; key: string } | null>(null);
  return useMutation<Reply<E>, Error, CallInput<E>>({
    mutationFn: (input) => {
      const address = `${addressOf(endpoint, input)} ${JSON.stringify((input as { body?: unknown }).body ?? null)}`;
      if (attempt.current?.address !== address) attempt.current = { address, key: crypto.randomUUID() };
      const { key } = attempt.current;
      return withStepUp((idempotencyKey) => call(endpoint, input, { idempotencyKey }), key);
    },
    onError: (error) => {
      // The server heard us and refused: a new try is a new act. Only a lost answer may be asked for again.
      if (error instanceof ApiError && error.status !== 0 && error.status < 500) attempt.current = null;
    },
    onSuccess: async (reply, input) => {
      attempt.current = null;
      options.onDone?.(reply, input);
      await Promise.all(
        (options.refreshes ?? []).map((other) =>
          client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === queryKeyOf(other)[0] }),
        ),
      );
    },
  });
}

/** One page of a list endpoint. */
export interface ListReply<Row> {
  readonly items: readonly Row[];
  readonly nextCursor?: string | number | null | undefined;
  readonly total?: number | null | undefined;
}

/** A list endpoint's rows, page by page. */
export interface List<Row, Page extends ListReply<Row> = ListReply<Row>> {
  readonly rows: readonly Row[];
  /** The page on screen as the server sent it, for figures beside the rows. */
  readonly page: Page | undefined;
  readonly pageIndex: number;
  readonly total: number | null;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly isLoading: boolean;
  /** Older rows are shown while newer ones load. */
  readonly isRefreshing: boolean;
  readonly error: Error | null;
  readonly next: () => void;
  readonly previous: () => void;
  readonly retry: () => void;
}

type RowOf<E extends Endpoint> = Reply<E> extends { readonly items: readonly (infer Row)[] } ? Row : never;

/** Pages through a list endpoint by cursor; a change of filters starts at the first page again. */
export function useList<E extends Endpoint>(
  endpoint: E,
  input: CallInput<E>,
  options: { refetchEveryMs?: number; enabled?: boolean } = {},
): List<RowOf<E>, Reply<E> & ListReply<RowOf<E>>> {
  type Page = Reply<E> & ListReply<RowOf<E>>;
  const queryKey = [...queryKeyOf(endpoint, input), 'pages'];
  const filterKey = JSON.stringify(input);
  const [position, setPosition] = useState({ filterKey, index: 0 });
  const query = useInfiniteQuery({
    queryKey,
    initialPageParam: null as string | number | null,
    queryFn: async ({ pageParam, signal }) => {
      const { query: filters } = input as { query?: object };
      const paged = pageParam === null ? input : { ...input, query: { ...filters, cursor: pageParam } };
      return (await call(endpoint, paged, { signal })) as Page;
    },
    getNextPageParam: (last) => last.nextCursor ?? null,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    ...(options.refetchEveryMs === undefined ? {} : { refetchInterval: options.refetchEveryMs }),
  });
  const pages = query.data?.pages ?? [];
  const index = Math.min(position.filterKey === filterKey ? position.index : 0, Math.max(pages.length - 1, 0));
  const page = pages[index];
  const go = (next: number) => setPosition({ filterKey, index: next });
  return {
    rows: page?.items ?? [],
    page,
    pageIndex: index,
    total: pages[0]?.total ?? null,
    hasNext: index < pages.length - 1 || Boolean(page?.nextCursor),
    hasPrevious: index > 0,
    isLoading: query.isPending && (options.enabled ?? true),
    isRefreshing: query.isPlaceholderData || query.isFetchingNextPage,
    error: query.error,
    next: () => {
      if (index < pages.length - 1) go(index + 1);
      else void query.fetchNextPage().then(({ data }) => go((data?.pages.length ?? 1) - 1));
    },
    previous: () => go(Math.max(index - 1, 0)),
    retry: () => void query.refetch(),
  };
}

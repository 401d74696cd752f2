import type { Endpoint } from '@shuke/server/platform/endpoint';
import type * as z from 'zod';

import { ApiError, readApiError } from './api-error.ts';
import { scopeHeaders } from './scope.ts';

/** A value after its way through JSON: instants are ISO strings. */
export type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

/** What the server answers to an endpoint, as the browser receives it. */
export type Reply<E extends Endpoint> = Json<z.output<E['response']>>;

type Part<Name extends string, S> = S extends z.ZodType
  ? Record<string, never> extends z.input<S>
    ? { readonly [K in Name]?: z.input<S> }
    : { readonly [K in Name]: z.input<S> }
  : { readonly [K in Name]?: undefined };

type Body<S> = S extends z.ZodType ? { readonly body: z.input<S> } : { readonly body?: undefined };

/** What a caller passes: only the parts the endpoint declares. */
export type CallInput<E extends Endpoint> = Part<'params', E['params']> & Part<'query', E['query']> & Body<E['body']>;

interface LooseInput {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Names this write, so that sending it again is not doing it again. A fresh one is made when absent. */
  readonly idempotencyKey?: string;
  /** Asks about everything the person may see, whatever stores they chose. */
  readonly everyStore?: boolean;
}

/** Headers of every call: the stores the person chose to look at. */
export const callHeaders: { current: () => Record<string, string> } = { current: scopeHeaders };

/** Address of an endpoint with its path parameters and query filled in. */
export function addressOf(endpoint: Pick<Endpoint, 'path'>, input: LooseInput = {}): string {
  const params = (input.params ?? {}) as Record<string, unknown>;
  const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === null || value === '') throw new TypeError(`${endpoint.path} needs ${name}`);
    return encodeURIComponent(textOf(value));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((input.query ?? {}) as Record<string, unknown>)) {
    if (value === undefined || value === null || value === '') continue;
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, textOf(item));
  }
  const query = search.toString();
  return query === '' ? path : `${path}?${query}`;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value);
}

/** Calls one endpoint of a module's contract; throws ApiError on any refusal, also when the server cannot be reached. */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: CallInput<E>,
  options: CallOptions = {},
): Promise<Reply<E>> {
  const writes = endpoint.method !== 'GET';
  const { body } = input as LooseInput;
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...(options.everyStore ? {} : callHeaders.current()),
  };
  if (writes) headers['idempotency-key'] = options.idempotencyKey ?? crypto.randomUUID();
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await send(addressOf(endpoint, input), {
    method: endpoint.method,
    headers,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (response.status === 204) return undefined as Reply<E>;
  return (await response.json()) as Reply<E>;
}

/** Sends a request whose answer is not JSON or whose body is a file; the same errors as `call`. */
export async function send(address: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0, code: 'unreachable', message: 'The server cannot be reached.' });
  }
  if (!response.ok) throw await readApiError(response);
  return response;
}

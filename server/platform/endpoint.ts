import type * as z from 'zod';

/** One HTTP operation of a module's contract: the only description the server, the front ends and OpenAPI share. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Fastify path, e.g. `/api/orders/:orderId`. */
  readonly path: string;
  /** A question that is asked with a body: it changes nothing and runs outside of a transaction, like a GET. */
  readonly isRead?: true;
  /** One English sentence for the API reference. */
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
type Input<S> = S extends z.ZodType ? z.input<S> : undefined;

/** What a handler receives: parsed path parameters, query and body. */
export interface EndpointInput<E extends Endpoint> {
  readonly params: Output<E['params']>;
  readonly query: Output<E['query']>;
  readonly body: Output<E['body']>;
}

/** What a caller sends. */
export interface EndpointCall<E extends Endpoint> {
  readonly params: Input<E['params']>;
  readonly query: Input<E['query']>;
  readonly body: Input<E['body']>;
}

/** What the server answers. */
export type EndpointReply<E extends Endpoint> = z.output<E['response']>;

/** Declares one endpoint and keeps its exact types. */
export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition;
}

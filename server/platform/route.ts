import { createHash } from 'node:crypto';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';

import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import type { Tx } from '#platform/database';
import type { Endpoint, EndpointInput } from '#platform/endpoint';
import { defineError, DomainError, InvalidInput, NotPermitted } from '#platform/errors';

/**
 * Who may call an endpoint. `staff` needs the named permission; `customer` a signed-in customer; `shopper` anyone who visits a
 * brand's mall, signed in or not; `public` needs no tenant at all (sign-in, health).
 */
export type Access =
  | { readonly audience: 'staff'; readonly permission: string }
  | { readonly audience: 'customer' | 'shopper' | 'public' };

/** The raw exchange, for cookies, files and redirects; plain endpoints never need it. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** An endpoint as served, for OpenAPI and for the tests that sweep every route. */
export interface ServedEndpoint {
  readonly endpoint: Endpoint;
  readonly access: Access;
}

export const IdempotencyConflict = defineError(
  'idempotency_conflict',
  422,
  () => 'This Idempotency-Key was used before with another request. Use a new key.',
);
export const RequestInProgress = defineError(
  'request_in_progress',
  409,
  () => 'The same request is being processed right now. Retry in a second.',
);

/**
 * Serves one endpoint of a module's contract: checks the permission, parses what comes in, runs the handler in one transaction
 * (a plain read for what only asks), honours Idempotency-Key, and strips from the reply whatever the contract does not name.
 */
export function serve<E extends Endpoint>(
  app: FastifyInstance,
  endpoint: E,
  access: Access,
  handle: (ctx: Context, input: EndpointInput<E>, exchange: Exchange) => Promise<z.input<E['response']>>,
): void {
  app.servedEndpoints.push({ endpoint, access });
  const isRead = endpoint.method === 'GET' || endpoint.isRead === true;
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { access },
    handler: async (request, reply) => {
      const identity = await app.authenticate(request, access);
      if (access.audience === 'staff' && !identity.permissions.has(access.permission)) {
        throw new NotPermitted(access.permission);
      }
      const input = {
        params: parse(endpoint.params, request.params, 'params'),
        query: parse(endpoint.query, request.query, 'query'),
        body: parse(endpoint.body, request.body, 'body'),
      } as EndpointInput<E>;
      const key = idempotencyKey(request);
      const run = async (tx: Tx) => {
        const ctx = app.contextFor(request, identity, tx);
        const perform = async (): Promise<unknown> =>
          endpoint.response.parse(await handle(ctx, input, { request, reply }));
        const answer =
          key !== undefined && !isRead && ctx.tenantId !== 0 ? once(ctx, key, request, perform) : perform();
        return answer.catch(keepTrace);
      };
      const visibility = { tenantId: identity.tenantId === 0 ? null : identity.tenantId, scope: identity.scope };
      const result = isRead
        ? await app.database.read(visibility, run)
        : await app.database.transaction(visibility, run);
      if (result instanceof TracedRefusal) throw result.refusal;
      if (reply.sent) return reply;
      return reply.send(result);
    },
  });
}

/** A refusal on its way out of a transaction that commits. */
class TracedRefusal {
  readonly refusal: DomainError;
  constructor(refusal: DomainError) {
    this.refusal = refusal;
  }
}

function keepTrace(error: unknown): TracedRefusal {
  if (error instanceof DomainError && error.keepsTrace) return new TracedRefusal(error);
  throw error;
}

function parse(schema: z.ZodType | undefined, value: unknown, place: string): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value ?? (place === 'body' ? value : {}));
  if (result.success) return result.data;
  throw new InvalidInput(
    result.error.issues.map((issue) => ({
      path: [place, ...issue.path.map(String)].join('.'),
      message: issue.message,
    })),
  );
}

function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key))) return key;
  throw new InvalidInput([{ path: 'headers.idempotency-key', message: 'must be 1 to 255 visible ASCII characters' }]);
}

interface StoredAnswer {
  request_hash: Buffer;
  status: number | null;
  response: Buffer | null;
}

/** Performs a request once per (tenant, actor, key): a repeat gets the stored answer, another content is refused. */
async function once(
  ctx: Context,
  key: string,
  request: FastifyRequest,
  perform: () => Promise<unknown>,
): Promise<unknown> {
  const identity = [ctx.tenantId, actorRef(ctx.actor), key] as const;
  // Requests hold passwords, answers hold revealed values: keyed and sealed, they are worth nothing to a reader of the table.
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const digest = createHash('sha256')
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest('hex');
  const requestHash = vault.blindIndex('idempotent-request', digest);
  // A concurrent copy waits here until the first commits or rolls back, at most for the lock timeout.
  const inserted = await ctx.tx.execute(
    `insert into platform.idempotency_keys (tenant_id, actor, key, request_hash) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [...identity, requestHash],
  );
  if (inserted === 0) {
    const [stored] = await ctx.tx.query<StoredAnswer>(
      `select request_hash, status, response from platform.idempotency_keys where tenant_id = $1 and actor = $2 and key = $3`,
      identity,
    );
    if (!stored || stored.status === null) throw new RequestInProgress();
    if (!stored.request_hash.equals(requestHash)) throw new IdempotencyConflict();
    return stored.response && (JSON.parse(vault.open(stored.response).toString()) as unknown);
  }
  const response = await perform().catch(async (error: unknown) => {
    if (error instanceof DomainError && error.keepsTrace) {
      await ctx.tx.execute(
        `delete from platform.idempotency_keys where tenant_id = $1 and actor = $2 and key = $3`,
        identity,
      );
    }
    throw error;
  });
  await ctx.tx.execute(
    `update platform.idempotency_keys set status = 200, response = $4 where tenant_id = $1 and actor = $2 and key = $3`,
    [...identity, vault.seal(Buffer.from(JSON.stringify(response ?? null)))],
  );
  return response;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Takes requests from any web page: it authenticates by a key and looks at no cookie. */
    anyOrigin?: boolean;
  }
}

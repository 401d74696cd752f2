import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Actor, Context, DataScope, Locale } from '#platform/context';
import { isConnectionLoss } from '#platform/database';
import type { Database, Tx } from '#platform/database';
import { DomainError, defineError } from '#platform/errors';
import { newId } from '#platform/ids';
import type { Logger } from '#platform/logger';
import type { Access, ServedEndpoint } from '#platform/route';
import type { Services } from '#platform/services';

/** Who a request comes from; `tenantId` 0 means none (public endpoints). */
export interface Identity {
  readonly tenantId: number;
  readonly actor: Actor;
  readonly scope: DataScope;
  readonly permissions: ReadonlySet<string>;
  readonly locale?: Locale | undefined;
}

export type Authenticate = (request: FastifyRequest, access: Access) => Promise<Identity>;

export const CrossSiteRequest = defineError(
  'cross_site_request',
  403,
  () => 'This request came from another site and was refused.',
);

interface HttpOptions {
  readonly database: Database;
  readonly services: Services;
  readonly logger: Logger;
  readonly authenticate: Authenticate;
}

/** Builds the web server without any routes: errors, cookies, cross-site protection, security headers, request contexts. */
export async function buildHttp({ database, services, logger, authenticate }: HttpOptions): Promise<FastifyInstance> {
  // Typed as what Fastify needs of a logger, or every type of the server would carry pino's.
  const baseLogger: FastifyBaseLogger = logger;
  const app = fastify({
    loggerInstance: baseLogger,
    genReqId: () => newId(),
    bodyLimit: 1_048_576,
    // Requests are measured, not logged one by one.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { ignoreTrailingSlash: true },
    // Addresses the router itself refuses (too long, not decodable) get the same kind of answer.
    frameworkErrors: answerError,
    trustProxy: 'loopback',
  });
  app.decorate('database', database);
  app.decorate('services', services);
  app.decorate('authenticate', authenticate);
  app.decorate('servedEndpoints', [] as ServedEndpoint[]);
  app.decorate('contextFor', (request: FastifyRequest, identity: Identity, tx: Tx) =>
    contextFor(services, request, identity, tx),
  );
  await app.register(cookie);
  await app.register(compress, { global: true, threshold: 1_024, encodings: ['br', 'gzip', 'identity'] });
  app.addHook('onRequest', async (request, reply) => {
    refuseCrossSite(request);
    reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'cross-origin-opener-policy': 'same-origin',
      'x-request-id': request.id,
    });
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    reply
      .code(404)
      .send({ error: { code: 'not_found', message: 'Nothing is here.', details: {}, requestId: request.id } });
  });
  return app;
}

/** Cookies travel with cross-site requests, so a state change must come from our own pages or from a program without a browser. */
function refuseCrossSite(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return;
  if (!request.headers.cookie || request.routeOptions.config.anyOrigin === true) return;
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const { origin } = request.headers;
  if (site === undefined && origin === undefined) return;
  if (origin !== undefined && URL.parse(origin)?.host === request.headers.host) return;
  throw new CrossSiteRequest();
}

function contextFor(services: Services, request: FastifyRequest, identity: Identity, tx: Tx): Context {
  return {
    tx,
    tenantId: identity.tenantId,
    actor: identity.actor,
    scope: identity.scope,
    permissions: identity.permissions,
    now: tx.now,
    locale: identity.locale ?? localeOf(request),
    requestId: request.id,
    client: { ip: request.ip, userAgent: request.headers['user-agent'] ?? '' },
    services,
  };
}

function localeOf(request: FastifyRequest): Locale {
  return /^en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh-CN';
}

function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const answer = (status: number, code: string, message: string, details: unknown = {}) =>
    reply.code(status).send({ error: { code, message, details, requestId: request.id } });
  if (error instanceof DomainError) {
    const { retryAfterS } = error.details as { retryAfterS?: number };
    if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
    answer(error.status, error.code, error.message, error.details);
    return;
  }
  if (isConnectionLoss(error) || /timeout exceeded when trying to connect/.test(error.message)) {
    request.log.warn({ err: error }, 'database connection lost');
    reply.header('retry-after', '2');
    answer(503, 'unavailable', 'The database is restarting. Try again in a moment.');
    return;
  }
  const sqlState = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^(22P05|22021|22003|22007|22008|22P02)$/.test(sqlState)) {
    answer(400, 'invalid_input', 'A value in the request cannot be stored (bad characters, format or range).');
    return;
  }
  if (sqlState === '55P03') {
    reply.header('retry-after', '1');
    answer(409, 'busy', 'Someone else is changing this right now. Try again in a second.');
    return;
  }
  // The parser of uploads throws a bare error when the connection or the sender ends in the middle of one.
  if (/unexpected end of multipart data|malformed part header/i.test(error.message)) {
    answer(400, 'broken_upload', 'The upload ends in the middle or is not multipart as it says. Send it again.');
    return;
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500) {
    answer(status, sqlState.toLowerCase() || 'bad_request', error.message);
    return;
  }
  request.log.error({ err: error }, 'request failed');
  answer(500, 'internal', 'Something went wrong on our side. It has been logged.');
}

declare module 'fastify' {
  interface FastifyInstance {
    database: Database;
    services: Services;
    authenticate: Authenticate;
    servedEndpoints: ServedEndpoint[];
    contextFor(request: FastifyRequest, identity: Identity, tx: Tx): Context;
  }
}

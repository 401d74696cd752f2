import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

import type { Database } from '#platform/database';
import { backupHealth } from '#platform/engines/backup-health';
import { buildHttp } from '#platform/http';
import type { Logger } from '#platform/logger';
import { metrics, requestDuration } from '#platform/metrics';
import { apiReferencePage, apiReferenceStart, openApiDocument } from '#platform/openapi';
import type { Services } from '#platform/services';

import { authenticate, modules } from './app.ts';
import { frontEnds } from './front-ends.ts';
import { version } from './version.ts';

interface WebOptions {
  readonly database: Database;
  readonly services: Services;
  readonly logger: Logger;
  /** Told each route as it is added. */
  readonly onRoute?: (route: { method: string; url: string; access: unknown }) => void;
}

/** The whole web server: API of all modules, API reference, health, metrics and the three front ends. */
export async function buildWeb({ database, services, logger, onRoute }: WebOptions): Promise<FastifyInstance> {
  const app = await buildHttp({ database, services, logger, authenticate: authenticate(database) });
  app.addHook('onRoute', ({ method, url, config }) =>
    onRoute?.({ method: String(method), url, access: config?.access }),
  );
  app.addHook('onResponse', async (request, reply) => {
    requestDuration
      .labels(request.method, request.routeOptions.url ?? 'none', String(reply.statusCode))
      .observe(reply.elapsedTime / 1_000);
  });
  health(app);
  for (const module of modules) module.routes?.(app);
  await reference(app);
  await frontEnds(app);
  return app;
}

function health(app: FastifyInstance): void {
  const access = { audience: 'public' } as const;
  app.get('/health/live', { config: { access } }, async () => ({ status: 'ok' }));
  app.get('/health/ready', { config: { access } }, async (_request, reply) => {
    const [database, warehouse] = await Promise.all([
      app.database
        .read({ tenantId: null, scope: { all: true } }, (tx) => tx.query('select 1'))
        .then(
          () => 'ok',
          () => 'down',
        ),
      app.services.warehouse.ping().then((up) => (up ? 'ok' : 'down')),
    ]);
    const backups = backupHealth(app.services.config).state;
    // Without the warehouse the shop sells and boards wait, so it does not make the server unready.
    return reply
      .code(database === 'ok' ? 200 : 503)
      .send({ status: database === 'ok' ? 'ok' : 'down', database, warehouse, backups, version });
  });
  app.get('/metrics', { config: { access } }, async (_request, reply) => {
    reply.type(metrics.contentType);
    return metrics.metrics();
  });
}

async function reference(app: FastifyInstance): Promise<void> {
  const access = { audience: 'public' } as const;
  // Some routes register in plugins of their own, which load later than this one.
  let document: ReturnType<typeof openApiDocument> | undefined;
  app.get(
    '/openapi.json',
    { config: { access } },
    async () => (document ??= openApiDocument(app.servedEndpoints, version)),
  );
  app.get('/api-reference', { config: { access } }, async (_request, reply) =>
    reply.type('text/html').send(apiReferencePage),
  );
  app.get('/api-reference/start.js', { config: { access } }, async (_request, reply) =>
    reply.type('text/javascript').send(apiReferenceStart),
  );
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  await app.register(fastifyStatic, {
    root: resolve(assets),
    prefix: '/api-reference/',
    decorateReply: false,
    index: false,
    allowedPath: (path) => /^\/swagger-ui(-bundle)?\.(js|css)$/.test(path),
  });
}

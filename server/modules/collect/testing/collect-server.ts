import type { FastifyInstance } from 'fastify';
import type * as z from 'zod';

import { everyStore } from '#platform/context';
import { buildHttp } from '#platform/http';
import { silent, startPipeline } from '#platform/log/testing';
import type { TestDatabase } from '#testing/database';

import type { createSource } from '../contract.ts';
import { collect } from '../index.ts';
import { createSource as create } from '../manage-sources.ts';
import type { SourceAndKey } from '../manage-sources.ts';

/** A server with the module's routes, where every staff request is one of a staff member of the given tenant. */
export async function startCollectServer(t: TestDatabase, tenantId = t.tenantId): Promise<FastifyInstance> {
  const app = await buildHttp({
    database: t.database,
    services: t.services,
    logger: silent,
    authenticate: async () => ({
      tenantId,
      actor: { kind: 'staff', id: '0198c0de-0000-7000-8000-000000000001', name: '测试' },
      scope: everyStore,
      permissions: new Set(['collect.read', 'collect.write']),
    }),
  });
  collect.routes?.(app);
  await app.ready();
  return app;
}

/** A source of the tenant with its key. */
export function newSource(
  t: TestDatabase,
  change: Partial<z.output<typeof createSource.body>> = {},
): Promise<SourceAndKey> {
  return t.asStaff((ctx) =>
    create(ctx, { name: '小程序', kind: 'server', trusted: false, allowedOrigins: [], eventsPerS: 100_000, ...change }),
  );
}

/** Lets the pipeline handle everything that has arrived. */
export async function runThrough(t: TestDatabase): Promise<void> {
  const pipeline = startPipeline(t, { subscriptions: collect.subscriptions ?? [] });
  await pipeline.drained();
  await pipeline.stop();
}

import type { FastifyInstance } from 'fastify';
import * as z from 'zod';

import { sharedLogWriter } from '#platform/log/writer';
import type { Logger } from '#platform/logger';
import { serve } from '#platform/route';

import { standardEvents } from './catalogue.ts';
import * as contract from './contract.ts';
import { serveEventApi } from './event-api.ts';
import { registerLagMetrics } from './lag-metrics.ts';
import { listDeadLetters, readDeadLetter } from './list-dead-letters.ts';
import { listEventNames } from './list-event-names.ts';
import { listRecentEvents } from './list-recent-events.ts';
import { changeSource, createSource, listSources, rotateWriteKey } from './manage-sources.ts';
import { readPipeline } from './read-pipeline.ts';
import { replayDeadLetters } from './replay-dead-letters.ts';

const reading = { audience: 'staff', permission: 'collect.read' } as const;
const writing = { audience: 'staff', permission: 'collect.write' } as const;

/** The console's endpoints and the event API. */
export function routes(app: FastifyInstance): void {
  serve(app, contract.listSources, reading, (ctx, { query }) => listSources(ctx, query));
  serve(app, contract.createSource, writing, (ctx, { body }) => createSource(ctx, body));
  serve(app, contract.changeSource, writing, (ctx, { params, body }) => changeSource(ctx, params.sourceId, body));
  serve(app, contract.rotateWriteKey, writing, (ctx, { params, body }) => rotateWriteKey(ctx, params.sourceId, body));
  serve(app, contract.listRecentEvents, reading, (ctx, { params, query }) =>
    listRecentEvents(ctx, params.sourceId, query),
  );
  serve(app, contract.listEventNames, reading, (ctx, { query }) => listEventNames(ctx, query));
  serve(app, contract.readCatalogue, reading, async () => ({
    items: standardEvents.map(({ properties, ...event }) => ({ ...event, schema: z.toJSONSchema(properties) })),
    nextCursor: null,
  }));
  serve(app, contract.listDeadLetters, reading, (ctx, { query }) => listDeadLetters(ctx, query));
  serve(app, contract.readDeadLetter, reading, (ctx, { params }) => readDeadLetter(ctx, params.deadLetterId));
  serve(app, contract.replayDeadLetters, writing, (ctx, { body }) => {
    const { database, services } = app;
    const writer = sharedLogWriter({ database, services, logger: app.log as unknown as Logger });
    return replayDeadLetters(ctx, { database, writer }, body);
  });
  serve(app, contract.readPipeline, reading, (ctx) => readPipeline(ctx, app.database));
  serveEventApi(app);
  registerLagMetrics(app.database);
}

import type { Config } from '#platform/config';
import { openDatabase } from '#platform/database';
import { watchBackups } from '#platform/engines/backup-health';
import type { PlayedRole } from '#platform/engines/role';
import { runJobs } from '#platform/job-queue';
import { createLogger } from '#platform/logger';

import { jobs, loops } from './app.ts';
import { runEventPipeline } from './pipeline.ts';
import { openServices } from './services.ts';
import { buildWeb } from './web.ts';

function open(config: Config, role: string) {
  if (!config.databaseUrls || !config.clickhouseUrl) throw new Error('a role needs the addresses of its engines');
  const logger = createLogger(role, config.logLevel);
  const database = openDatabase(config.databaseUrls);
  return { logger, database, services: openServices(config, database, config.clickhouseUrl) };
}

/** Serves the API and the front ends. */
async function playWeb(config: Config): Promise<PlayedRole> {
  const { logger, database, services } = open(config, 'web');
  watchBackups(config);
  const app = await buildWeb({ database, services, logger });
  await app.listen({ port: config.port, host: config.host });
  const address = app.server.address();
  return {
    ...(address !== null && typeof address === 'object' ? { port: address.port } : {}),
    async close() {
      await app.close();
      await services.warehouse.close();
      await database.close();
    },
  };
}

/** Turns the event log into customers, tags, segments and warehouse rows. */
async function playPipeline(config: Config): Promise<PlayedRole> {
  const { logger, database, services } = open(config, 'pipeline');
  const stopping = new AbortController();
  const running = runEventPipeline({ database, services, logger, signal: stopping.signal });
  // A pipeline that fails must take its process down, so that the supervisor starts a new one.
  running.catch((error: unknown) => {
    logger.fatal({ err: error }, 'the pipeline failed');
    process.exit(1);
  });
  return {
    async close() {
      stopping.abort();
      await running;
      await services.warehouse.close();
      await database.close();
    },
  };
}

/** Runs background jobs, cron schedules and the journeys' timers. */
async function playJobs(config: Config): Promise<PlayedRole> {
  const { logger, database, services } = open(config, 'jobs');
  const stopping = new AbortController();
  const queue = await runJobs(database.urls.worker, jobs, { database, services, logger });
  const running = Promise.all([
    queue.finished,
    ...loops.map((loop) => loop({ database, services, logger, signal: stopping.signal })),
  ]);
  running.catch((error: unknown) => {
    logger.fatal({ err: error }, 'background work failed');
    process.exit(1);
  });
  return {
    async close() {
      stopping.abort();
      await queue.stop();
      await running;
      await services.warehouse.close();
      await database.close();
    },
  };
}

export const roles: Readonly<Record<string, (config: Config) => Promise<PlayedRole>>> = {
  web: playWeb,
  pipeline: playPipeline,
  jobs: playJobs,
};

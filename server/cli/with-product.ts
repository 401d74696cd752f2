import { readConfig } from '#platform/config';
import type { Config } from '#platform/config';
import { openDatabase } from '#platform/database';
import type { Database } from '#platform/database';
import type { EngineAddresses } from '#platform/engines/engines';
import { withEngines } from '#platform/engines/with-engines';
import { createLogger } from '#platform/logger';
import type { Logger } from '#platform/logger';
import type { Services } from '#platform/services';

import { openServices } from '../services.ts';
import { firstRun } from './first-run.ts';
import { prepareSchema } from './prepare-schema.ts';

/** What a command works with. */
export interface Product {
  readonly config: Config;
  readonly addresses: EngineAddresses;
  readonly database: Database;
  readonly services: Services;
  readonly logger: Logger;
  /** Aborted by Ctrl-C: long commands save their progress and return. */
  readonly signal: AbortSignal;
}

/** Runs a command's work on the running product, or on engines started for it; the schema is up to date and a brand exists. */
export async function withProduct<T>(
  work: (product: Product) => Promise<T>,
  { config = readConfig(), warehouse = true }: { config?: Config; warehouse?: boolean } = {},
): Promise<T> {
  const logger = createLogger('cli', config.logLevel === 'info' ? 'warn' : config.logLevel);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await withEngines(
      config,
      logger,
      async (addresses) => {
        await prepareSchema(addresses.databaseUrls.owner);
        await firstRun(config, addresses, { fill: false });
        const database = openDatabase(addresses.databaseUrls);
        const services = openServices(config, database, addresses.warehouseUrl);
        try {
          return await work({ config, addresses, database, services, logger, signal: stopping.signal });
        } finally {
          await services.warehouse.close();
          await database.close();
        }
      },
      { warehouse },
    );
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

import { collect } from '../server/modules/collect/index.ts';
import { readConfig } from '../server/platform/config.ts';
import { openDatabase } from '../server/platform/database.ts';
import { buildHttp } from '../server/platform/http.ts';
import { createLogger } from '../server/platform/logger.ts';
import { openServices } from '../server/services.ts';

/** The event API alone, as a process of its own: prints its port, ends on SIGTERM after committing what is queued. */
const config = readConfig();
if (!config.databaseUrls) throw new Error('DATABASE_URL, DATABASE_URL_WEB and DATABASE_URL_WORKER are needed');
const logger = createLogger('events', 'error');
const database = openDatabase(config.databaseUrls);
const app = await buildHttp({
  database,
  services: openServices(config, database, 'http://127.0.0.1:9'),
  logger,
  authenticate: () => Promise.reject(new Error('the event API authenticates by write keys')),
});
collect.routes?.(app);
await app.listen({ host: '127.0.0.1', port: config.port });
const address = app.server.address();
console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : null }));
process.once('SIGTERM', () => {
  void app
    .close()
    .then(() => database.close())
    .finally(() => process.exit(0));
});

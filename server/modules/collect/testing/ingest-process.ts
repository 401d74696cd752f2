import { readConfig } from '#platform/config';
import { openDatabase } from '#platform/database';
import { openFileStore } from '#platform/files';
import { buildHttp } from '#platform/http';
import { createLogger } from '#platform/logger';
import { openVaults } from '#platform/vault';
import { loadMasterKey } from '#platform/vault-master-key';
import { openWarehouse } from '#platform/warehouse/client';

import { collect } from '../index.ts';

/** The event API as a process of its own, to be killed: prints the port it listens on. */
const config = readConfig();
if (!config.databaseUrls) throw new Error('the three database addresses are needed');
const database = openDatabase(config.databaseUrls);
const app = await buildHttp({
  database,
  services: {
    config,
    vaults: openVaults({ masterKey: loadMasterKey(config), database }),
    files: openFileStore(config.dataDir),
    warehouse: openWarehouse({ url: 'http://127.0.0.1:9' }),
  },
  logger: createLogger('ingest', 'error'),
  authenticate: () => Promise.reject(new Error('only the event API is served')),
});
collect.routes?.(app);
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);

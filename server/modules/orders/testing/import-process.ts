// A process that imports one file, for tests that kill it: node import-process.ts <tenant> <import id>, addresses in the environment.
import { readConfig } from '#platform/config';
import { openDatabase } from '#platform/database';
import { openFileStore } from '#platform/files';
import { openVaults } from '#platform/vault';
import { loadMasterKey } from '#platform/vault-master-key';

import { runImport } from '../run-import.ts';

const [tenantId = '1', importId = ''] = process.argv.slice(2);
const config = readConfig();
if (!config.databaseUrls) throw new Error('DATABASE_URL… must be set');
const database = openDatabase(config.databaseUrls);
const services = {
  config,
  vaults: openVaults({ masterKey: loadMasterKey(config), database }),
  files: openFileStore(process.env['IMPORT_FILES'] ?? ''),
  warehouse: undefined as never,
};
process.stdout.write('ready\n');
await runImport(
  { database, services, signal: new AbortController().signal },
  { tenantId: Number(tenantId), importId, rowsPerChunk: 500 },
);
await database.close();

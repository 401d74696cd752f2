import { resolve } from 'node:path';

import type { Config } from '#platform/config';
import type { Database } from '#platform/database';
import { openFileStore } from '#platform/files';
import type { Services } from '#platform/services';
import { openVaults } from '#platform/vault';
import { loadMasterKey } from '#platform/vault-master-key';
import { openWarehouse } from '#platform/warehouse/client';

/** Opens what a process holds for every request and job. */
export function openServices(config: Config, database: Database, warehouseUrl: string): Services {
  return {
    config,
    vaults: openVaults({ masterKey: loadMasterKey(config), database }),
    files: openFileStore(resolve(config.dataDir, 'files')),
    warehouse: openWarehouse({ url: warehouseUrl }),
  };
}

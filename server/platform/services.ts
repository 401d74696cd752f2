import type { Config } from '#platform/config';
import type { FileStore } from '#platform/files';
import type { Vaults } from '#platform/vault';
import type { Warehouse } from '#platform/warehouse/client';

/** What the process holds open for every request and job, beside the database. */
export interface Services {
  readonly config: Config;
  readonly vaults: Vaults;
  readonly files: FileStore;
  readonly warehouse: Warehouse;
}

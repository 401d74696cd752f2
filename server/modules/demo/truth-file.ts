import { join } from 'node:path';

import type { Config } from '#platform/config';

/** Where the truth about made-up people lies: in the data folder, outside of everything the product reads. */
export function truthFile({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'seed-truth.json');
}

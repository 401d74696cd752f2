import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { layers } from '#platform/layers';

/** The modules present in this installation, lowest layer first: the order of migrations. */
export const moduleNames: readonly string[] = layers
  .flat()
  .filter((name) => existsSync(resolve(import.meta.dirname, 'modules', name)));

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readConfig } from '#platform/config';
import { withEngines } from '#platform/engines/with-engines';
import { createLogger } from '#platform/logger';

import { generateTables } from './generate-tables.ts';
import { prepareSchema } from './prepare-schema.ts';

/** `shuke generate`: migrates an empty database and rewrites the row types from it. */
export async function generate(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'shuke-generate-'));
  const config = readConfig({ SHUKE_DATA: dataDir });
  return withEngines(
    config,
    createLogger('generate', 'warn'),
    async ({ databaseUrls }) => {
      await prepareSchema(databaseUrls.owner);
      const written = await generateTables(databaseUrls.owner);
      console.log(
        written.length === 0 ? 'Everything is up to date.' : written.map((path) => `wrote ${path}`).join('\n'),
      );
      return 0;
    },
    { warehouse: false },
  );
}

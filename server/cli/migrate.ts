import { readConfig } from '#platform/config';
import { withEngines } from '#platform/engines/with-engines';
import { createLogger } from '#platform/logger';

import { prepareSchema } from './prepare-schema.ts';

/** `shuke migrate`: applies what is missing and names it. */
export async function migrateCommand(): Promise<number> {
  const config = readConfig();
  return withEngines(
    config,
    createLogger('migrate', 'warn'),
    async ({ databaseUrls }) => {
      const applied = await prepareSchema(databaseUrls.owner);
      console.log(
        applied.length === 0
          ? 'Nothing to do: the schema is up to date.'
          : applied.map((name) => `applied ${name}`).join('\n'),
      );
      return 0;
    },
    { warehouse: false },
  );
}

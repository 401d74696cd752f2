import { eraseAgain } from '#customers';
import type { Config } from '#platform/config';
import { everyStore, systemContext } from '#platform/context';
import type { Database } from '#platform/database';
import { erasureFile, readErasures, recordedErasures } from '#platform/erasures';
import type { Services } from '#platform/services';

/**
 * Erases again whoever the list beside the database names and this (restored) database does not know to be erased. Must end before
 * anybody is served. Returns how many entries were applied.
 */
export async function replayErasures({
  config,
  database,
  services,
}: {
  config: Config;
  database: Database;
  services: Services;
}): Promise<number> {
  const listed = readErasures(erasureFile(config.dataDir));
  if (listed.length === 0) return 0;
  const known = new Set((await recordedErasures(database)).map(({ erasureId }) => erasureId));
  const missing = listed.filter(({ erasureId }) => !known.has(erasureId));
  for (const erasure of missing) {
    const { tenantId } = erasure;
    await database.work({ tenantId, scope: everyStore }, async (tx) => {
      await eraseAgain(systemContext({ tx, tenantId, services, name: 'restore' }), erasure);
    });
  }
  return missing.length;
}

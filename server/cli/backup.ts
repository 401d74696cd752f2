import { readConfig } from '#platform/config';
import { backup } from '#platform/engines/backup';
import { EngineError } from '#platform/engines/engine-log';
import { restore } from '#platform/engines/restore';
import { createLogger } from '#platform/logger';

import { option, withProduct } from './with-product.ts';

/** `shuke backup <folder>`: a consistent copy of database and files while everything runs. */
export async function backupCommand(args: readonly string[]): Promise<number> {
  const target = args.find((arg) => !arg.startsWith('--'));
  if (target === undefined) {
    console.log('Usage: shuke backup <folder>');
    return 2;
  }
  return withProduct(
    async ({ config, addresses, logger }) => {
      if (addresses.adminUrl === null) {
        throw new EngineError('The database is your own (DATABASE_URL): back it up with the tools of its host.');
      }
      const made = await backup({ dataDir: config.dataDir, adminUrl: addresses.adminUrl, log: logger }, target);
      console.log(
        `Backup written to ${made.dir}. Keep SHUKE_DATA/secrets elsewhere: without its keys the backup cannot be read.`,
      );
      return 0;
    },
    { warehouse: false },
  );
}

/** `shuke restore <backup> [--until=<time>]`: into the data folder of SHUKE_DATA, which must be empty. */
export async function restoreCommand(args: readonly string[]): Promise<number> {
  const source = args.find((arg) => !arg.startsWith('--'));
  const until = option(args, 'until');
  if (source === undefined || (until !== undefined && Number.isNaN(Date.parse(until)))) {
    console.log('Usage: shuke restore <backup folder> [--until=2026-11-24T10:00:00Z]');
    return 2;
  }
  const config = readConfig();
  const restored = await restore({
    backupDir: source,
    targetDir: config.dataDir,
    log: createLogger('restore', 'warn'),
    ...(until === undefined ? {} : { until: new Date(until) }),
  });
  console.log(`Restored: ${JSON.stringify(restored)}`);
  return 0;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readConfig } from '#platform/config';
import type { Config } from '#platform/config';
import { backup, pruneBackups } from '#platform/engines/backup';
import { EngineError } from '#platform/engines/engine-log';
import { restore } from '#platform/engines/restore';
import { addErasures, erasureFile, readErasures, recordedErasures } from '#platform/erasures';
import { createLogger } from '#platform/logger';

import { readArguments } from './arguments.ts';
import { replayErasures } from './replay-erasures.ts';
import { withProduct } from './with-product.ts';

const backupUsage = 'shuke backup <folder> [--keep-all]   (or set SHUKE_BACKUP_DIR)';
const restoreUsage = 'shuke restore <backup folder> [--until 2026-11-24T10:00:00Z]';

/** `shuke backup [folder]`: a consistent copy of database and files while everything runs; old ones go by the retention. */
export async function backupCommand(args: readonly string[]): Promise<number> {
  const read = readArguments(args, { 'keep-all': { type: 'boolean' } }, backupUsage);
  if (!read) return 2;
  const target = read.positionals[0] ?? readConfig().backups.dir;
  if (target === null) {
    console.log(`Usage: ${backupUsage}`);
    return 2;
  }
  return withProduct(
    async ({ config, addresses, database, logger }) => {
      if (addresses.adminUrl === null) {
        throw new EngineError('The database is your own (DATABASE_URL): back it up with the tools of its host.');
      }
      await addErasures(erasureFile(config.dataDir), await recordedErasures(database));
      const made = await backup({ dataDir: config.dataDir, adminUrl: addresses.adminUrl, log: logger }, target);
      console.log(
        `Backup written to ${made.dir}. Keep SHUKE_DATA/secrets elsewhere: without its keys the backup cannot be read.`,
      );
      if (read.values['keep-all'] === true) return 0;
      const { retention } = config.backups;
      const removed = await pruneBackups({ backupsDir: target, dataDir: config.dataDir }, retention);
      for (const dir of removed.backups)
        console.log(`Removed ${dir}: no moment of the last ${retention.days} days needs it.`);
      return 0;
    },
    { warehouse: false },
  );
}

/** `shuke restore <backup> [--until <time>]`: into the data folder of SHUKE_DATA, which must be empty. */
export async function restoreCommand(args: readonly string[]): Promise<number> {
  const read = readArguments(args, { until: { type: 'string' } }, restoreUsage);
  if (!read) return 2;
  const [source] = read.positionals;
  const { until } = read.values;
  if (source === undefined || (until !== undefined && Number.isNaN(Date.parse(until)))) {
    console.log(`Usage: ${restoreUsage}`);
    return 2;
  }
  const config = readConfig();
  const { lastTransactionAt, verdict } = await restore({
    backupDir: source,
    targetDir: config.dataDir,
    log: createLogger('restore', 'warn'),
    ...(until === undefined ? {} : { until: new Date(until) }),
  });
  console.log(
    `Restored into ${config.dataDir}, up to ${lastTransactionAt?.toISOString() ?? 'the end of the backup'}; ${verdict.checkedIndexes} indexes checked.`,
  );
  if (verdict.faults.length > 0) {
    for (const fault of verdict.faults) console.error(`✗ ${fault}`);
    console.error(
      'These indexes are damaged. Rebuild them with REINDEX, or restore an earlier backup, before selling.',
    );
    return 1;
  }
  return forgetErased(config);
}

/** Applies the erasures made after the restored moment. */
async function forgetErased(config: Config): Promise<number> {
  const listed = readErasures(erasureFile(config.dataDir)).length;
  if (listed > 0 && config.masterKeyHex === null && !existsSync(join(config.dataDir, 'secrets', 'master.key'))) {
    console.error(
      `✗ ${listed} erasure(s) must be applied before anybody is served, and the keys are missing. Put the saved secrets folder into ${config.dataDir} (or set SHUKE_MASTER_KEY), then run \`shuke start\`: it applies them first.`,
    );
    return 1;
  }
  const applied =
    listed > 0 ? await withProduct((product) => replayErasures(product), { config, warehouse: false }) : 0;
  console.log(
    `${applied} person(s) erased after that moment were erased again.\nNext: put the saved secrets folder in place if it is not, run \`shuke audit verify\`, \`shuke start\` (ClickHouse is copied anew from the log), and \`shuke backup\`: the new history has no backup yet.`,
  );
  return 0;
}

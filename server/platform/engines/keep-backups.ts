import type { Config } from '#platform/config';

import { backupHealth } from './backup-health.ts';
import { backup, pruneBackups } from './backup.ts';
import type { EngineLog } from './engine-log.ts';

interface KeepOptions {
  readonly config: Pick<Config, 'dataDir' | 'backups'>;
  /** Superuser of the running embedded database. */
  readonly adminUrl: string;
  readonly log: EngineLog;
  /** Between two looks whether a backup is due, ten minutes when absent. */
  readonly lookEveryMs?: number;
}

/** Makes a backup when one is due and removes those no longer needed. Resolves with whether one was made; a fault is logged as an alarm. */
export async function backUpWhenDue({ config, adminUrl, log }: KeepOptions): Promise<boolean> {
  const { dataDir, backups } = config;
  if (backups.dir === null) return false;
  try {
    const { state, last } = backupHealth(config);
    if (state !== 'archive_broken' && last && last.ageMs < backups.everyMs) return false;
    await backup({ dataDir, adminUrl, log }, backups.dir);
    const removed = await pruneBackups({ backupsDir: backups.dir, dataDir }, backups.retention);
    if (removed.backups.length > 0) log.info(removed, 'old backups removed');
    return true;
  } catch (error) {
    log.error({ err: error, dir: backups.dir }, 'the backup that was due could not be made');
    return false;
  }
}

/** Looks every few minutes whether a backup is due; returns a function that ends it. */
export function keepBackups(options: KeepOptions): () => void {
  if (options.config.backups.dir === null) return () => undefined;
  let working = false;
  const look = async (): Promise<void> => {
    if (working) return;
    working = true;
    await backUpWhenDue(options);
    working = false;
  };
  const timer = setInterval(() => void look(), options.lookEveryMs ?? 600_000);
  timer.unref();
  // Not at once: a start has enough to do.
  const first = setTimeout(() => void look(), 60_000);
  first.unref();
  return () => {
    clearInterval(timer);
    clearTimeout(first);
  };
}

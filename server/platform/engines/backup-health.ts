import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Gauge } from 'prom-client';
import * as z from 'zod';

import type { Config } from '#platform/config';
import { metrics } from '#platform/metrics';

import { archiveHealth, type ArchiveHealth } from './wal-archive.ts';

const LastBackup = z.object({ dir: z.string(), endedAt: z.iso.datetime() });
type LastBackup = z.output<typeof LastBackup>;

const lastBackupFile = (engineDir: string): string => join(engineDir, 'last-backup.json');

/** Notes the newest backup beside the engine, for whoever watches it. */
export function rememberBackup(engineDir: string, last: LastBackup): void {
  const file = lastBackupFile(engineDir);
  writeFileSync(`${file}.new`, JSON.stringify(last), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const states = ['none', 'never', 'ok', 'late', 'archive_failing', 'archive_broken'] as const;

export interface BackupHealth {
  /** `none`: the database is not ours to back up. `never`: no backup was made yet. `late`: the last one is older than twice its interval. */
  readonly state: (typeof states)[number];
  readonly archive: ArchiveHealth;
  readonly last: { readonly dir: string; readonly endedAt: Date; readonly ageMs: number } | null;
}

/** How backups and the archive of the log fare, from the files of the data folder alone. */
export function backupHealth(
  { dataDir, backups }: Pick<Config, 'dataDir' | 'backups'>,
  now: Date = new Date(),
): BackupHealth {
  const engineDir = join(dataDir, 'postgres');
  const archive = archiveHealth(engineDir);
  const file = lastBackupFile(engineDir);
  const known = existsSync(file) ? LastBackup.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
  const endedAt = known && new Date(known.endedAt);
  const last = known && endedAt && { dir: known.dir, endedAt, ageMs: Math.max(0, now.getTime() - endedAt.getTime()) };
  const state = (): BackupHealth['state'] => {
    if (!existsSync(engineDir)) return 'none';
    if (archive.state === 'broken') return 'archive_broken';
    if (archive.state === 'failing') return 'archive_failing';
    if (!last) return 'never';
    return last.ageMs > 2 * backups.everyMs ? 'late' : 'ok';
  };
  return { state: state(), archive, last };
}

/** Adds the state of backups to the metrics of this process; each scrape looks anew. */
export function watchBackups(config: Pick<Config, 'dataDir' | 'backups'>): void {
  const gauges = [
    new Gauge({
      name: 'shuke_backup_state',
      help: 'Which state backups are in: 1 for it, 0 for the others.',
      labelNames: ['state'] as const,
      registers: [],
      collect() {
        const { state } = backupHealth(config);
        for (const one of states) this.labels(one).set(one === state ? 1 : 0);
      },
    }),
    new Gauge({
      name: 'shuke_last_backup_age_seconds',
      help: 'Age of the last backup; infinite while there is none.',
      registers: [],
      collect() {
        const { last } = backupHealth(config);
        this.set(last ? last.ageMs / 1_000 : Number.POSITIVE_INFINITY);
      },
    }),
    new Gauge({
      name: 'shuke_wal_archive_waiting_segments',
      help: 'Log segments that wait to be archived.',
      registers: [],
      collect() {
        this.set(backupHealth(config).archive.waitingSegments);
      },
    }),
  ];
  for (const gauge of gauges) metrics.registerMetric(gauge);
}

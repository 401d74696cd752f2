import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { readConfig } from '#platform/config';
import { metrics } from '#platform/metrics';

import { backupHealth, rememberBackup, watchBackups } from './backup-health.ts';
import { backUpWhenDue } from './keep-backups.ts';
import { startPostgres, type PostgresEngine } from './postgres.ts';
import { silent as log } from './test-cluster.ts';
import { walArchiveDir } from './wal-archive.ts';

let home: string;
let dataDir: string;
let engine: PostgresEngine;
const configOf = (more: Record<string, string> = {}) => readConfig({ SHUKE_DATA: dataDir, ...more });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'shuke-keep-'));
  dataDir = join(home, 'data');
  engine = await startPostgres({
    dir: join(dataDir, 'postgres'),
    archiveDir: walArchiveDir(dataDir),
    log,
    fsync: false,
    sharedBuffersMb: 32,
  });
}, 60_000);
afterAll(async () => {
  await engine.stop('immediate');
  rmSync(home, { recursive: true, force: true });
});

test('a backup is made when one is due, not before, and old ones go', async () => {
  const config = configOf({
    SHUKE_BACKUP_DIR: join(home, 'backups'),
    SHUKE_BACKUP_EVERY_H: '6',
    SHUKE_BACKUP_AT_LEAST: '1',
  });
  const due = () => backUpWhenDue({ config, adminUrl: engine.adminUrl, log });
  const made = () => readdirSync(join(home, 'backups'));
  expect(backupHealth(config)).toMatchObject({ state: 'never', last: null });

  expect(await due()).toBe(true);
  expect(await due()).toBe(false);
  const [first = ''] = made();
  expect(backupHealth(config)).toMatchObject({ state: 'ok', last: { dir: join(home, 'backups', first) } });

  // Seven hours later another is due; a retention of no time at all keeps only the newest.
  rememberBackup(join(dataDir, 'postgres'), { dir: 'x', endedAt: new Date(Date.now() - 7 * 3_600_000).toISOString() });
  const short = { ...config, backups: { ...config.backups, retention: { days: 0, atLeast: 1 } } };
  expect(await backUpWhenDue({ config: short, adminUrl: engine.adminUrl, log })).toBe(true);
  expect(made()).toHaveLength(1);
  expect(made()).not.toContain(first);
}, 60_000);

test('a backup that fails is an alarm in the log and never the end of the shop', async () => {
  writeFileSync(join(home, 'a-file'), '');
  const alarms: string[] = [];
  const config = configOf({ SHUKE_BACKUP_DIR: join(home, 'a-file', 'below') });
  rememberBackup(join(dataDir, 'postgres'), { dir: 'x', endedAt: '2026-01-01T00:00:00.000Z' });
  const noting = { ...log, error: (_facts: object, message: string) => void alarms.push(message) };

  expect(await backUpWhenDue({ config, adminUrl: engine.adminUrl, log: noting })).toBe(false);
  expect(alarms).toEqual(['the backup that was due could not be made']);
});

test('health and metrics tell a late backup, an archive that fails, one that broke, and a database that is not ours', async () => {
  const engineDir = join(home, 'other', 'postgres');
  const at = { dataDir: join(home, 'other'), backups: configOf().backups };
  expect(backupHealth(at).state).toBe('none');
  mkdirSync(join(engineDir, 'data/pg_wal/archive_status'), { recursive: true });
  rememberBackup(engineDir, { dir: '/b', endedAt: new Date(Date.now() - 49 * 3_600_000).toISOString() });
  expect(backupHealth(at).state).toBe('late');
  writeFileSync(join(engineDir, 'archive-on'), '');
  for (let n = 0; n < 6; n += 1) writeFileSync(join(engineDir, `data/pg_wal/archive_status/${n}.ready`), '');
  expect(backupHealth(at).state).toBe('archive_failing');
  writeFileSync(join(engineDir, 'archive-gap'), '000000010000000000000009\n');
  expect(backupHealth(at)).toMatchObject({
    state: 'archive_broken',
    archive: { firstLost: '000000010000000000000009' },
  });

  watchBackups(at);
  const text = await metrics.metrics();
  expect(text).toMatch(/shuke_backup_state\{state="archive_broken"\} 1/);
  expect(text).toMatch(/shuke_backup_state\{state="ok"\} 0/);
  expect(text).toMatch(/shuke_wal_archive_waiting_segments 6/);
  expect(Number(/^shuke_last_backup_age_seconds (\S+)/m.exec(text)?.[1])).toBeGreaterThan(48 * 3_600);
});

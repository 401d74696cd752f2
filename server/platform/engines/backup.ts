import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { Client } from 'pg';

import { addErasures, erasureFile, readErasures } from '#platform/erasures';

import { rememberBackup } from './backup-health.ts';
import { copyHashed, copyTree, readManifest, type BackedUpFile, type Manifest } from './backup-manifest.ts';
import { EngineError, type EngineLog } from './engine-log.ts';
import { waitUntil } from './processes.ts';
import { extractSegment, listSegments, parseSegment, pruneArchive, segmentName, walArchiveDir } from './wal-archive.ts';

export interface BackupOptions {
  /** The data folder (SHUKE_DATA) whose embedded database and files are backed up. */
  readonly dataDir: string;
  /** Superuser of the running embedded database. */
  readonly adminUrl: string;
  readonly log: EngineLog;
}

export interface Backup {
  readonly dir: string;
  readonly manifest: Manifest;
}

const archiveTimeoutMs = 60_000;

/** What of a data folder belongs to the running server alone, or is empty in a backup by definition. */
const serversOwn = /^(postmaster\.(pid|opts)|\.s\.PGSQL\..*|log\/.*|.*\/?pgsql_tmp[^/]*|.*\/pg_internal\.init)$/;
const emptied = /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans|log)$/;

const isServersOwn = (path: string): boolean => serversOwn.test(path);
const isEmptied = (path: string): boolean => emptied.test(path);

interface Window {
  readonly firstSegment: string;
  readonly lastSegment: string;
  readonly segmentBytes: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly version: string;
  readonly systemIdentifier: string;
  readonly label: string;
}

/** Copies the data files between the server's two backup calls; what it writes meanwhile is in the log segments of the window. */
async function inBackupMode(client: Client, label: string, copy: (dataDir: string) => Promise<void>): Promise<Window> {
  const { rows: facts } = await client.query<{
    dir: string;
    mode: string;
    bytes: string;
    version: string;
    system: string;
    at: Date;
    tablespaces: number;
  }>(
    `select current_setting('data_directory') dir, current_setting('archive_mode') mode, current_setting('server_version') version,
            (select setting from pg_settings where name = 'wal_segment_size') bytes,
            (select system_identifier::text from pg_control_system()) system, clock_timestamp() at,
            (select count(*)::int from pg_tablespace where spcname not in ('pg_default', 'pg_global')) tablespaces`,
  );
  const [fact] = facts;
  if (!fact || fact.mode === 'off')
    throw new EngineError('The database was started without a WAL archive and cannot be backed up.');
  if (fact.tablespaces > 0)
    throw new EngineError('The database keeps tables outside its folder (tablespaces); those are not backed up.');
  const { rows: starts } = await client.query<{ file: string }>(
    `select pg_walfile_name(pg_backup_start($1, true)) as file`,
    [label],
  );
  await copy(fact.dir);
  const { rows: stops } = await client.query<{ file: string; labelfile: string; at: Date }>(
    `select pg_walfile_name(lsn - 1) as file, labelfile, clock_timestamp() as at from pg_backup_stop(false)`,
  );
  const [start, stop] = [starts[0], stops[0]];
  if (!start || !stop) throw new EngineError('The database did not say where the backup begins and ends.');
  return {
    firstSegment: start.file,
    lastSegment: stop.file,
    segmentBytes: Number(fact.bytes),
    startedAt: fact.at,
    endedAt: stop.at,
    version: fact.version,
    systemIdentifier: fact.system,
    label: stop.labelfile,
  };
}

/** The log segments without which the copy is not consistent: the backup carries them itself. */
async function copyWindow(archiveDir: string, window: Window, backupDir: string): Promise<BackedUpFile[]> {
  const first = parseSegment(window.firstSegment, window.segmentBytes);
  const last = parseSegment(window.lastSegment, window.segmentBytes);
  if (!first || !last) throw new EngineError(`Unreadable segment names ${window.firstSegment}, ${window.lastSegment}.`);
  const names = Array.from({ length: last.number - first.number + 1 }, (_, index) =>
    segmentName(first.timeline, first.number + index, window.segmentBytes),
  );
  const missing = (): string[] => {
    const there = new Set(listSegments(archiveDir, window.segmentBytes).map(({ name }) => name));
    return names.filter((name) => !there.has(name));
  };
  if (!(await waitUntil(() => missing().length === 0, archiveTimeoutMs, 100))) {
    throw new EngineError(
      `The WAL archive ${archiveDir} does not receive segments (${missing()[0]} is missing). Is its disk full?`,
    );
  }
  await mkdir(join(backupDir, 'wal'), { mode: 0o700 });
  const files: BackedUpFile[] = [];
  for (const segment of listSegments(archiveDir, window.segmentBytes).filter(({ name }) => names.includes(name))) {
    const plain = join(backupDir, 'wal', `.${segment.name}`);
    await extractSegment(archiveDir, segment, { target: plain, segmentBytes: window.segmentBytes });
    const copied = await copyHashed(plain, join(backupDir, 'wal', segment.name));
    await rm(plain);
    if (copied) files.push({ path: `wal/${segment.name}`, ...copied, modifiedMs: window.endedAt.getTime() });
  }
  return files;
}

async function writeHashed(backupDir: string, path: string, content: Buffer): Promise<BackedUpFile> {
  await writeFile(join(backupDir, path), content, { mode: 0o600 });
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { path, bytes: content.length, sha256, modifiedMs: Date.now() };
}

function finishedBackups(backupsDir: string): Backup[] {
  if (!existsSync(backupsDir)) return [];
  return readdirSync(backupsDir)
    .filter((name) => existsSync(join(backupsDir, name, 'manifest.json')))
    .map((name) => ({ dir: join(backupsDir, name), manifest: readManifest(join(backupsDir, name)) }))
    .toSorted((a, b) => Date.parse(a.manifest.endedAt) - Date.parse(b.manifest.endedAt));
}

async function copyEverything(
  { dataDir, adminUrl }: BackupOptions,
  draft: string,
  previous: Backup | undefined,
): Promise<Manifest> {
  const client = new Client({ connectionString: adminUrl, application_name: 'shuke-backup' });
  client.on('error', () => undefined);
  await client.connect();
  const parts: { files: BackedUpFile[]; directories: string[] }[] = [];
  let window: Window;
  try {
    // The session must stay open from start to stop, or the server cancels the backup.
    window = await inBackupMode(client, basename(draft), async (source) => {
      parts.push(await copyTree({ source, backupDir: draft, into: 'data', skip: isServersOwn, empty: isEmptied }));
    });
  } finally {
    await client.end();
  }
  const wal = await copyWindow(walArchiveDir(dataDir), window, draft);
  const known = previous && {
    dir: previous.dir,
    files: new Map(previous.manifest.files.map((file) => [file.path, file])),
  };
  // After the database: a row may name a file only once the file is there.
  parts.push(
    await copyTree({
      source: join(dataDir, 'files'),
      backupDir: draft,
      into: 'files',
      ...(known && { earlier: known }),
    }),
  );
  const loose = [
    await writeHashed(draft, 'backup_label', Buffer.from(window.label)),
    await writeHashed(draft, 'credentials.json', await readFile(join(dataDir, 'postgres', 'credentials.json'))),
  ];
  return {
    format: 'shuke-backup/1',
    startedAt: window.startedAt.toISOString(),
    endedAt: window.endedAt.toISOString(),
    postgresVersion: window.version,
    systemIdentifier: window.systemIdentifier,
    segmentBytes: window.segmentBytes,
    firstSegment: window.firstSegment,
    lastSegment: window.lastSegment,
    archiveDir: walArchiveDir(dataDir),
    notIncluded: [
      'warehouse (ClickHouse): a projection, rebuilt from the event log after a restore',
      'secrets (master key): keep a copy in another place, or personal data in this backup stays unreadable',
    ],
    directories: parts.flatMap(({ directories }) => directories),
    files: [...loose, ...wal, ...parts.flatMap(({ files }) => files)],
  };
}

/**
 * Backs up the running embedded database and the files into a new folder below `outDir`, and from then on keeps the log
 * segments for restoring to a moment. A backup is there whole (with `manifest.json`) or not at all.
 */
export async function backup(options: BackupOptions, outDir: string): Promise<Backup> {
  const { dataDir, log } = options;
  const startedAt = performance.now();
  const name = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const dir = join(resolve(outDir), name);
  const draft = `${dir}.partial`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const engineDir = join(dataDir, 'postgres');
  try {
    // From here on every segment is kept; an earlier gap no longer matters once this backup stands.
    writeFileSync(join(engineDir, 'archive-on'), '', { mode: 0o644, flush: true });
    await rm(join(engineDir, 'archive-gap'), { force: true });
    const manifest = await copyEverything(options, draft, finishedBackups(resolve(outDir)).at(-1));
    await writeFile(join(draft, 'manifest.json'), JSON.stringify(manifest, null, 1), { mode: 0o600 });
    await promisify(execFile)('sync', ['-f', draft]);
    await rename(draft, dir);
    await promisify(execFile)('sync', ['-f', dirname(dir)]);
    // Outside the backup and newer than any: whoever was erased stays erased, whichever backup is restored.
    await addErasures(erasureFile(dirname(dir)), readErasures(erasureFile(dataDir)));
    rememberBackup(engineDir, { dir, endedAt: manifest.endedAt });
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    log.info(
      { dir, files: manifest.files.length, bytes, durationMs: Math.round(performance.now() - startedAt) },
      'backup made',
    );
    return { dir, manifest };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

export interface Retention {
  /** How far back a restore must reach. */
  readonly days: number;
  /** Backups kept whatever their age. */
  readonly atLeast: number;
}

/**
 * Removes backups no longer needed to restore to any moment of the last `days`, unfinished ones older than a day, and log
 * segments older than the oldest backup kept. Resolves with what was removed.
 */
export async function pruneBackups(
  { backupsDir, dataDir, now = new Date() }: { backupsDir: string; dataDir: string; now?: Date },
  { days, atLeast }: Retention = { days: 35, atLeast: 2 },
): Promise<{ backups: string[]; segments: number }> {
  const horizon = now.getTime() - days * 86_400_000;
  const finished = finishedBackups(backupsDir);
  // The newest one before the horizon is what the horizon itself is restored from.
  const base = finished.findLastIndex(({ manifest }) => Date.parse(manifest.endedAt) <= horizon);
  const firstKept = Math.max(0, Math.min(base, finished.length - atLeast));
  const removed = finished.slice(0, firstKept).map(({ dir }) => dir);
  const partial = (existsSync(backupsDir) ? readdirSync(backupsDir) : []).filter((name) => name.endsWith('.partial'));
  for (const name of partial) {
    const dir = join(backupsDir, name);
    if (now.getTime() - (await stat(dir)).mtimeMs > 86_400_000) removed.push(dir);
  }
  for (const dir of removed) await rm(dir, { recursive: true });
  const oldest = finished[firstKept];
  const segments = oldest ? await pruneArchive(walArchiveDir(dataDir), oldest.manifest.firstSegment) : 0;
  return { backups: removed, segments };
}

import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { Client } from 'pg';

import { addErasures, erasureFile, readErasures } from '#platform/erasures';

import { unpack, verifyBackup, type Manifest } from './backup-manifest.ts';
import { EngineError, type EngineLog } from './engine-log.ts';
import { startPostgres } from './postgres.ts';
import { verifyDatabase, type DatabaseVerdict } from './verify-database.ts';
import { extractSegment, listSegments, parseSegment, segmentName, type Segment } from './wal-archive.ts';

export interface RestoreOptions {
  readonly backupDir: string;
  /** The new data folder (SHUKE_DATA): not there, or empty but for `secrets`, which no backup holds, and a list of erasures. */
  readonly targetDir: string;
  /** The moment to return to; by default as far as the archive reaches. */
  readonly until?: Date;
  /** By default where the backed-up server archived to. */
  readonly archiveDir?: string;
  /** False for a drill: the folder is looked at and thrown away. */
  readonly durable?: boolean;
  readonly log: EngineLog;
}

export interface Restored {
  /** Commit time of the last transaction that was replayed; null when nothing was. */
  readonly lastTransactionAt: Date | null;
  readonly verdict: DatabaseVerdict;
}

/** What an operator may put into the new folder beforehand. */
const brought: ReadonlySet<string> = new Set(['secrets', basename(erasureFile('.'))]);
const replayTimeoutMs = 6 * 3_600_000;

interface Source extends Segment {
  readonly dir: string;
}

/** The segments to replay, in order and without a gap; throws an EngineError naming the first that is missing. */
function segmentsToReplay(backupDir: string, archiveDir: string, manifest: Manifest): Source[] {
  const { segmentBytes, firstSegment } = manifest;
  const first = parseSegment(firstSegment, segmentBytes);
  if (!first) throw new EngineError(`Unreadable segment name ${firstSegment} in the manifest.`);
  const available = new Map<number, Source>();
  for (const dir of [archiveDir, join(backupDir, 'wal')]) {
    for (const segment of listSegments(dir, segmentBytes)) {
      if (segment.timeline === first.timeline && segment.number >= first.number)
        available.set(segment.number, { ...segment, dir });
    }
  }
  const last = Math.max(...available.keys());
  return Array.from({ length: last - first.number + 1 }, (_, index) => {
    const source = available.get(first.number + index);
    if (source) return source;
    const name = segmentName(first.timeline, first.number + index, segmentBytes);
    throw new EngineError(
      `Log segment ${name} is missing from ${archiveDir}; nothing after it could be restored. The restore was not done.`,
    );
  });
}

async function layOut(options: RestoreOptions, manifest: Manifest, engineDir: string): Promise<Source[]> {
  const { backupDir, targetDir, archiveDir = manifest.archiveDir } = options;
  const sources = segmentsToReplay(backupDir, archiveDir, manifest);
  mkdirSync(engineDir, { recursive: true, mode: 0o711 });
  await unpack(backupDir, manifest, 'data', join(engineDir, 'data'));
  await unpack(backupDir, manifest, 'files', join(targetDir, 'files'));
  // The log goes beyond the backup, so should the files, as far as their folder is still there; a file never changes.
  const newerFiles = join(dirname(archiveDir), 'files');
  if (existsSync(newerFiles)) await cp(newerFiles, join(targetDir, 'files'), { recursive: true, force: false });
  for (const [from, to] of [
    ['backup_label', 'data/backup_label'],
    ['credentials.json', 'credentials.json'],
  ] as const) {
    writeFileSync(join(engineDir, to), readFileSync(join(backupDir, from)), { mode: 0o600 });
  }
  const replay = join(engineDir, 'data', 'replay');
  mkdirSync(replay, { mode: 0o700 });
  for (const source of sources) {
    await extractSegment(source.dir, source, {
      target: join(replay, source.name),
      segmentBytes: manifest.segmentBytes,
    }).catch((cause: unknown) => {
      throw new EngineError(`Log segment ${source.file} in ${source.dir} is damaged. The restore was not done.`, {
        cause,
      });
    });
  }
  return sources;
}

/** The lists of erased people beside the backups and in the old data folder: whoever starts on the new folder applies them first. */
async function gatherErasures({ backupDir, targetDir, archiveDir }: RestoreOptions, manifest: Manifest): Promise<void> {
  for (const dir of [dirname(backupDir), dirname(archiveDir ?? manifest.archiveDir)]) {
    await addErasures(erasureFile(targetDir), readErasures(erasureFile(dir)));
  }
}

/** Tells the server to replay; returns a function that takes the instructions away again. */
function instruct(dataDir: string, until: Date | undefined): () => void {
  const file = join(dataDir, 'postgresql.auto.conf');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lines = [
    // Relative to the data folder, where the command runs: no path can need quoting.
    `restore_command = 'cp replay/%f %p'`,
    `recovery_target_timeline = 'current'`,
    `recovery_target_action = 'promote'`,
    // No one may read a state that is still moving.
    'hot_standby = off',
    ...(until ? [`recovery_target_time = '${until.toISOString().replace('T', ' ').replace('Z', '+00')}'`] : []),
  ];
  appendFileSync(file, `\n${lines.join('\n')}\n`);
  writeFileSync(join(dataDir, 'recovery.signal'), '');
  return () => writeFileSync(file, before);
}

/** A damaged segment ends a replay early and silently: the end must lie where the last segment says. */
async function checkReplay(
  adminUrl: string,
  sources: readonly Source[],
  until: Date | undefined,
): Promise<Date | null> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ file: string; at: Date | null }>(
      `select pg_walfile_name(pg_last_wal_replay_lsn() - 1) as file, pg_last_xact_replay_timestamp() as at`,
    );
    const last = sources.at(-1);
    // The name carries the new timeline; the position is in the rest.
    if (until === undefined && rows[0] && last && rows[0].file.slice(8) < last.name.slice(8)) {
      throw new EngineError(
        `The log is damaged after segment ${rows[0].file}: the segments up to ${last.name} could not be replayed.`,
      );
    }
    return rows[0]?.at ?? null;
  } finally {
    await client.end();
  }
}

function explain(error: unknown, until: Date | undefined): unknown {
  if (!(error instanceof EngineError) || !until) return error;
  if (!error.message.includes('before configured recovery target was reached')) return error;
  return new EngineError(
    `The archive ends before ${until.toISOString()}, or is damaged. Restore without a time to get as far as it reaches.`,
    { cause: error },
  );
}

/**
 * Restores a backup into a new data folder, replays the archived log up to a moment (exactly: transactions committed
 * later are gone), and verifies every index. Throws an EngineError, leaving nothing half-restored, when a file or a
 * segment is missing or damaged. The warehouse is not part of it and must be rebuilt.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { until, durable = true, log } = options;
  const [backupDir, targetDir] = [resolve(options.backupDir), resolve(options.targetDir)];
  const inTheWay = existsSync(targetDir) ? readdirSync(targetDir).filter((name) => !brought.has(name)) : [];
  if (inTheWay.length > 0) {
    throw new EngineError(
      `${targetDir} is not empty (${inTheWay.slice(0, 3).join(', ')}). Restore into a new folder, in which at most \`secrets\` (the keys) lies already, then start Shuke with SHUKE_DATA set to it.`,
    );
  }
  const manifest = await verifyBackup(backupDir);
  if (until && until.getTime() < Date.parse(manifest.endedAt)) {
    throw new EngineError(
      `This backup was complete at ${manifest.endedAt}; for ${until.toISOString()} use an earlier one.`,
    );
  }
  const engineDir = join(targetDir, 'postgres');
  const dataDir = join(engineDir, 'data');
  try {
    mkdirSync(targetDir, { recursive: true, mode: 0o711 });
    const sources = await layOut({ ...options, backupDir, targetDir }, manifest, engineDir);
    await gatherErasures({ ...options, backupDir, targetDir }, manifest);
    const forget = instruct(dataDir, until);
    const engine = await startPostgres({ dir: engineDir, log, fsync: durable, startTimeoutMs: replayTimeoutMs });
    try {
      const lastTransactionAt = await checkReplay(engine.adminUrl, sources, until);
      const verdict = await verifyDatabase(engine.adminUrl);
      forget();
      await rm(join(dataDir, 'replay'), { recursive: true });
      log.info({ targetDir, lastTransactionAt, ...verdict }, 'backup restored');
      return { lastTransactionAt, verdict };
    } finally {
      await engine.stop();
    }
  } catch (error) {
    for (const name of ['postgres', 'files']) await rm(join(targetDir, name), { recursive: true, force: true });
    throw explain(error, until);
  }
}

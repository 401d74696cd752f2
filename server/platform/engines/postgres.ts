import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { lockDir, type DirLock } from './dir-lock.ts';
import { EngineError, type EngineLog } from './engine-log.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { answers, bootstrapCluster, loadCredentials, localRoleUrl, roleUrl } from './postgres-roles.ts';
import { initialise, launchServer, writeServerFile, type Cluster } from './postgres-server.ts';
import { defaultSharedBuffersMb, postgresConf, postgresHba } from './postgres-settings.ts';
import { clearDataDir, livePostmaster, runsProgram, stopPostmaster, type StopMode } from './postmaster.ts';
import { isRunning } from './processes.ts';
import { chooseRunAs, handOver } from './run-as.ts';
import { archiveScript } from './wal-archive.ts';

export interface PostgresOptions {
  /** Folder of this cluster: data, passwords, logs. Created when missing. */
  readonly dir: string;
  readonly log: EngineLog;
  /** A fixed port; by default a free one, which changes from start to start. */
  readonly port?: number;
  /** False only for throw-away clusters of tests: a power cut would corrupt them. */
  readonly fsync?: boolean;
  readonly sharedBuffersMb?: number;
  /** Where finished log segments are archived once a first backup was made; none are without it. */
  readonly archiveDir?: string;
  /** How long the server may take until it accepts connections; replaying a long log takes its time. */
  readonly startTimeoutMs?: number;
}

export interface PostgresEngine {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly urls: { readonly owner: string; readonly web: string; readonly worker: string };
  /** The superuser, for backup, verification and tests. The application never connects with it. */
  readonly adminUrl: string;
  readonly dataDir: string;
  /** This server was already running, left behind by a process that died. */
  readonly adopted: boolean;
  /** Resolves when the server is gone, whoever ended it. */
  readonly exited: Promise<void>;
  stop(mode?: StopMode): Promise<void>;
}

/** Takes over the server a dead process left behind when it is healthy and of our version; ends it otherwise. */
async function adopt(cluster: Cluster): Promise<{ pid: number; port: number } | undefined> {
  if (!existsSync(cluster.dataDir)) return undefined;
  const left = livePostmaster(cluster.dataDir);
  if (!left) {
    await clearDataDir(cluster.dataDir);
    return undefined;
  }
  const ours = runsProgram(left.pid, cluster.binaries.postgres);
  if (ours && left.ready && (await answers(cluster.credentials, left.port))) {
    cluster.log.info({ pid: left.pid, port: left.port }, 'postgres left running by an earlier process is adopted');
    return left;
  }
  cluster.log.warn(
    { pid: left.pid, ours, ready: left.ready },
    'postgres left running by an earlier process is stopped',
  );
  await stopPostmaster(left.pid, cluster.dataDir, 'fast', 10_000);
  return undefined;
}

async function watchExit(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resume) => setTimeout(resume, 500).unref());
}

function engineOf(
  cluster: Cluster,
  lock: DirLock,
  server: { pid: number; port: number; child?: ChildProcess },
): PostgresEngine {
  const { pid, port, child } = server;
  const { credentials } = cluster;
  const local = { port, dataDir: cluster.dataDir };
  const stopped = Promise.withResolvers<void>();
  const gone = child ? new Promise<void>((resolveExit) => child.once('exit', () => resolveExit())) : watchExit(pid);
  let stopping: Promise<void> | undefined;
  const stop = async (mode: StopMode): Promise<void> => {
    await stopPostmaster(pid, cluster.dataDir, mode);
    await lock.release();
    stopped.resolve();
  };
  return {
    host: '127.0.0.1',
    port,
    pid,
    urls: {
      owner: localRoleUrl('owner', credentials, local),
      web: localRoleUrl('web', credentials, local),
      worker: localRoleUrl('worker', credentials, local),
    },
    adminUrl: roleUrl('admin', credentials, port),
    dataDir: cluster.dataDir,
    adopted: child === undefined,
    // Neither watch keeps our process alive, so whoever stops the server must not wait for them.
    exited: Promise.race([gone, stopped.promise]),
    stop: (mode = 'fast') => (stopping ??= stop(mode)),
  };
}

/** The folder changes owner and mode: one that holds somebody's other files must not be taken by a slip of the pen. */
function refuseForeignDir(dir: string): void {
  const entries = readdirSync(dir).filter((name) => name !== 'credentials.json.new');
  if (entries.length > 0 && !entries.includes('credentials.json') && !existsSync(join(dir, 'data', 'PG_VERSION'))) {
    throw new EngineError(
      `${dir} holds other files (${entries.slice(0, 3).join(', ')} …); the database needs a folder of its own.`,
    );
  }
}

async function prepare(dir: string, { log, fsync = true }: PostgresOptions): Promise<Cluster> {
  const binaries = findPostgresBinaries();
  const runAs = chooseRunAs(dir, binaries.initdb);
  const dataDir = join(dir, 'data');
  const credentials = loadCredentials(join(dir, 'credentials.json'), existsSync(dataDir));
  const cluster: Cluster = { dir, dataDir, log, binaries, runAs, credentials };
  if (!existsSync(dataDir)) {
    log.info({ dir }, 'creating the database');
    await initialise(cluster, { fsync });
  }
  return cluster;
}

function prepareArchive(cluster: Cluster, archiveDir: string): void {
  mkdirSync(archiveDir, { recursive: true, mode: 0o700 });
  handOver(archiveDir, cluster.runAs);
  const script = join(cluster.dir, 'archive-wal.sh');
  writeFileSync(script, archiveScript(archiveDir), { mode: 0o644 });
  handOver(script, cluster.runAs);
}

async function startLocked(options: PostgresOptions, dir: string, lock: DirLock): Promise<PostgresEngine> {
  const cluster = await prepare(dir, options);
  const adopted = await adopt(cluster);
  if (adopted) return engineOf(cluster, lock, adopted);

  handOver(cluster.dataDir, cluster.runAs);
  // A folder that was copied by hand loses its mode, and the server refuses any other.
  chmodSync(cluster.dataDir, 0o700);
  const settings = {
    fsync: options.fsync ?? true,
    sharedBuffersMb: options.sharedBuffersMb ?? defaultSharedBuffersMb(),
    archiving: options.archiveDir !== undefined,
    localFile: existsSync(join(dir, 'postgresql.local.conf')),
  };
  if (options.archiveDir !== undefined) prepareArchive(cluster, resolve(options.archiveDir));
  writeServerFile(cluster, 'postgresql.conf', postgresConf(settings));
  writeServerFile(cluster, 'pg_hba.conf', postgresHba);
  const { child, port } = await launchServer(cluster, options);
  const pid = child.pid ?? 0;
  try {
    await bootstrapCluster(cluster.credentials, port);
  } catch (error) {
    await stopPostmaster(pid, cluster.dataDir, 'immediate');
    throw error;
  }
  return engineOf(cluster, lock, { pid, port, child });
}

/**
 * Starts the embedded PostgreSQL of a folder (creating it on the first run), or adopts the healthy server that a dead
 * process left there. Throws an EngineError when another process uses the folder or the machine does not allow it.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresEngine> {
  const dir = resolve(options.dir);
  // Others may pass through the parent: the server may run under another account.
  mkdirSync(dirname(dir), { recursive: true, mode: 0o711 });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  refuseForeignDir(dir);
  chmodSync(dir, 0o700);
  const lock = await lockDir(dir, 'postgres');
  try {
    return await startLocked(options, dir, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { EngineError, type EngineLog } from './engine-log.ts';
import { freePort } from './ports.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { Credentials } from './postgres-roles.ts';
import { readPostmaster, stopPostmaster } from './postmaster.ts';
import { waitUntil } from './processes.ts';
import { handOver, type RunAs } from './run-as.ts';

/** One cluster on this machine: where it lives, which programs run it and as whom. */
export interface Cluster {
  readonly dir: string;
  readonly dataDir: string;
  readonly log: EngineLog;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs;
  readonly credentials: Credentials;
}

/** A server that died hard first replays up to 4 GB of log; while its process lives it is at work. */
const startTimeoutMs = 1_800_000;

/** No PG* variable of the operator's shell may reach the server, and its messages stay in English. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
}

function run(cluster: Cluster, program: string, args: readonly string[], outputs: readonly number[]): ChildProcess {
  const [command = program, ...words] = [...cluster.runAs.prefix, program, ...args];
  return spawn(command, words, {
    ...cluster.runAs.spawnOptions,
    cwd: '/',
    env: serverEnvironment(),
    // A session of its own: Ctrl-C must reach the application first, which then stops the server.
    detached: true,
    stdio: ['ignore', ...outputs],
  });
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-15).join('\n') : '';
}

/** Runs a program to its end, with its output in `start.log`. */
async function runToEnd(cluster: Cluster, program: string, args: readonly string[]): Promise<boolean> {
  const output = openSync(join(cluster.dir, 'start.log'), 'w', 0o600);
  try {
    const child = run(cluster, program, args, [output, output]);
    return await new Promise((resolveExit, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolveExit(code === 0));
    });
  } finally {
    closeSync(output);
  }
}

/** Creates the cluster beside its final place and moves it there, so that a data folder is complete or absent. */
export async function initialise(cluster: Cluster, { fsync }: { fsync: boolean }): Promise<void> {
  const fresh = `${cluster.dataDir}.new`;
  const passwordFile = join(cluster.dir, 'initdb-password');
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(passwordFile, cluster.credentials.admin, { mode: 0o600 });
  handOver(passwordFile, cluster.runAs);
  // pg_trgm and full-text search classify letters by the C library, hence C.UTF-8 there too; C is the last resort.
  try {
    for (const locale of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
      const done = await runToEnd(cluster, cluster.binaries.initdb, [
        `--pgdata=${fresh}`,
        '--username=shuke_admin',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        `--locale=${locale}`,
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--data-checksums',
        '--no-instructions',
        ...(fsync ? [] : ['--no-sync']),
      ]);
      if (done) {
        renameSync(fresh, cluster.dataDir);
        return;
      }
      rmSync(fresh, { recursive: true, force: true });
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
  throw new EngineError(`PostgreSQL could not create its data folder:\n${tail(join(cluster.dir, 'start.log'))}`);
}

/** Writes a configuration file into the data folder, readable to the server alone. */
export function writeServerFile(cluster: Cluster, name: string, text: string): void {
  const file = join(cluster.dataDir, name);
  writeFileSync(file, text, { mode: 0o600 });
  handOver(file, cluster.runAs);
}

/**
 * Locks the data folder in the name of the server about to start, which inherits the lock and holds it as long as any of
 * its processes lives. Our other guards see the processes of this container only; a volume may be mounted in two.
 */
function lockForServer(cluster: Cluster): number {
  const lock = openSync(join(cluster.dir, 'data.lock'), 'a', 0o600);
  const { status } = spawnSync('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', lock] });
  // Without the program (status null) this guard is missing, not the start.
  if (status !== 1) return lock;
  closeSync(lock);
  throw new EngineError(
    `A PostgreSQL of another container is running on ${cluster.dataDir}. Stop that container first.`,
  );
}

/** Starts the server and resolves with its process number once it accepts connections; undefined when it ended instead. */
async function launch(cluster: Cluster, port: number, timeoutMs: number): Promise<ChildProcess | undefined> {
  const lock = lockForServer(cluster);
  const output = openSync(join(cluster.dir, 'start.log'), 'w', 0o600);
  const args = ['-D', cluster.dataDir, '-p', String(port)];
  const child = run(cluster, cluster.binaries.postgres, args, [output, output, lock]);
  closeSync(output);
  closeSync(lock);
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  child.unref();
  const ready = (): boolean => {
    const record = readPostmaster(cluster.dataDir);
    return record?.pid === child.pid && record?.ready === true;
  };
  const inTime = await waitUntil(() => ended || ready(), timeoutMs);
  if (!inTime && child.pid) await stopPostmaster(child.pid, cluster.dataDir, 'immediate');
  return inTime && !ended ? child : undefined;
}

/** Starts the server and resolves once it accepts connections; throws an EngineError with its last words otherwise. */
export async function launchServer(
  cluster: Cluster,
  { port: fixedPort, startTimeoutMs: timeoutMs = startTimeoutMs }: { port?: number; startTimeoutMs?: number },
): Promise<{ child: ChildProcess; port: number }> {
  // Between our probe and the server's bind another program may take the port: then try the next.
  const attempts = fixedPort === undefined ? 5 : 1;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = fixedPort ?? (await freePort());
    const child = await launch(cluster, port, timeoutMs);
    if (child) return { child, port };
    if (!tail(join(cluster.dir, 'start.log')).includes('could not bind')) break;
  }
  const day = new Date().toLocaleDateString('en', { weekday: 'short', timeZone: 'UTC' });
  throw new EngineError(
    `PostgreSQL did not start. Its last words:\n${tail(join(cluster.dir, 'start.log'))}\n${tail(join(cluster.dataDir, 'log', `postgres-${day}.log`))}`,
  );
}

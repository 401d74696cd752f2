import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { EngineError } from './engine-log.ts';
import { isRunning, processesIn, programOf, signal, waitUntil } from './processes.ts';

export interface PostmasterRecord {
  readonly pid: number;
  readonly port: number;
  /** The server accepts connections. */
  readonly ready: boolean;
}

/** How a server is told to stop: `fast` ends sessions and writes a checkpoint, `immediate` leaves recovery to the next start. */
export type StopMode = 'fast' | 'immediate';

/** Reads what a running (or dead) server wrote about itself in its data folder. */
export function readPostmaster(dataDir: string): PostmasterRecord | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** The server that lives on this data folder now, leaving aside dead, zombie and reused process numbers. */
export function livePostmaster(dataDir: string): PostmasterRecord | undefined {
  const record = readPostmaster(dataDir);
  if (!record || !isRunning(record.pid)) return undefined;
  return processesIn(dataDir).includes(record.pid) ? record : undefined;
}

/** Whether the process runs exactly this program file (not an older one that an update has replaced). */
export function runsProgram(pid: number, program: string): boolean {
  return programOf(pid) === program;
}

/** Stops a server by its process number, harder as patience runs out; resolves once it and its backends are gone. */
export async function stopPostmaster(
  pid: number,
  dataDir: string,
  mode: StopMode = 'fast',
  patienceMs = 30_000,
): Promise<void> {
  signal(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  const gone = (): boolean => !isRunning(pid);
  if (!(await waitUntil(gone, patienceMs))) {
    signal(pid, 'SIGQUIT');
    if (!(await waitUntil(gone, 5_000))) signal(pid, 'SIGKILL');
  }
  await clearDataDir(dataDir);
}

/**
 * Makes a data folder ready for a new server: waits out (or ends) backends that outlived theirs, then removes lock
 * files that PostgreSQL would take for those of a living server.
 */
export async function clearDataDir(dataDir: string): Promise<void> {
  const alone = (): boolean => processesIn(dataDir).length === 0;
  if (!(await waitUntil(alone, 5_000))) {
    for (const pid of processesIn(dataDir)) signal(pid, 'SIGKILL');
    if (!(await waitUntil(alone, 5_000))) {
      throw new EngineError(`Processes ${processesIn(dataDir).join(', ')} still use ${dataDir} and cannot be ended.`);
    }
  }
  // Only now: while a backend lives, postmaster.pid is what keeps a second server away from its files.
  rmSync(join(dataDir, 'postmaster.pid'), { force: true });
  for (const name of readdirSync(dataDir))
    if (name.startsWith('.s.PGSQL.')) rmSync(join(dataDir, name), { force: true });
}

import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as z from 'zod';

import { holderOf } from './dir-lock.ts';
import { isRunning, signal, startTicks, waitUntil } from './processes.ts';

const Running = z.object({
  /** The supervisor. */
  pid: z.int(),
  webPort: z.int().nullable(),
  databaseUrls: z.object({ owner: z.string(), web: z.string(), worker: z.string() }),
  adminUrl: z.string().nullable(),
  warehouseUrl: z.string(),
  processes: z.array(z.object({ name: z.string(), pid: z.int(), startTicks: z.int() })),
});

/** What a running Shuke tells commands of the same machine: where its engines are. Holds passwords. */
export type Running = z.output<typeof Running>;

/** Purpose under which the process that runs the engines holds the data folder. */
export const supervisorLock = 'supervisor';

function runFile(dataDir: string): string {
  return join(dataDir, 'run', 'shuke.json');
}

/** Writes the run file, readable to its owner alone. */
export function writeRunning(dataDir: string, running: Running): void {
  const file = runFile(dataDir);
  mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(running, null, 2), { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}

/** Removes the run file when the engines stop. */
export function forgetRunning(dataDir: string): void {
  rmSync(runFile(dataDir), { force: true });
}

function readFile(dataDir: string): Running | undefined {
  const file = runFile(dataDir);
  if (!existsSync(file)) return undefined;
  try {
    return Running.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Written by another version, or half a file from a machine that lost power: as good as none.
    return undefined;
  }
}

/** The Shuke that runs on this data folder now; a file left behind by a killed one is not believed. */
export async function findRunning(dataDir: string): Promise<Running | undefined> {
  const running = readFile(dataDir);
  return running && (await holderOf(dataDir, supervisorLock)) === running.pid ? running : undefined;
}

/** Identity of a process for the run file; undefined when it has already gone. */
export function processEntry(name: string, pid: number): Running['processes'][number] | undefined {
  const ticks = startTicks(pid);
  return ticks === undefined ? undefined : { name, pid, startTicks: ticks };
}

/** Ends role processes that outlived a killed supervisor; call it only while holding the data folder. */
export async function endLeftovers(dataDir: string, graceMs = 4_000): Promise<void> {
  const left = (readFile(dataDir)?.processes ?? []).filter((entry) => startTicks(entry.pid) === entry.startTicks);
  const gone = (): boolean => left.every(({ pid }) => !isRunning(pid));
  for (const { pid } of left) signal(pid, 'SIGTERM');
  if (!(await waitUntil(gone, graceMs))) for (const { pid } of left) signal(pid, 'SIGKILL');
  await waitUntil(gone, 2_000);
  forgetRunning(dataDir);
}

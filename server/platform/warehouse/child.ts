import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { lockDir } from '../engines/dir-lock.ts';
import { openFront, type Front } from './front.ts';
import { memoryBudget } from './memory-budget.ts';
import { SessionPool } from './session-pool.ts';
import { openSpool, type Spool } from './spool.ts';

/** Statements that run at the same time; the rest wait. */
const connections = 6;
/** An engine that was killed a moment ago may not be quite gone. */
const takeOverMs = 2_000;
/** How long running statements may go on, and how long the engine may take to end those that did not finish. */
const stopping = { patienceMs: 3_000, cancelMs: 2_000 };
/** Without a parent nobody waits for an answer, and the folder is wanted by a successor. */
const orphaned = { patienceMs: 0, cancelMs: 500 };

/** Where the embedded engine differs from a server, it is made to agree. */
const serverLike = {
  implicit_select: '0',
  allow_introspection_functions: '0',
  // Parameters become part of the statement here, which must not shorten what a server would take.
  max_query_size: String(32 * 1024 * 1024),
  // A result passes through a file; a forgotten condition must not fill the disk.
  max_result_bytes: String(4 * 1024 ** 3),
};

interface Engine {
  readonly front: Front;
  readonly pool: SessionPool;
  readonly spool: Spool;
}

async function retried<T>(work: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + takeOverMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

/** Nothing in the engine can be interrupted from inside, and an exit would wait for it. */
function killSelf(): void {
  process.kill(process.pid, 'SIGKILL');
}

async function open(dir: string, memoryMb: number, password: string): Promise<Engine> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await retried(() => lockDir(dir, 'warehouse'));
  const spool = openSpool(dir);
  const { server, statement } = memoryBudget(memoryMb);
  const folder = { dir: join(dir, 'data'), connections };
  const pool = await retried(() => new SessionPool({ ...folder, server, statement: { ...serverLike, ...statement } }));
  return { pool, spool, front: openFront({ pool, spool, user: 'shuke', password }) };
}

function stopOnRequest({ front, pool, spool }: Engine): void {
  let asked = false;
  const stop = async (limits: { patienceMs: number; cancelMs: number }) => {
    if (asked) return;
    asked = true;
    setTimeout(killSelf, limits.patienceMs + limits.cancelMs + 2_000);
    await front.drain(limits);
    spool.close();
    if (pool.close()) process.exit(0);
    killSelf();
  };
  process.on('SIGTERM', () => void stop(stopping));
  // Ctrl+C reaches every process of a terminal; the parent decides what it means for us.
  process.on('SIGINT', () => process.stdin.isTTY && void stop(stopping));
  process.stdin.resume().once('close', () => void stop(orphaned));
}

/** Of all processes on a full machine this one is the easiest to replace: its data can be rebuilt. */
function volunteerForMemoryKiller(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch (error) {
    process.stderr.write(`cannot volunteer for the memory killer: ${String(error)}\n`);
  }
}

function report(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function main(): Promise<void> {
  process.umask(0o077);
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`, killSelf);
  });
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { dir: text, port: text, 'memory-mb': text } });
  const { dir, port = '0', 'memory-mb': memoryMb = '1024' } = values;
  if (dir === undefined) throw new Error('--dir=FOLDER is missing.');
  volunteerForMemoryKiller();
  const given = process.env.SHUKE_WAREHOUSE_PASSWORD;
  const password = given ?? randomBytes(24).toString('base64url');
  const engine = await open(dir, Number(memoryMb), password);
  stopOnRequest(engine);
  engine.front.server.once('error', (error) => {
    report({ ready: false, error: error.message });
    killSelf();
  });
  engine.front.server.listen(Number(port), '127.0.0.1', () => {
    const { port: listening } = engine.front.server.address() as AddressInfo;
    // Started by hand, it has no password to be given and tells the one it made.
    const own = given === undefined ? { user: 'shuke', password } : {};
    report({ ready: true, port: listening, pid: process.pid, ...own });
  });
}

try {
  await main();
} catch (error) {
  report({ ready: false, error: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.stdin.destroy();
}

import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';

import { EngineError } from './engine-log.ts';

export interface DirLock {
  release(): Promise<void>;
}

function lockName(dir: string, purpose: string): string {
  const { dev, ino } = statSync(dir);
  return `\0shuke-${purpose}-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32)}`;
}

function askHolder(name: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(name);
    let answer = '';
    socket.setEncoding('utf8').setTimeout(2_000, () => socket.destroy());
    socket.on('data', (text) => (answer += text));
    socket.on('error', () => resolve(''));
    socket.on('close', () => resolve(answer));
  });
}

/** The process that has taken the folder, or undefined when nobody has. */
export async function holderOf(dir: string, purpose: string): Promise<number | undefined> {
  return existsSync(dir) ? Number(await askHolder(lockName(dir, purpose))) || undefined : undefined;
}

/**
 * Takes a folder for this process alone, until release or death.
 * Throws an EngineError naming the process that has it. The lock is an abstract socket: the kernel frees it with its
 * process, so there is no stale lock to judge.
 */
export async function lockDir(dir: string, purpose: string): Promise<DirLock> {
  const name = lockName(dir, purpose);
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(String(process.pid));
  });
  const taken = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(name, () => resolve(true));
  });
  if (!taken) {
    const pid = await askHolder(name);
    throw new EngineError(
      `Another Shuke (process ${pid || 'unknown'}) is using ${dir}. Stop it first, or give this one another SHUKE_DATA folder.`,
    );
  }
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

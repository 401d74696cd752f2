import { createHash, randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statfsSync } from 'node:fs';
import { open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Private files through which rows pass to the engine and results from it; nothing survives its request. */
export interface Spool {
  /** Writes rows to a file only we may read, lends its path to `work` and removes it. */
  withRows<T>(rows: Readable, work: (path: string) => Promise<T>): Promise<T>;
  /** Lends a path for the engine to write to, and hands over what was written, already without a name. */
  collect(work: (path: string) => Promise<unknown>): Promise<FileHandle | undefined>;
  close(): void;
}

/** Rows up to this size go through memory; larger ones belong on disk. */
const memoryFileBytes = 16 * 1024 * 1024;
const freeMemoryDiskBytes = 256 * 1024 * 1024;
const memoryDisk = '/dev/shm';

/** Removes what a killed engine of this data folder left behind; the folder's lock says that none is alive. */
function removeLeftovers(parent: string, prefix: string): void {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (name.startsWith(prefix) && lstatSync(path).uid === process.getuid?.())
      rmSync(path, { recursive: true, force: true });
  }
}

function memoryDir(prefix: string): string | undefined {
  try {
    removeLeftovers(memoryDisk, prefix);
    const { bavail, bsize } = statfsSync(memoryDisk);
    if (bavail * bsize < freeMemoryDiskBytes) return undefined;
    // mkdtemp: a name nobody can prepare, closed to other accounts (0700).
    return mkdtempSync(join(memoryDisk, prefix));
  } catch {
    // No such disk (another system, a small container): the data folder serves.
    return undefined;
  }
}

async function* following(first: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function writeRows(path: { memory: string; disk: string }, rows: Readable): Promise<string> {
  const source = (rows as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  let bytes = 0;
  for (let next = await source.next(); !next.done; next = await source.next()) {
    held.push(next.value);
    bytes += next.value.length;
    if (bytes > memoryFileBytes) {
      const file = await open(path.disk, 'wx', 0o600);
      await pipeline(following(held, source), file.createWriteStream());
      return path.disk;
    }
  }
  try {
    await writeFile(path.memory, Buffer.concat(held), { flag: 'wx', mode: 0o600 });
    return path.memory;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    await writeFile(path.disk, Buffer.concat(held), { flag: 'wx', mode: 0o600 });
    return path.disk;
  }
}

/** Opens the spool of a data folder whose lock we hold. */
export function openSpool(dir: string): Spool {
  const prefix = `shuke-warehouse-${createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 16)}-`;
  const disk = join(dir, 'spool');
  rmSync(disk, { recursive: true, force: true });
  mkdirSync(disk, { recursive: true, mode: 0o700 });
  const memory = memoryDir(prefix);

  return {
    async withRows(rows, work) {
      const name = randomUUID();
      const paths = { memory: join(memory ?? disk, name), disk: join(disk, `${name}-large`) };
      try {
        return await work(await writeRows(paths, rows));
      } finally {
        await Promise.all([rm(paths.memory, { force: true }), rm(paths.disk, { force: true })]);
      }
    },
    async collect(work) {
      const path = join(disk, randomUUID());
      try {
        await work(path);
        return await open(path, 'r');
      } catch (error) {
        // FORMAT Null writes no file.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      } finally {
        await rm(path, { force: true });
      }
    },
    close() {
      if (memory !== undefined) rmSync(memory, { recursive: true, force: true });
      rmSync(disk, { recursive: true, force: true });
    },
  };
}

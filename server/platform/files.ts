import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { defineError } from '#platform/errors';
import { newId } from '#platform/ids';

export const FileMissing = defineError('file_missing', 404, (fileId: string) => `File ${fileId} does not exist.`);
export const FileTooLarge = defineError(
  'file_too_large',
  413,
  (maxBytes: number) => `The file is larger than the allowed ${Math.floor(maxBytes / 1_048_576)} MB.`,
  (maxBytes) => ({ maxBytes }),
);

export interface StoredFile {
  readonly fileId: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Keeps files (media, imports, exports, archives) by tenant; a file is there whole or not at all. */
export interface FileStore {
  /** Stores the bytes durably (fsync) and returns their id, size and SHA-256. */
  put(
    tenantId: number,
    source: Readable | Uint8Array,
    options?: { maxBytes?: number; fileId?: string },
  ): Promise<StoredFile>;
  /** Opens a file for reading, optionally from a byte position. */
  open(tenantId: number, fileId: string, startByte?: number): Promise<{ stream: Readable; sizeBytes: number }>;
  /** The path on the local disk, for programs that need one (never shown to a client). */
  pathOf(tenantId: number, fileId: string): string;
  remove(tenantId: number, fileId: string): Promise<void>;
  /** Removes every file of a tenant. */
  removeAll(tenantId: number): Promise<void>;
}

const idPattern = /^[0-9a-z][0-9a-z._-]{2,120}$/i;

/** A file store in a local folder: `<root>/<tenant>/<first two of the id's hash>/<id>`. */
export function openFileStore(root: string): FileStore {
  const pathOf = (tenantId: number, fileId: string) => {
    if (!idPattern.test(fileId) || fileId.includes('..')) throw new FileMissing(fileId);
    const shard = createHash('sha256').update(fileId).digest('hex').slice(0, 2);
    return resolve(root, String(tenantId), shard, fileId);
  };
  return {
    pathOf,
    async put(tenantId, source, { maxBytes = 2_147_483_648, fileId = newId() } = {}) {
      const path = pathOf(tenantId, fileId);
      const partial = join(dirname(path), `.${fileId}.${process.pid}.part`);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const hash = createHash('sha256');
      let sizeBytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          sizeBytes += chunk.length;
          if (sizeBytes > maxBytes) {
            done(new FileTooLarge(maxBytes));
            return;
          }
          hash.update(chunk);
          done(null, chunk);
        },
      });
      try {
        const input = source instanceof Readable ? source : Readable.from([Buffer.from(source)]);
        await pipeline(input, measure, createWriteStream(partial, { mode: 0o600 }));
        await syncToDisk(partial);
        await rename(partial, path);
        await syncToDisk(dirname(path));
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
      return { fileId, sizeBytes, sha256: hash.digest('hex') };
    },
    async open(tenantId, fileId, startByte = 0) {
      const path = pathOf(tenantId, fileId);
      const found = await stat(path).catch(() => null);
      if (!found) throw new FileMissing(fileId);
      return { stream: createReadStream(path, { start: startByte }), sizeBytes: found.size };
    },
    async remove(tenantId, fileId) {
      await rm(pathOf(tenantId, fileId), { force: true });
    },
    async removeAll(tenantId) {
      await rm(resolve(root, String(tenantId)), { recursive: true, force: true });
    },
  };
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

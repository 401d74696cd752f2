import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import type { Vaults } from '#platform/vault';

/** Seals and opens bodies of the log; both under the installation's log key. */
export interface LogSealer {
  seal(bytes: Buffer): Buffer;
  open(sealed: Buffer): Buffer;
}

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
// Level 1: the thread pool compresses faster than one connection can commit, and higher levels gain a few per cent.
const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 65_536 };
const inLargePieces = { chunkSize: 1_048_576 };
const sealerLifeMs = 15_000;

/** Setting up a compressor costs more than so few bytes are worth. */
const leastCompressed = 4_096;
const zstdMagic = 0xfd2fb528;

/** The stored form of a JSON text (as string or UTF-8): compressed off the main thread unless it is small, then sealed. */
export async function toBody(sealer: LogSealer, json: string | Buffer): Promise<Buffer> {
  const plain = typeof json === 'string' ? Buffer.from(json, 'utf8') : json;
  return sealer.seal(plain.length < leastCompressed ? plain : await compress(plain, fastest));
}

/** What `toBody` stored; throws when the body was changed or its key is gone. */
export async function fromBody<T>(sealer: LogSealer, body: Buffer): Promise<T> {
  const opened = sealer.open(body);
  const compressed = opened.length >= 4 && opened.readUInt32LE(0) === zstdMagic;
  return JSON.parse((compressed ? await decompress(opened, inLargePieces) : opened).toString('utf8')) as T;
}

/** A sealer for loops without a transaction of their own; looks for rotated keys every 15 seconds. */
export function openSealer(database: Database, vaults: Vaults): () => Promise<LogSealer> {
  let current: Promise<LogSealer> | undefined;
  let loadedAt = -Infinity;
  return () => {
    if (!current || performance.now() - loadedAt > sealerLifeMs) {
      loadedAt = performance.now();
      current = database.work({ tenantId: null, scope: everyStore }, (tx) => vaults.forInstallation(tx));
      current.catch(() => {
        current = undefined;
      });
    }
    return current;
  };
}

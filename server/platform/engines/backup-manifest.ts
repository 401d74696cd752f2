import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { constants, copyFile, link, lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import * as z from 'zod';

import { EngineError } from './engine-log.ts';

const BackedUpFile = z.object({
  /** Below the backup's folder, with forward slashes. */
  path: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  modifiedMs: z.number(),
});

const Manifest = z.object({
  format: z.literal('shuke-backup/1'),
  startedAt: z.iso.datetime(),
  /** From this moment on the backup can be restored to any later one the archive reaches. */
  endedAt: z.iso.datetime(),
  postgresVersion: z.string(),
  systemIdentifier: z.string(),
  segmentBytes: z.int(),
  firstSegment: z.string(),
  lastSegment: z.string(),
  archiveDir: z.string(),
  /** ClickHouse is a projection of the log and is rebuilt; the keys must not lie beside the data they protect. */
  notIncluded: z.array(z.string()),
  directories: z.array(z.string()),
  files: z.array(BackedUpFile),
});

export type BackedUpFile = z.output<typeof BackedUpFile>;
export type Manifest = z.output<typeof Manifest>;

/** Reads a backup's manifest; throws an EngineError when the folder holds no finished backup. */
export function readManifest(backupDir: string): Manifest {
  const file = join(backupDir, 'manifest.json');
  if (!existsSync(file)) throw new EngineError(`${backupDir} holds no finished backup (no manifest.json).`);
  const parsed = Manifest.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new EngineError(`${file} is not a manifest this version understands.`);
  return parsed.data;
}

/** Copies one file and answers its size and hash as written; undefined when it vanished, as files of a living server may. */
export async function copyHashed(
  source: string,
  target: string,
): Promise<{ bytes: number; sha256: string } | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(source), measure, createWriteStream(target, { mode: 0o600 }));
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && path === source) return undefined;
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

export interface TreeCopy {
  readonly source: string;
  readonly backupDir: string;
  /** Folder below the backup that receives the tree. */
  readonly into: string;
  readonly skip?: (path: string) => boolean;
  /** Keep the folder, leave out what is in it. */
  readonly empty?: (path: string) => boolean;
  /** An earlier backup whose unchanged files are linked instead of copied; only for files that never change in place. */
  readonly earlier?: { readonly dir: string; readonly files: ReadonlyMap<string, BackedUpFile> };
}

/** Copies a folder into a backup and answers what it holds. */
export async function copyTree(copy: TreeCopy): Promise<{ files: BackedUpFile[]; directories: string[] }> {
  const files: BackedUpFile[] = [];
  const directories: string[] = [];
  async function visit(relative: string): Promise<void> {
    const path = join(copy.into, relative);
    directories.push(path);
    await mkdir(join(copy.backupDir, path), { recursive: true, mode: 0o700 });
    if (copy.empty?.(relative)) return;
    for (const entry of await readdir(join(copy.source, relative), { withFileTypes: true })) {
      const below = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (copy.skip?.(below)) continue;
      if (entry.isDirectory()) await visit(below);
      else if (entry.isFile()) {
        const file = await copyOne(copy, below);
        if (file) files.push(file);
      }
    }
  }
  if (existsSync(copy.source)) await visit('');
  return { files, directories };
}

async function copyOne(copy: TreeCopy, relative: string): Promise<BackedUpFile | undefined> {
  const source = join(copy.source, relative);
  const path = `${copy.into}/${relative}`;
  const target = join(copy.backupDir, path);
  const stat = await lstat(source).catch(() => undefined);
  if (!stat) return undefined;
  const known = copy.earlier?.files.get(path);
  if (copy.earlier && known && known.bytes === stat.size && known.modifiedMs === stat.mtimeMs) {
    const linked = await link(join(copy.earlier.dir, path), target).then(
      () => true,
      () => false,
    );
    if (linked) return known;
  }
  const copied = await copyHashed(source, target);
  return copied && { path, ...copied, modifiedMs: stat.mtimeMs };
}

/** Hash of a file on disk, or undefined when it is not there. */
async function hashOf(file: string): Promise<string | undefined> {
  if (!existsSync(file)) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Compares every file of a backup with its manifest; throws an EngineError naming those that differ. */
export async function verifyBackup(backupDir: string): Promise<Manifest> {
  const manifest = readManifest(backupDir);
  const damaged: string[] = [];
  for (const { path, sha256 } of manifest.files) {
    if ((await hashOf(join(backupDir, path))) !== sha256) damaged.push(path);
  }
  if (damaged.length > 0) {
    throw new EngineError(
      `The backup ${backupDir} is damaged: ${damaged.slice(0, 5).join(', ')}${damaged.length > 5 ? ` and ${damaged.length - 5} more` : ''}. Use another one.`,
    );
  }
  return manifest;
}

/** Copies the files below one folder of a backup to their place. */
export async function unpack(backupDir: string, manifest: Manifest, folder: string, target: string): Promise<void> {
  const inside = (path: string): boolean => path === folder || path.startsWith(`${folder}/`);
  const place = (path: string): string => join(target, path.slice(folder.length));
  for (const path of manifest.directories.filter(inside)) await mkdir(place(path), { recursive: true, mode: 0o700 });
  for (const { path } of manifest.files.filter((file) => inside(file.path))) {
    await mkdir(dirname(place(path)), { recursive: true, mode: 0o700 });
    // Hashes were compared before anything was written.
    await copyFile(join(backupDir, path), place(path), constants.COPYFILE_FICLONE);
  }
}

import { createReadStream, createWriteStream, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';

import { EngineError, type EngineLog } from './engine-log.ts';

/** Segments the server may hold back for a failing archive before it gives up on it: 4 GB of 16 MB segments. */
const giveUpAfterSegments = 256;
const suffix = '.zst';

/** Where the segments of an embedded database are archived. */
export function walArchiveDir(dataDir: string): string {
  return join(dataDir, 'wal-archive');
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The server's archive command, run in the data folder with a segment's path and name. It keeps nothing before the first
 * backup (there is nothing to restore onto), copies durably and never overwrites. When the archive's disk stays unusable
 * it gives up before the database's own disk is full, and leaves `archive-gap` as the alarm: the shop goes on selling.
 */
export function archiveScript(archiveDir: string, giveUpAfter = giveUpAfterSegments): string {
  return `#!/bin/sh
# Written by Shuke at every start.
archive=${shellQuoted(archiveDir)}
[ -e ../archive-on ] || exit 0
[ -e "$archive/$2${suffix}" ] && exit 0
if [ -e "$archive/$2" ]; then
  [ "$(sha256sum < "$1")" = "$(sha256sum < "$archive/$2")" ] && exit 0
  echo "wal archive: $2 is already there with other content" >&2
else
  part="$archive/.$2.part"
  cp "$1" "$part" && sync "$part" && mv "$part" "$archive/$2" && sync "$archive" && exit 0
fi
waiting=$(ls pg_wal/archive_status | grep -c 'ready$')
[ "$waiting" -le ${giveUpAfter} ] && exit 1
echo "wal archive: giving up on $2, $waiting segments wait" >&2
[ -e ../archive-gap ] || echo "$2" > ../archive-gap
exit 0
`;
}

export interface ArchiveHealth {
  /** `off`: no backup was ever made. `broken`: restoring to a moment needs a new backup first. */
  readonly state: 'off' | 'ok' | 'failing' | 'broken';
  /** Segments that wait to be archived. */
  readonly waitingSegments: number;
  /** First segment that was given up. */
  readonly firstLost: string | null;
}

const tendEveryMs = 60_000;

/** Compresses what was archived and raises the alarm when archiving fails; returns a function that ends it. */
export function tendArchive({
  engineDir,
  archiveDir,
  log,
}: {
  engineDir: string;
  archiveDir: string;
  log: EngineLog;
}): () => void {
  let working = false;
  const tend = async (): Promise<void> => {
    if (working) return;
    working = true;
    const health = archiveHealth(engineDir);
    if (health.state === 'failing') log.error({ archiveDir, ...health }, 'the WAL archive does not take segments');
    if (health.state === 'broken') log.error({ archiveDir, ...health }, 'the WAL archive has a gap; make a new backup');
    try {
      await compressArchive(archiveDir);
    } catch (error) {
      log.error({ archiveDir, err: error }, 'segments of the WAL archive could not be compressed');
    }
    working = false;
  };
  const timer = setInterval(() => void tend(), tendEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** How the archive of an engine's folder fares, from its files alone. */
export function archiveHealth(engineDir: string): ArchiveHealth {
  const status = join(engineDir, 'data', 'pg_wal', 'archive_status');
  const waitingSegments = existsSync(status) ? readdirSync(status).filter((name) => name.endsWith('.ready')).length : 0;
  if (!existsSync(join(engineDir, 'archive-on'))) return { state: 'off', waitingSegments: 0, firstLost: null };
  const gap = join(engineDir, 'archive-gap');
  if (existsSync(gap)) return { state: 'broken', waitingSegments, firstLost: readFileSync(gap, 'utf8').trim() };
  // Two may wait at any busy moment; more means the command fails.
  return { state: waitingSegments > 4 ? 'failing' : 'ok', waitingSegments, firstLost: null };
}

/** Name, timeline and running number of a segment file, compressed or not. */
export interface Segment {
  readonly file: string;
  readonly name: string;
  readonly timeline: string;
  readonly number: number;
}

/** Reads a segment's file name; undefined for history files and unfinished copies. */
export function parseSegment(file: string, segmentBytes: number): Segment | undefined {
  const [, name = '', timeline = '', log = '', part = ''] =
    /^(([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8}))(?:\.zst)?$/.exec(file) ?? [];
  if (!name) return undefined;
  const perLog = 2 ** 32 / segmentBytes;
  return { file, name, timeline, number: Number.parseInt(log, 16) * perLog + Number.parseInt(part, 16) };
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');

/** Name of the segment with a running number. */
export function segmentName(timeline: string, number: number, segmentBytes: number): string {
  const perLog = 2 ** 32 / segmentBytes;
  return `${timeline}${hex(Math.floor(number / perLog))}${hex(number % perLog)}`;
}

/** The archive's segments in order, one per name. */
export function listSegments(archiveDir: string, segmentBytes: number): Segment[] {
  if (!existsSync(archiveDir)) return [];
  const segments = readdirSync(archiveDir).flatMap((file) => parseSegment(file, segmentBytes) ?? []);
  return [...new Map(segments.map((segment) => [segment.name, segment])).values()].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

async function fsyncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Compresses segments the archive holds plainly; a half-empty one shrinks to a few kilobytes. Resolves with how many. */
export async function compressArchive(archiveDir: string, olderThanMs = 30_000): Promise<number> {
  if (!existsSync(archiveDir)) return 0;
  let count = 0;
  for (const name of readdirSync(archiveDir)) {
    const file = join(archiveDir, name);
    if (!/^[0-9A-F]{24}$/.test(name) || Date.now() - statSync(file).mtimeMs < olderThanMs) continue;
    const part = join(archiveDir, `.${name}${suffix}.part`);
    const zstd = createZstdCompress({
      params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
    });
    await pipeline(createReadStream(file), zstd, createWriteStream(part, { mode: 0o600 }));
    await fsyncPath(part);
    await rename(part, `${file}${suffix}`);
    await fsyncPath(archiveDir);
    await rm(file);
    count += 1;
  }
  return count;
}

/** Writes a segment out of the archive in plain form; rejects when it is damaged or incomplete. */
export async function extractSegment(
  archiveDir: string,
  segment: Segment,
  { target, segmentBytes }: { target: string; segmentBytes: number },
): Promise<void> {
  const source = createReadStream(join(archiveDir, segment.file));
  const out = createWriteStream(target, { mode: 0o600 });
  if (segment.file.endsWith(suffix)) await pipeline(source, createZstdDecompress(), out);
  else await pipeline(source, out);
  // A plain copy has no end mark or checksum of its own.
  if (out.bytesWritten !== segmentBytes) throw new EngineError(`${segment.file} is cut short.`);
}

// The position follows the eight digits of the timeline, which only grows.
const positionOf = (name: string): string => name.slice(8, 24);

/** Removes segments older than the one a kept backup starts with; resolves with how many. */
export async function pruneArchive(archiveDir: string, firstNeeded: string): Promise<number> {
  const old = existsSync(archiveDir)
    ? readdirSync(archiveDir).filter((name) => /^[0-9A-F]{24}/.test(name) && positionOf(name) < positionOf(firstNeeded))
    : [];
  for (const name of old) await rm(join(archiveDir, name));
  return old.length;
}

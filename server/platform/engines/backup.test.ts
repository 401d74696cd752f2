import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { readManifest, verifyBackup } from './backup-manifest.ts';
import { backup, pruneBackups, type Backup } from './backup.ts';
import { startPostgres, type PostgresEngine } from './postgres.ts';
import { restore } from './restore.ts';
import { prepareCluster, silent as log } from './test-cluster.ts';
import { verifyDatabase } from './verify-database.ts';
import { archiveHealth, compressArchive, walArchiveDir } from './wal-archive.ts';

let home: string;
let copyCluster: (engineDir: string) => void;
let dataDir: string;
let outDir: string;
let engine: PostgresEngine;
let admin: Client;
let first: Backup;
/** After the rows of the day, before the accident. */
let beforeAccident: Date;

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function databaseNow(): Promise<Date> {
  const { rows } = await admin.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]?.now ?? new Date(0);
}

async function archiveEverything(): Promise<void> {
  const { rows } = await admin.query<{ file: string }>('select pg_walfile_name(pg_switch_wal() - 1) as file');
  const file = rows[0]?.file ?? '';
  while (!readdirSync(walArchiveDir(dataDir)).some((name) => name.startsWith(file))) await sleep(50);
}

/** One more segment, so that the damaged one is not the last. */
async function archiveMore(archiveDir: string): Promise<void> {
  await admin.query('create table more as select 1');
  await archiveEverything();
  for (const name of readdirSync(walArchiveDir(dataDir))) {
    const copy = join(archiveDir, name);
    if (!existsSync(copy) && !readdirSync(archiveDir).some((other) => other.startsWith(name.slice(0, 24)))) {
      cpSync(join(walArchiveDir(dataDir), name), copy);
    }
  }
}

function day(age: number): string {
  return new Date(Date.parse('2026-11-24T00:00:00Z') - age * 86_400_000).toISOString();
}

function restored(name: string): string {
  return join(home, name);
}

/** Opens a restored folder, asks it something and stops it. */
async function ask<Row extends object>(folder: string, sql: string): Promise<Row[]> {
  const opened = await startPostgres({ dir: join(folder, 'postgres'), log, fsync: false, sharedBuffersMb: 32 });
  try {
    const client = await connect(opened.adminUrl);
    const { rows } = await client.query<Row>(sql);
    await client.end();
    return rows;
  } finally {
    await opened.stop('immediate');
  }
}

vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "shuke backup 熟客's-"));
  chmodSync(home, 0o755);
  dataDir = join(home, 'data');
  outDir = join(home, 'backups');
  mkdirSync(join(dataDir, 'files', '1', 'ab'), { recursive: true, mode: 0o711 });
  writeFileSync(join(dataDir, 'files', '1', 'ab', 'photo'), 'a photo');
  copyCluster = await prepareCluster(home);
  copyCluster(join(dataDir, 'postgres'));
  engine = await startPostgres({
    dir: join(dataDir, 'postgres'),
    archiveDir: walArchiveDir(dataDir),
    log,
    sharedBuffersMb: 32,
  });
  admin = await connect(engine.adminUrl);
  await admin.query('create table account (id int primary key, balance_fen bigint not null)');
  await admin.query('insert into account select id, 100 from generate_series(1, 20000) id');

  const writing = new AbortController();
  const writer = (async () => {
    const client = await connect(engine.adminUrl);
    for (let id = 100_000; !writing.signal.aborted; id += 1)
      await client.query('insert into account values ($1, 1)', [id]);
    await client.end();
  })();
  first = await backup({ dataDir, adminUrl: engine.adminUrl, log }, outDir);
  writing.abort();
  await writer;
  writeFileSync(join(dataDir, 'files', '1', 'ab', 'later-photo'), 'stored after the backup');
  await admin.query('insert into account select id, 7 from generate_series(30001, 40000) id');
  await admin.query('delete from account where id >= 100000');
  await sleep(20);
  beforeAccident = await databaseNow();
  await sleep(20);
  await admin.query('delete from account where id > 10');
  await admin.query('insert into account values (50000, -1)');
  await archiveEverything();
}, 120_000);
afterAll(async () => {
  await admin.end();
  await engine.stop('immediate');
  rmSync(home, { recursive: true, force: true });
});

describe('a backup', () => {
  test('made while customers buy holds data, files and the log it needs, each with its hash', async () => {
    const manifest = await verifyBackup(first.dir);

    expect(manifest.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'backup_label',
        'credentials.json',
        'data/global/pg_control',
        'files/1/ab/photo',
        `wal/${manifest.firstSegment}`,
      ]),
    );
    expect(manifest.files.some(({ path }) => path.includes('postmaster.pid') || path.startsWith('data/pg_wal/'))).toBe(
      false,
    );
    expect(manifest.notIncluded.join(' ')).toContain('ClickHouse');
    expect(statSync(first.dir).mode & 0o777).toBe(0o700);
  });

  test('links files that the earlier one already holds', async () => {
    const second = await backup({ dataDir, adminUrl: engine.adminUrl, log }, outDir);

    expect(statSync(join(second.dir, 'files/1/ab/photo')).ino).toBe(statSync(join(first.dir, 'files/1/ab/photo')).ino);
    expect(readFileSync(join(second.dir, 'files/1/ab/photo'), 'utf8')).toBe('a photo');
    await verifyBackup(second.dir);
  });

  test('does not exist until it is whole', async () => {
    await expect(
      backup({ dataDir: join(home, 'nowhere'), adminUrl: engine.adminUrl, log }, join(home, 'none')),
    ).rejects.toThrow('ENOENT');

    expect(readdirSync(join(home, 'none'))).toEqual([]);
    expect(() => readManifest(join(home, 'none'))).toThrow('no finished backup');
  });
});

describe('restoring', () => {
  test('returns to the moment before the accident: the rows of then are there, the later ones are not', async () => {
    const { verdict } = await restore({
      backupDir: first.dir,
      targetDir: restored('then'),
      until: beforeAccident,
      log,
    });

    expect(verdict.faults).toEqual([]);
    expect(verdict.checkedIndexes).toBeGreaterThan(100);
    expect(
      await ask(
        restored('then'),
        'select count(*)::int as rows, sum(balance_fen)::int as fen, min(balance_fen)::int as least from account',
      ),
    ).toEqual([{ rows: 30_000, fen: 2_070_000, least: 7 }]);
    expect(readFileSync(join(restored('then'), 'files/1/ab/photo'), 'utf8')).toBe('a photo');
    expect(readFileSync(join(restored('then'), 'files/1/ab/later-photo'), 'utf8')).toBe('stored after the backup');
    expect(existsSync(join(restored('then'), 'postgres/data/replay'))).toBe(false);
  });

  test('without a moment goes as far as the archive reaches, from compressed segments too', async () => {
    expect(await compressArchive(walArchiveDir(dataDir), 0)).toBeGreaterThan(0);
    expect(readdirSync(walArchiveDir(dataDir)).some((name) => /^[0-9A-F]{24}$/.test(name))).toBe(false);

    await restore({ durable: false, backupDir: first.dir, targetDir: restored('latest'), log });

    expect(
      await ask(restored('latest'), 'select count(*)::int as rows, min(balance_fen)::int as least from account'),
    ).toEqual([{ rows: 11, least: -1 }]);
  });

  test('works from the backup alone when the archive is lost', async () => {
    await restore({
      durable: false,
      backupDir: first.dir,
      targetDir: restored('alone'),
      archiveDir: join(home, 'lost'),
      log,
    });

    const [row] = await ask<{ rows: number }>(
      restored('alone'),
      'select count(*)::int as rows from account where id <= 20000',
    );
    expect(row).toEqual({ rows: 20_000 });
  });

  test.each([
    [
      'a damaged file',
      'is damaged: files/1/ab/photo',
      (dir: string) => writeFileSync(join(dir, 'files/1/ab/photo'), 'another'),
    ],
    ['a missing file', 'is damaged: data/PG_VERSION', (dir: string) => rmSync(join(dir, 'data/PG_VERSION'))],
  ])('refuses %s, and leaves nothing behind', async (_what, message, harm) => {
    const dir = join(home, 'harmed');
    rmSync(dir, { recursive: true, force: true });
    cpSync(first.dir, dir, { recursive: true });
    harm(dir);

    await expect(restore({ durable: false, backupDir: dir, targetDir: restored('refused'), log })).rejects.toThrow(
      message,
    );
    expect(existsSync(join(restored('refused'), 'postgres'))).toBe(false);
  });

  test('refuses a gap and a torn segment in the archive', async () => {
    const archiveDir = join(home, 'torn');
    cpSync(walArchiveDir(dataDir), archiveDir, { recursive: true });
    const segments = readdirSync(archiveDir)
      .filter((name) => /^[0-9A-F]{24}\.zst$/.test(name) && name.slice(0, 24) > first.manifest.lastSegment)
      .toSorted();
    const [torn = ''] = segments;
    const whole = readFileSync(join(archiveDir, torn));
    truncateSync(join(archiveDir, torn), whole.length - 10);
    await expect(
      restore({ durable: false, backupDir: first.dir, targetDir: restored('x'), archiveDir, log }),
    ).rejects.toThrow(`Log segment ${torn}`);

    writeFileSync(join(archiveDir, torn), whole);
    // Whole as a file, wrong inside: the server would stop there and call it the end of the log.
    const inner = join(archiveDir, torn.replace('.zst', ''));
    writeFileSync(inner, zstdDecompressSync(whole).fill(0x55, 40, 200));
    rmSync(join(archiveDir, torn));
    await archiveMore(archiveDir);
    await expect(
      restore({ durable: false, backupDir: first.dir, targetDir: restored('x'), archiveDir, log }),
    ).rejects.toThrow('The log is damaged after segment');

    rmSync(inner);
    await expect(
      restore({ durable: false, backupDir: first.dir, targetDir: restored('x'), archiveDir, log }),
    ).rejects.toThrow('is missing from');
    expect(readdirSync(restored('x'))).toEqual([]);
  });

  test('refuses a moment outside what it can reach, and a folder in use', async () => {
    const early = new Date(Date.parse(first.manifest.endedAt) - 60_000);
    await expect(
      restore({ durable: false, backupDir: first.dir, targetDir: restored('y'), until: early, log }),
    ).rejects.toThrow('use an earlier one');
    // Keys that were put there beforehand outlive a failed restore.
    mkdirSync(join(restored('y'), 'secrets'), { recursive: true });
    const late = new Date(Date.now() + 3_600_000);
    await expect(
      restore({ durable: false, backupDir: first.dir, targetDir: restored('y'), until: late, log }),
    ).rejects.toThrow('The archive ends before');
    expect(readdirSync(restored('y'))).toEqual(['secrets']);
    await expect(restore({ durable: false, backupDir: first.dir, targetDir: dataDir, log })).rejects.toThrow(
      'is not empty',
    );
    expect(existsSync(join(dataDir, 'files/1/ab/photo'))).toBe(true);
  });
});

describe('keeping backups', () => {
  test('removes those no moment of the period needs, and the log before the oldest kept', async () => {
    const backupsDir = join(home, 'kept');
    for (const [age, segment] of [
      [80, '000000010000000000000001'],
      [50, '000000010000000000000002'],
      [36, '000000010000000000000003'],
      [34, '000000010000000000000005'],
      [1, '000000010000000000000006'],
    ] as const) {
      mkdirSync(join(backupsDir, `age-${age}`), { recursive: true });
      const manifest = { ...first.manifest, endedAt: day(age), firstSegment: segment, lastSegment: segment };
      writeFileSync(join(backupsDir, `age-${age}`, 'manifest.json'), JSON.stringify(manifest));
    }
    const shop = join(home, 'shop');
    mkdirSync(walArchiveDir(shop), { recursive: true });
    for (const number of [1, 2, 3, 4])
      writeFileSync(join(walArchiveDir(shop), `00000001000000000000000${number}.zst`), '');

    const now = new Date('2026-11-24T00:00:00Z');
    const removed = await pruneBackups({ backupsDir, dataDir: shop, now }, { days: 35, atLeast: 2 });

    // 36 days old, yet what day 35 is restored from.
    expect(readdirSync(backupsDir).toSorted()).toEqual(['age-1', 'age-34', 'age-36']);
    expect(removed.segments).toBe(2);
    expect(readdirSync(walArchiveDir(shop)).toSorted()).toEqual([
      '000000010000000000000003.zst',
      '000000010000000000000004.zst',
    ]);
    await pruneBackups({ backupsDir, dataDir: shop, now: new Date('2027-11-24T00:00:00Z') }, { days: 35, atLeast: 2 });
    expect(readdirSync(backupsDir).toSorted()).toEqual(['age-1', 'age-34']);
  });
});

describe('the archive', () => {
  test('keeps nothing before the first backup', async () => {
    const dir = join(home, 'fresh');
    mkdirSync(dir, { mode: 0o711 });
    copyCluster(join(dir, 'postgres'));
    const fresh = await startPostgres({
      dir: join(dir, 'postgres'),
      archiveDir: walArchiveDir(dir),
      log,
      fsync: false,
      sharedBuffersMb: 32,
    });
    const client = await connect(fresh.adminUrl);
    await client.query('select pg_switch_wal()');
    while ((await client.query('select from pg_stat_archiver where archived_count > 0')).rowCount === 0)
      await sleep(50);
    await client.end();

    expect(readdirSync(walArchiveDir(dir))).toEqual([]);
    expect(archiveHealth(join(dir, 'postgres'))).toMatchObject({ state: 'off' });
    await fresh.stop('immediate');
  });

  test('whose disk fails raises the alarm, and gives up before the database stops', async () => {
    const dir = join(home, 'odd');
    mkdirSync(dir, { mode: 0o711 });
    copyCluster(join(dir, 'postgres'));
    const odd = await startPostgres({
      dir: join(dir, 'postgres'),
      archiveDir: walArchiveDir(dir),
      log,
      fsync: false,
      sharedBuffersMb: 32,
    });
    const script = join(dir, 'postgres', 'archive-wal.sh');
    const client = await connect(odd.adminUrl);
    const switchSegments = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) {
        await client.query('create table if not exists t (id int)');
        await client.query('insert into t values (1)');
        await client.query('select pg_switch_wal()');
      }
    };
    const untilState = async (state: string): Promise<void> => {
      const deadline = performance.now() + 20_000;
      while (archiveHealth(join(dir, 'postgres')).state !== state && performance.now() < deadline) await sleep(50);
    };
    writeFileSync(join(dir, 'postgres', 'archive-on'), '');
    rmSync(walArchiveDir(dir), { recursive: true });
    writeFileSync(walArchiveDir(dir), 'not a folder');

    await switchSegments(6);
    await untilState('failing');
    expect(archiveHealth(join(dir, 'postgres'))).toMatchObject({ state: 'failing', firstLost: null });
    writeFileSync(script, readFileSync(script, 'utf8').replace('-le 256', '-le 3'));
    await untilState('broken');
    expect(archiveHealth(join(dir, 'postgres'))).toMatchObject({
      state: 'broken',
      firstLost: expect.stringMatching(/^[0-9A-F]{24}$/),
    });
    await client.query('insert into t values (2)');
    await client.end();
    await odd.stop('immediate');
  });
});

describe('verification', () => {
  test('finds an index that has lost an entry', async () => {
    await admin.query(
      'create table damaged (id int); insert into damaged select generate_series(1, 1000); create index damaged_id on damaged (id)',
    );
    // A row the index does not know: what a torn page or a wrong collation leaves behind.
    await admin.query(
      `update pg_index set indisready = false, indisvalid = false where indexrelid = 'damaged_id'::regclass`,
    );
    await admin.query('insert into damaged values (2000)');
    await admin.query(
      `update pg_index set indisready = true, indisvalid = true where indexrelid = 'damaged_id'::regclass`,
    );

    const { faults } = await verifyDatabase(engine.adminUrl);

    expect(faults).toEqual([expect.stringContaining('damaged_id')]);
    await admin.query('drop table damaged');
  });
});

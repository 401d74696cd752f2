import { existsSync, statfsSync } from 'node:fs';

import { readConfig } from '#platform/config';
import type { Config } from '#platform/config';
import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';
import { backupHealth } from '#platform/engines/backup-health';
import { findRunning } from '#platform/engines/running';
import { walArchiveDir } from '#platform/engines/wal-archive';
import { erasureFile, readErasures, recordedErasures } from '#platform/erasures';

import { withProduct } from './with-product.ts';

const everyTenant = { tenantId: null, scope: everyStore } as const;

interface Finding {
  readonly ok: boolean;
  /** Worth saying, but nothing is broken. */
  readonly isHint?: boolean;
  readonly what: string;
  readonly advice?: string;
}

/** `shuke doctor`: looks at machine, data folder, engines, schema and log, and says what to mend. */
export async function doctor(): Promise<number> {
  const config = readConfig();
  const findings: Finding[] = [nodeVersion(), freeDisk(config.dataDir)];
  const running = await findRunning(config.dataDir);
  findings.push({
    ok: true,
    what: running
      ? `Shuke is running (pid ${running.pid}, port ${running.webPort})`
      : 'Shuke is not running; its engines are started for this check',
  });
  findings.push(
    ...backups(config),
    ...(await withProduct(async ({ database, services }) => [
      ...(await archiver(database)),
      ...(await erasures(config, database)),
      ...(await database.work({ tenantId: null, scope: { all: true } }, async (tx) => {
        const [row] = await tx.query<{ version: string; fsync: string; checksums: string; letters: number }>(
          `select current_setting('server_version') as version, current_setting('fsync') as fsync,
                  current_setting('data_checksums') as checksums, (select count(*)::int from log.dead_letters) as letters`,
        );
        return [
          { ok: true, what: `PostgreSQL ${row?.version ?? '?'} answers` },
          {
            ok: row?.fsync === 'on',
            what: `fsync is ${row?.fsync}`,
            advice: 'Set fsync = on, or a power cut loses data.',
          },
          {
            ok: row?.checksums === 'on',
            what: `data checksums are ${row?.checksums}`,
            advice: 'Enable data checksums with pg_checksums.',
          },
          {
            ok: row?.letters === 0,
            what: `${row?.letters ?? 0} dead letters`,
            advice: 'Look at them under 设置 → 数据采集 and replay them.',
          },
        ];
      })),
      {
        ok: await services.warehouse.ping(),
        what: 'ClickHouse answers',
        advice: 'Boards wait for it; the shop goes on. Its log says why.',
      },
    ])),
  );
  for (const { ok, isHint, what, advice } of findings)
    console.log(
      `${ok ? '✓' : isHint === true ? '!' : '✗'} ${what}${ok || advice === undefined ? '' : `\n    ${advice}`}`,
    );
  return findings.every(({ ok, isHint }) => ok || isHint === true) ? 0 : 1;
}

function backups(config: Config): Finding[] {
  const { state, archive, last } = backupHealth(config);
  const ago = last
    ? `the last backup ended ${(last.ageMs / 3_600_000).toFixed(1)} h ago (${last.dir})`
    : 'no backup was made yet';
  switch (state) {
    case 'none':
      return [];
    case 'never':
      return [
        {
          ok: false,
          isHint: true,
          what: ago,
          advice: 'Run `shuke backup <folder on another disk>`, or set SHUKE_BACKUP_DIR to have it done daily.',
        },
      ];
    case 'ok':
      return [{ ok: true, what: ago }];
    case 'late':
      return [
        {
          ok: false,
          what: ago,
          advice: 'Run `shuke backup`; set SHUKE_BACKUP_DIR to have it done by itself. Its log says why one failed.',
        },
      ];
    case 'archive_failing':
      return [
        {
          ok: false,
          what: `the log is not archived: ${archive.waitingSegments} segments wait`,
          advice: `Is the disk of ${walArchiveDir(config.dataDir)} full or read-only? Until it takes segments, a lost disk loses everything since.`,
        },
      ];
    case 'archive_broken':
      return [
        {
          ok: false,
          what: `the archived log has a gap at ${archive.firstLost ?? '?'}`,
          advice: 'Make room and run `shuke backup`: moments after the gap can only be restored from a new backup.',
        },
      ];
    default:
      return state satisfies never;
  }
}

/** What the server itself says of its archive command: it may fail while few segments wait. */
async function archiver(database: Database): Promise<Finding[]> {
  const [row] = await database.work(everyTenant, (tx) =>
    tx.query<{ failing: boolean; wal: string | null }>(
      `select coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) as failing, last_failed_wal as wal
         from pg_stat_archiver`,
    ),
  );
  if (row?.failing !== true) return [];
  return [
    {
      ok: false,
      what: `archiving stands still at segment ${row.wal ?? '?'}`,
      advice:
        'The database log in postgres/log says what the archive command met; restoring to a moment ends there until it is mended.',
    },
  ];
}

/** An erasure that exists in the database alone would be undone by restoring an older state. */
async function erasures(config: Config, database: Database): Promise<Finding[]> {
  const listed = new Set(readErasures(erasureFile(config.dataDir)).map(({ erasureId }) => erasureId));
  const missing = (await recordedErasures(database)).filter(({ erasureId }) => !listed.has(erasureId));
  return [
    {
      ok: missing.length === 0,
      what: `${listed.size} erasure(s) listed outside the database${missing.length > 0 ? `, ${missing.length} missing` : ''}`,
      advice: `They are copied within seconds while the jobs role runs; \`shuke backup\` copies them too. Can ${erasureFile(config.dataDir)} be written?`,
    },
  ];
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return {
    ok: major > 22 || (major === 22 && minor >= 19),
    what: `Node ${process.versions.node}`,
    advice: 'Run `npm ci` to get the pinned Node 24.',
  };
}

function freeDisk(dataDir: string): Finding {
  if (!existsSync(dataDir)) return { ok: true, what: `${dataDir} does not exist yet` };
  const { bavail, bsize } = statfsSync(dataDir);
  const freeGb = (bavail * bsize) / 1e9;
  return {
    ok: freeGb > 2,
    what: `${freeGb.toFixed(1)} GB free in ${dataDir}`,
    advice: 'Less than 2 GB: the database refuses writes when the disk is full.',
  };
}

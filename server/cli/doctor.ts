import { existsSync, statfsSync } from 'node:fs';

import { readConfig } from '#platform/config';
import { findRunning } from '#platform/engines/running';

import { withProduct } from './with-product.ts';

interface Finding {
  readonly ok: boolean;
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
    ...(await withProduct(async ({ database, services }) => [
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
  for (const { ok, what, advice } of findings)
    console.log(`${ok ? '✓' : '✗'} ${what}${ok || advice === undefined ? '' : `\n    ${advice}`}`);
  return findings.every(({ ok }) => ok) ? 0 : 1;
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

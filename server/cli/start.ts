import { resolve } from 'node:path';

import { readConfig } from '#platform/config';
import type { Config } from '#platform/config';
import { openDatabase } from '#platform/database';
import type { EngineAddresses } from '#platform/engines/engines';
import { keepBackups } from '#platform/engines/keep-backups';
import { supervise } from '#platform/engines/supervisor';
import { erasureFile, readErasures } from '#platform/erasures';
import { createLogger } from '#platform/logger';

import { openServices } from '../services.ts';
import { firstRun } from './first-run.ts';
import type { DemoSignIn } from './first-run.ts';
import { prepareSchema } from './prepare-schema.ts';
import { replayErasures } from './replay-erasures.ts';

/** `shuke start`: engines, migrations, the demo brand on the first run, then web, pipeline and jobs under one supervisor. */
export async function start(): Promise<number> {
  const config = readConfig();
  const startedAt = performance.now();
  console.log(`Shuke 熟客 — data in ${config.dataDir}`);
  const log = createLogger('supervisor', config.logLevel === 'info' ? 'warn' : config.logLevel);
  let leaveBackups: (() => void) | undefined;
  let demoSignIn: DemoSignIn | null = null;
  return supervise({
    config,
    log,
    roles: ['web', 'pipeline', 'jobs'],
    roleArgs: (role) => [resolve(import.meta.dirname, '../main.ts'), 'run', `--role=${role}`],
    async prepare({ databaseUrls, warehouseUrl, adminUrl }) {
      const applied = await prepareSchema(databaseUrls.owner);
      if (applied.length > 0) console.log(`▸ database brought up to date (${applied.length} migrations)`);
      await applyErasures(config, { databaseUrls, warehouseUrl });
      demoSignIn = await firstRun(config, { databaseUrls, warehouseUrl }, { fill: true });
      if (adminUrl !== null) leaveBackups = keepBackups({ config, adminUrl, log });
    },
    onReady({ webPort }) {
      console.log(banner(config, webPort ?? config.port, { elapsedMs: performance.now() - startedAt, demoSignIn }));
    },
  }).finally(() => leaveBackups?.());
}

/** A restored database must forget again whoever was erased since, before anybody is served. */
async function applyErasures(
  config: Config,
  { databaseUrls, warehouseUrl }: Pick<EngineAddresses, 'databaseUrls' | 'warehouseUrl'>,
): Promise<void> {
  if (readErasures(erasureFile(config.dataDir)).length === 0) return;
  const database = openDatabase(databaseUrls, { web: 1, worker: 2 });
  const services = openServices(config, database, warehouseUrl);
  try {
    const applied = await replayErasures({ config, database, services });
    if (applied > 0) console.log(`▸ ${applied} erasure(s) since the restored state applied again`);
  } finally {
    await services.warehouse.close();
    await database.close();
  }
}

function banner(
  config: Config,
  port: number,
  { elapsedMs, demoSignIn }: { readonly elapsedMs: number; readonly demoSignIn: DemoSignIn | null },
): string {
  const host = config.host === '0.0.0.0' || config.host === '127.0.0.1' ? 'localhost' : config.host;
  const base = config.publicUrl ?? `http://${host}:${port}`;
  return `
  Shuke 熟客 is ready (${(elapsedMs / 1_000).toFixed(1)} s)

    console     ${base}/console/     管理后台
    mall        ${base}/mall/        商城
    workbench   ${base}/workbench/   工作台
    API         ${base}/api-reference/
${
  demoSignIn === null
    ? ''
    : `
    demo sign-in  ${demoSignIn.login}   ${demoSignIn.password}
    (change the password under 设置 → 我的账户 before anyone else can reach this machine)
`
}
  Press Ctrl-C to stop.
`;
}

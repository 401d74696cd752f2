import { resolve } from 'node:path';

import { readConfig } from '#platform/config';
import type { Config } from '#platform/config';
import { supervise } from '#platform/engines/supervisor';
import { createLogger } from '#platform/logger';

import { demoSignIn, firstRun } from './first-run.ts';
import { prepareSchema } from './prepare-schema.ts';

/** `shuke start`: engines, migrations, the demo brand on the first run, then web, pipeline and jobs under one supervisor. */
export async function start(): Promise<number> {
  const config = readConfig();
  const startedAt = performance.now();
  console.log(`Shuke 熟客 — data in ${config.dataDir}`);
  return supervise({
    config,
    log: createLogger('supervisor', config.logLevel === 'info' ? 'warn' : config.logLevel),
    roles: ['web', 'pipeline', 'jobs'],
    roleArgs: (role) => [resolve(import.meta.dirname, '../main.ts'), 'run', `--role=${role}`],
    async prepare({ databaseUrls, warehouseUrl }) {
      const applied = await prepareSchema(databaseUrls.owner);
      if (applied.length > 0) console.log(`▸ database brought up to date (${applied.length} migrations)`);
      await firstRun(config, { databaseUrls, warehouseUrl }, { fill: true });
    },
    onReady({ webPort }) {
      console.log(banner(config, webPort ?? config.port, performance.now() - startedAt));
    },
  });
}

function banner(config: Config, port: number, elapsedMs: number): string {
  const host = config.host === '0.0.0.0' || config.host === '127.0.0.1' ? 'localhost' : config.host;
  const base = config.publicUrl ?? `http://${host}:${port}`;
  return `
  Shuke 熟客 is ready (${(elapsedMs / 1_000).toFixed(1)} s)

    console     ${base}/console/     管理后台
    mall        ${base}/mall/        商城
    workbench   ${base}/workbench/   工作台
    API         ${base}/api-reference/

    demo sign-in  ${demoSignIn.login}   ${demoSignIn.password}
    (change the password under 设置 → 我的账户 before anyone else can reach this machine)

  Press Ctrl-C to stop.
`;
}

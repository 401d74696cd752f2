import { createTenant, isSignIn } from '#org';
import type { Config } from '#platform/config';
import { everyStore, systemContext } from '#platform/context';
import { openDatabase } from '#platform/database';
import type { Database } from '#platform/database';
import type { EngineAddresses } from '#platform/engines/engines';
import { createLogger } from '#platform/logger';
import type { Services } from '#platform/services';

import { demoPassword, forgetDemoPassword, knownDemoPassword } from '../seed/demo-password.ts';
import { seedDemo } from '../seed/load.ts';
import { openServices } from '../services.ts';
import { endProgress, showProgress } from './progress.ts';

const demoLogin = 'admin@demo.shuke';

/** How to sign in to the demo brand as its administrator. */
export interface DemoSignIn {
  readonly login: string;
  readonly password: string;
}

/** A story small enough to wait for, large enough to look around in. */
const firstStory = { customers: 1_200, months: 6, seed: 7 } as const;

/**
 * On an empty database: founds the demo brand and, for `shuke start`, fills it, so that the product opens with something to see. Commands
 * such as an import begin with an empty brand. Answers `shuke start` with the demo sign-in as long as it is one.
 */
export async function firstRun(
  config: Config,
  { databaseUrls, warehouseUrl }: Pick<EngineAddresses, 'databaseUrls' | 'warehouseUrl'>,
  { fill }: { fill: boolean },
): Promise<DemoSignIn | null> {
  const database = openDatabase(databaseUrls, { web: 1, worker: 2 });
  const services = openServices(config, database, warehouseUrl);
  try {
    const founded = await database.work({ tenantId: null, scope: everyStore }, async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(7301003)`);
      const [row] = await tx.query<{ tenants: number }>(`select count(*)::int as tenants from org.tenants`);
      if (!row || row.tenants > 0) return null;
      console.log('▸ first run: founding the demo brand …');
      return createTenant(systemContext({ tx, tenantId: 0, services, name: 'first-run' }), {
        code: 'demo',
        name: '演示企业',
        brand: { code: 'demo', name: '禾苗与茉莉', timezone: 'Asia/Shanghai', currency: 'CNY', theme: {} },
        administrator: { login: demoLogin, name: '管理员', password: demoPassword(config) },
      });
    });
    const story = founded ? { ...firstStory, tenantId: founded.tenantId } : await interruptedStory(database);
    if (!fill) return null;
    if (story) {
      const logger = createLogger('first-run', 'warn');
      await seedDemo({ config, database, services, logger }, { ...story, progress: showProgress });
      endProgress();
    }
    return await demoSignIn(config, database, services);
  } finally {
    await services.warehouse.close();
    await database.close();
  }
}

/** Null when the administrator has another password or is gone. */
async function demoSignIn(config: Config, database: Database, services: Services): Promise<DemoSignIn | null> {
  const password = knownDemoPassword(config);
  if (password === null) return null;
  const signIn = { login: demoLogin, password };
  const fits = await database.work({ tenantId: null, scope: everyStore }, (tx) =>
    isSignIn(systemContext({ tx, tenantId: 0, services, name: 'first-run' }), signIn),
  );
  if (!fits) forgetDemoPassword(config);
  return fits ? signIn : null;
}

/** A story that was not told to its end, because somebody pulled the plug: it goes on where it stopped. */
async function interruptedStory(
  database: Database,
): Promise<{ tenantId: number; customers: number; months: number; seed: number } | undefined> {
  const [story] = await database.work({ tenantId: null, scope: everyStore }, (tx) =>
    tx.query<{ tenantId: number; customers: number; months: number; seed: number }>(
      `select tenant_id as "tenantId", customers, months, seed from demo.seedings
        where finished_at is null and removal_requested_at is null order by tenant_id limit 1`,
    ),
  );
  return story;
}

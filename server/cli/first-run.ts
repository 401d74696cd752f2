import { createTenant } from '#org';
import type { Config } from '#platform/config';
import { everyStore } from '#platform/context';
import type { Context } from '#platform/context';
import { openDatabase } from '#platform/database';
import type { EngineAddresses } from '#platform/engines/engines';

import { openServices } from '../services.ts';

/** Login and password of the demo brand's administrator, printed at every start. */
export const demoSignIn = { login: 'admin@demo.shuke', password: 'shuke-demo-2026' } as const;

/** On an empty database: founds the demo brand, so that the product opens with something to see. */
export async function firstRun(
  config: Config,
  { databaseUrls, warehouseUrl }: Pick<EngineAddresses, 'databaseUrls' | 'warehouseUrl'>,
): Promise<void> {
  const database = openDatabase(databaseUrls, { web: 1, worker: 2 });
  const services = openServices(config, database, warehouseUrl);
  try {
    await database.work({ tenantId: null, scope: everyStore }, async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(7301003)`);
      const [row] = await tx.query<{ tenants: number; now: Date }>(
        `select (select count(*)::int from org.tenants) as tenants, now() as now`,
      );
      if (!row || row.tenants > 0) return;
      console.log('▸ first run: founding the demo brand …');
      const ctx: Context = {
        tx,
        tenantId: 0,
        actor: { kind: 'system', name: 'first-run' },
        scope: everyStore,
        permissions: new Set(),
        now: row.now,
        locale: 'zh-CN',
        requestId: 'first-run',
        client: { ip: '127.0.0.1', userAgent: 'shuke' },
        services,
      };
      await createTenant(ctx, {
        code: 'demo',
        name: '演示企业',
        brand: { code: 'demo', name: '禾苗与茉莉', timezone: 'Asia/Shanghai', currency: 'CNY', theme: {} },
        administrator: { login: demoSignIn.login, name: '管理员', password: demoSignIn.password },
      });
    });
  } finally {
    await services.warehouse.close();
    await database.close();
  }
}

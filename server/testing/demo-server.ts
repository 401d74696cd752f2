import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import type { Logger } from 'pino';

import { createTenant } from '#org';

import { seedDemo } from '../seed/load.ts';
import { buildWeb } from '../web.ts';
import { openTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';

export type Cookies = Record<string, string>;

/** The whole web server over a small demo brand, for tests that go through every route. */
export interface DemoServer {
  readonly db: TestDatabase;
  readonly app: FastifyInstance;
  readonly tenantId: number;
  /** Each route as it was registered. */
  readonly routes: readonly { method: string; url: string; access: unknown }[];
  /** Founds another company with its own administrator, who signs in by `signIn(code)`. */
  found(code: string): Promise<number>;
  /** The administrator's session of a company; the demo brand's code is `first`. */
  signIn(code: string, headers?: Record<string, string>): Promise<Cookies>;
  close(): Promise<void>;
}

const password = 'correct-horse-9-battery';

/** Builds the server and seeds the brand `first` with a few dozen customers. */
export async function openDemoServer({
  customers,
  logger = pino({ level: 'silent' }),
}: {
  customers: number;
  logger?: Logger;
}): Promise<DemoServer> {
  const db = await openTestDatabase();
  const routes: { method: string; url: string; access: unknown }[] = [];
  const app = await buildWeb({
    database: db.database,
    services: db.services,
    logger,
    onRoute: (route) => routes.push(route),
  });
  const found = (code: string) => foundTenant(db, code);
  const tenantId = await found('first');
  await seedDemo(
    { config: db.services.config, database: db.database, services: db.services, logger },
    { customers, months: 6, seed: 3, tenantId, progress: () => undefined },
  );
  return {
    db,
    app,
    tenantId,
    routes,
    found,
    async signIn(code, headers = {}) {
      const reply = await app.inject({
        method: 'POST',
        url: '/api/session',
        headers,
        payload: { login: `admin@${code}.test`, password },
      });
      const cookie = reply.cookies.find(({ name }) => name === 'shuke_session');
      if (!cookie) throw new Error(`could not sign in: ${reply.body}`);
      return { shuke_session: cookie.value };
    },
    async close() {
      await app.close();
      await db.close();
    },
  };
}

async function foundTenant(db: TestDatabase, code: string): Promise<number> {
  const { tenantId } = await db.database.work({ tenantId: null, scope: { all: true } }, async (tx) => {
    const [clock] = await tx.query<{ now: Date }>('select now() as now');
    return createTenant(
      {
        tx,
        tenantId: 0,
        actor: { kind: 'system', name: 'test' },
        scope: { all: true },
        permissions: new Set(),
        now: clock?.now ?? new Date(),
        locale: 'zh-CN',
        requestId: 'test',
        client: { ip: '127.0.0.1', userAgent: 'test' },
        services: db.services,
      },
      {
        code,
        name: code,
        brand: { code, name: code, timezone: 'Asia/Shanghai', currency: 'CNY', theme: {} },
        administrator: { login: `admin@${code}.test`, name: '管理员', password },
      },
    );
  });
  return tenantId;
}

const idQueries: Readonly<Record<string, string>> = {
  customerId: 'select customer_id as id from customers.customers',
  identifierId: 'select identifier_id as id from customers.identifiers',
  orderId: 'select order_id as id from orders.orders',
  productId: 'select product_id as id from catalog.products',
  skuId: 'select sku_id as id from catalog.skus',
  categoryId: 'select category_id as id from catalog.categories',
  locationId: 'select location_id as id from catalog.locations',
  storeId: 'select store_id as id from org.stores',
  regionId: 'select region_id as id from org.regions',
  brandId: 'select brand_id as id from org.brands',
  staffId: 'select staff_id as id from org.staff',
  sourceId: 'select source_id as id from collect.sources',
  templateId: 'select template_id as id from coupons.templates',
  segmentId: `select definition_id as id from platform.definitions where kind = 'segment'`,
  journeyId: `select definition_id as id from platform.definitions where kind = 'journey'`,
  planId: `select definition_id as id from platform.definitions where kind = 'settlement_plan'`,
  runId: 'select run_id as id from tags.rfm_runs',
  tagId: 'select tag_id as id from tags.tags',
  traceId: 'select trace_id as id from referral.traces',
};

/** Real ids of a company by the name a path parameter has for them, a few of each. */
export async function idsOf(db: TestDatabase, tenantId: number, most = 1): Promise<ReadonlyMap<string, string[]>> {
  const admin = await db.admin();
  const found = new Map<string, string[]>();
  for (const [name, sql] of Object.entries(idQueries)) {
    const { rows } = await admin.query<{ id: string | number }>(
      `${sql}${sql.includes(' where ') ? ' and' : ' where'} tenant_id = $1 order by id limit ${most}`,
      [tenantId],
    );
    if (rows.length > 0)
      found.set(
        name,
        rows.map(({ id }) => String(id)),
      );
  }
  await admin.end();
  return found;
}

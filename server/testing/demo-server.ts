import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import type { Logger } from 'pino';

import { createTenant } from '#org';
import { systemContext } from '#platform/context';

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
    return createTenant(systemContext({ tx, tenantId: 0, services: db.services, name: 'test' }), {
      code,
      name: code,
      brand: { code, name: code, timezone: 'Asia/Shanghai', currency: 'CNY', theme: {} },
      administrator: { login: `admin@${code}.test`, name: '管理员', password },
    });
  });
  return tenantId;
}

/** The session of a customer who signs in to a brand's mall by the code the sandbox shows. */
export async function signInCustomer(app: FastifyInstance, brand: string, phone: string): Promise<Cookies> {
  const headers = { 'x-brand': brand, 'x-forwarded-for': `203.0.113.${Number(phone.slice(-4)) % 250}` };
  const asked = await app.inject({ method: 'POST', url: '/api/mall/sign-in/codes', headers, payload: { phone } });
  const { sandboxCode } = asked.json<{ sandboxCode: string }>();
  const cookies: Cookies = Object.fromEntries(asked.cookies.map(({ name, value }) => [name, value]));
  const payload = { phone, code: sandboxCode };
  const reply = await app.inject({ method: 'POST', url: '/api/mall/sign-in', headers, cookies, payload });
  if (reply.statusCode !== 200) throw new Error(`could not sign in: ${reply.body}`);
  return { ...cookies, ...Object.fromEntries(reply.cookies.map(({ name, value }) => [name, value])) };
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

/** What belongs to one customer, as the mall's addresses name it. */
const personalQueries: Readonly<Record<string, string>> = {
  orderId: 'select order_id as id from mall.orders',
  addressId: 'select address_id as id from mall.addresses',
  paymentId: 'select payment_id as id from mall.payments',
  refundId: 'select refund_id as id from mall.refunds',
  couponId: 'select coupon_id as id from coupons.coupons',
  messageId: 'select send_id as id from messaging.sends',
  statementId: 'select statement_id as id from settlement.statements',
};

/** Real ids of a company by the name a path parameter has for them, a few of each. */
export function idsOf(db: TestDatabase, tenantId: number, most = 1): Promise<ReadonlyMap<string, string[]>> {
  return readIds(db, tenantId, idQueries, most);
}

/** The same for what belongs to single customers. */
export function personalIdsOf(db: TestDatabase, tenantId: number, most = 1): Promise<ReadonlyMap<string, string[]>> {
  return readIds(db, tenantId, personalQueries, most);
}

async function readIds(
  db: TestDatabase,
  tenantId: number,
  queries: Readonly<Record<string, string>>,
  most: number,
): Promise<ReadonlyMap<string, string[]>> {
  const admin = await db.admin();
  const found = new Map<string, string[]>();
  for (const [name, sql] of Object.entries(queries)) {
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

import { randomUUID } from 'node:crypto';

import type { FastifyInstance } from 'fastify';
import pino from 'pino';

import { authenticate, createTenant } from '#org';
import { buildHttp } from '#platform/http';
import { newId } from '#platform/ids';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { routes } from '../routes.ts';

/** One browser: keeps its cookies; signs in as a customer when it asks for it. */
export interface Shopper {
  readonly cookies: Record<string, string>;
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object): Promise<Reply>;
  /** Like `call`, but throws unless the answer is 200. */
  ask<T = Answer>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object): Promise<T>;
  signIn(phone: string): Promise<number>;
  addAddress(): Promise<string>;
  /** Quotes and submits these goods. */
  order(lines: readonly { skuId: string; quantity: number }[], choice?: object): Promise<Answer>;
  /** Starts paying and lets the sandbox cashier pay. */
  pay(orderId: string, outcome?: 'pay' | 'decline'): Promise<Answer>;
}

export interface Reply {
  readonly status: number;
  readonly body: Answer;
}

/** JSON as it came; tests look at parts of it. */
export type Answer = Record<string, never> & {
  readonly orderId: string;
  readonly paymentId: string;
  readonly quoteHash: string;
  readonly state: string;
  readonly totals: Record<string, number>;
  readonly error: { readonly code: string; readonly details: Record<string, never> };
};

export interface MallApp {
  readonly db: TestDatabase;
  readonly app: FastifyInstance;
  readonly tenantId: number;
  shopper(): Shopper;
  /** Adds a product with one SKU of this price and stock; returns the SKU's id. */
  addSku(stock: number, priceFen?: number, more?: { kind?: string }): Promise<string>;
  onHand(skuId: string): Promise<{ onHand: number; reserved: number }>;
  close(): Promise<void>;
}

const place = { province: '浙江省', city: '杭州市', district: '西湖区', street: '文三路 1 号 2 室', isDefault: true };

/** The mall over a fresh database and a real web server, with one brand in sandbox mode. */
export async function openMallApp(extraRoutes?: (app: FastifyInstance) => void): Promise<MallApp> {
  const db = await openTestDatabase();
  const app = await buildHttp({
    database: db.database,
    services: db.services,
    logger: pino({ level: process.env['SHUKE_LOG_LEVEL'] ?? 'silent' }, pino.destination(2)),
    authenticate: authenticate(db.database),
  });
  routes(app);
  extraRoutes?.(app);
  await app.ready();
  const { tenantId } = await db.asSystem((ctx) =>
    createTenant(ctx, {
      code: 'mall-test',
      name: '公司',
      brand: { code: 'mall-brand', name: '品牌', timezone: 'Asia/Shanghai', currency: 'CNY', theme: {} },
      administrator: { login: 'admin@mall.test', name: '管理员', password: 'violet-anchor-mosaic-41' },
    }),
  );
  let address = 0;
  const shopper = (): Shopper => {
    const cookies: Record<string, string> = {};
    address += 1;
    const remoteAddress = `10.1.${address >> 8}.${address & 255}`;
    const call: Shopper['call'] = async (method, url, body) => {
      const reply = await app.inject({
        method,
        url,
        remoteAddress,
        cookies,
        headers: { 'x-brand': 'mall-brand' },
        ...(body ? { payload: body } : {}),
      });
      for (const { name, value } of reply.cookies) cookies[name] = value;
      return { status: reply.statusCode, body: reply.json<Answer>() };
    };
    const ask: Shopper['ask'] = async (method, url, body) => {
      const { status, body: answer } = await call(method, url, body);
      if (status !== 200) throw new Error(`${method} ${url} answered ${status}: ${JSON.stringify(answer)}`);
      return answer as never;
    };
    return {
      cookies,
      call,
      ask,
      async signIn(phone) {
        // A second sign-in with the same phone would otherwise have to wait a minute.
        await db.asSystem((ctx) => ctx.tx.execute(`delete from platform.throttles where bucket like 'mall-code%'`));
        const { sandboxCode } = await ask<{ sandboxCode: string }>('POST', '/api/mall/sign-in/codes', { phone });
        const member = await ask<{ customerId: number }>('POST', '/api/mall/sign-in', { phone, code: sandboxCode });
        return member.customerId;
      },
      async addAddress() {
        const { addressId } = await ask<{ addressId: string }>('POST', '/api/mall/addresses', {
          name: '林小满',
          phone: '19900001234',
          ...place,
        });
        return addressId;
      },
      async order(lines, choice = {}) {
        const quote = await ask('POST', '/api/mall/checkout/quotes', { lines, ...choice });
        const { addressId } = (quote as unknown as { address: { addressId: string } | null }).address ?? {
          addressId: await this.addAddress(),
        };
        return ask('POST', '/api/mall/orders', {
          lines,
          ...choice,
          addressId,
          submitKey: randomUUID(),
          quoteHash: quote.quoteHash,
          payableFen: quote.totals['payableFen'],
        });
      },
      async pay(orderId, outcome = 'pay') {
        const { paymentId } = await ask('POST', `/api/mall/orders/${orderId}/payments`, {});
        return ask('POST', `/api/mall/payments/${paymentId}/sandbox`, { outcome });
      },
    };
  };
  return {
    db,
    app,
    tenantId,
    shopper,
    addSku: (stock, priceFen = 10_000, { kind = 'goods' } = {}) =>
      db.asSystem(
        async (ctx) => {
          const productId = newId();
          const skuId = newId();
          await ctx.tx.execute(
            `insert into catalog.products (tenant_id, product_id, code, title, kind, status, media, min_price_fen, max_price_fen, on_sale_since)
             values ($1, $2, $5, '杯子', $3, 'on_sale', '[]', $4, $4, now())`,
            [tenantId, productId, kind, priceFen, productId],
          );
          await ctx.tx.execute(
            `insert into catalog.skus (tenant_id, sku_id, product_id, code, spec, list_price_fen, sale_price_fen)
             values ($1, $2, $3, $4, '{"颜色":"红"}', $5, $5)`,
            [tenantId, skuId, productId, skuId, priceFen],
          );
          await ctx.tx.execute(
            `insert into catalog.locations (tenant_id, location_id, kind, name) values ($1, 1, 'warehouse', '总仓') on conflict do nothing`,
            [tenantId],
          );
          await ctx.tx.execute(
            `insert into catalog.stock (tenant_id, sku_id, location_id, on_hand) values ($1, $2, 1, $3)`,
            [tenantId, skuId, stock],
          );
          return skuId;
        },
        { tenantId },
      ),
    onHand: (skuId) =>
      db.asSystem(
        async (ctx) => {
          const [row] = await ctx.tx.query<{ onHand: number; reserved: number }>(
            `select sum(on_hand)::int as "onHand", sum(reserved)::int as reserved from catalog.stock where tenant_id = $1 and sku_id = $2`,
            [tenantId, skuId],
          );
          return row ?? { onHand: 0, reserved: 0 };
        },
        { tenantId },
      ),
    async close() {
      await app.close();
      await db.close();
    },
  };
}

import type { FastifyInstance } from 'fastify';
import pino from 'pino';

import { buildHttp } from '#platform/http';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { authenticate } from './authenticate.ts';
import { createTenant } from './create-tenant.ts';
import type { CreatedTenant } from './create-tenant.ts';
import { contextIn } from './enter-tenant.ts';
import { addStaff } from './invite-staff.ts';
import { routes } from './routes.ts';
import type { RoleAssignment } from './staff.ts';

export const goodPassword = 'violet-anchor-mosaic-41';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
  /** Cookies set by the answer, by name. */
  readonly cookies: Record<string, string>;
}

interface Call {
  readonly body?: unknown;
  readonly cookies?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly ip?: string;
}

export interface TestApp {
  readonly db: TestDatabase;
  readonly app: FastifyInstance;
  readonly tenant: CreatedTenant;
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, call?: Call): Promise<Answer>;
  /** Signs in and returns the cookies of the browser; throws when refused. */
  signIn(login: string, password?: string): Promise<Record<string, string>>;
  /** Adds an active person with these roles. */
  addPerson(login: string, roles: readonly RoleAssignment[], tenantId?: number): Promise<string>;
  foundTenant(code: string): Promise<CreatedTenant>;
  close(): Promise<void>;
}

/** The organisation module over a fresh database and a real web server, with one company and its administrator `admin@<code>.test`. */
export async function openTestApp(extraRoutes?: (app: FastifyInstance) => void): Promise<TestApp> {
  const db = await openTestDatabase();
  const logger = pino({ level: process.env['SHUKE_LOG_LEVEL'] ?? 'silent' }, pino.destination(2));
  const app = await buildHttp({
    database: db.database,
    services: db.services,
    logger,
    authenticate: authenticate(db.database),
  });
  routes(app);
  extraRoutes?.(app);
  let address = 0;
  const call: TestApp['call'] = async (method, url, { body, cookies, headers, ip } = {}) => {
    // Each call comes from another address unless the test says otherwise: only tests of that limit meet it.
    address += 1;
    const response = await app.inject({
      method,
      url,
      remoteAddress: ip ?? `10.0.${address >> 8}.${address & 255}`,
      headers: { ...headers },
      ...(cookies ? { cookies } : {}),
      ...(body === undefined ? {} : { payload: body as Record<string, unknown> }),
    });
    return {
      status: response.statusCode,
      body: response.json<Record<string, unknown>>(),
      headers: response.headers,
      cookies: Object.fromEntries(response.cookies.map(({ name, value }) => [name, value])),
    };
  };
  const foundTenant = (code: string) =>
    db.asSystem((ctx) =>
      createTenant(ctx, {
        code,
        name: `公司${code}`,
        brand: { code: `${code}-brand`, name: '品牌', timezone: 'Asia/Shanghai', currency: 'CNY', theme: {} },
        administrator: { login: `admin@${code}.test`, name: '管理员', password: goodPassword },
      }),
    );
  const tenant = await foundTenant('first');
  return {
    db,
    app,
    tenant,
    call,
    foundTenant,
    async signIn(login, password = goodPassword) {
      const answer = await call('POST', '/api/session', { body: { login, password } });
      if (answer.status !== 200) throw new Error(`sign-in of ${login} answered ${answer.status}`);
      return answer.cookies;
    },
    addPerson: (login, roles, tenantId = tenant.tenantId) =>
      db.asSystem(async (ctx) => {
        const own = await contextIn(ctx, tenantId);
        return (await addStaff(own, { login, name: '员工', password: goodPassword, roles })).staffId;
      }),
    async close() {
      await app.close();
      await db.close();
    },
  };
}

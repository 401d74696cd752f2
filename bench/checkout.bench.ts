import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { Pool } from 'undici';

import type { Figure } from '../server/cli/bench.ts';
import { prepareSchema } from '../server/cli/prepare-schema.ts';
import { checkStock } from '../server/modules/catalog/index.ts';
import { auditBooks } from '../server/modules/ledger/index.ts';
import { secretOf, signatureOf } from '../server/modules/mall/sandbox-provider.ts';
import { createTenant } from '../server/modules/org/index.ts';
import { readConfig } from '../server/platform/config.ts';
import type { Config } from '../server/platform/config.ts';
import { systemContext } from '../server/platform/context.ts';
import type { Context } from '../server/platform/context.ts';
import { openDatabase } from '../server/platform/database.ts';
import type { Database } from '../server/platform/database.ts';
import { withEngines } from '../server/platform/engines/with-engines.ts';
import { newId } from '../server/platform/ids.ts';
import { createLogger } from '../server/platform/logger.ts';
import { openServices } from '../server/services.ts';

const skuCount = 500;
const buyers = 6;
/** Orders per second of Vendure 3.7.3 on this flow, 2 cores, concurrency 6 (docs/benchmarks). */
const vendureOrdersPerS = 9;

/**
 * Guest checkout over HTTP, from the list of products to the payment provider's signed notification, ten requests an order, in an
 * installation of its own with the buyers on the same machine; then eight buyers at a time after the last 20 pieces of one SKU.
 * `--seconds=30` sets how long.
 */
export async function* run(args: readonly string[]): AsyncGenerator<Figure> {
  const forS = Number(args.find((arg) => arg.startsWith('--seconds='))?.slice('--seconds='.length) ?? 30);
  const dataDir = await mkdtemp(join(tmpdir(), 'shuke-bench-'));
  try {
    const config = readConfig({ SHUKE_DATA: dataDir, SHUKE_LOG_LEVEL: 'error' });
    yield* await withEngines(
      config,
      createLogger('bench', 'error'),
      async ({ databaseUrls }) => {
        await prepareSchema(databaseUrls.owner);
        const database = openDatabase(databaseUrls);
        try {
          return await measure(config, database, forS);
        } finally {
          await database.close();
        }
      },
      { warehouse: false },
    );
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(config: Config, database: Database, forS: number): Promise<Figure[]> {
  const shop = await foundShop(config, database);
  const server = await startServer(config, database);
  const pool = new Pool(`http://127.0.0.1:${server.port}`, { connections: 32, pipelining: 1 });
  try {
    await buyFor(pool, shop, 5);
    const postgres = await postmasterPid(config.dataDir);
    const before = [await cpuMs(server.process.pid), await childrenCpuMs(postgres)] as const;
    const { orders, tookS, latencies } = await buyFor(pool, shop, forS);
    const serverMs = ((await cpuMs(server.process.pid)) - before[0]) / orders;
    const databaseMs = ((await childrenCpuMs(postgres)) - before[1]) / orders;
    const last = await sellOut(pool, shop);
    const books = await readBooks(config, database, shop);
    const context = `guest, 10 requests an order, ${skuCount} SKUs, ${buyers} buyers at once, buyers and database on the same machine, fsync on`;
    const perS = orders / tookS;
    return [
      { name: 'orders_per_second', value: perS, unit: 'orders/s', context },
      { name: 'order_p50', value: at(latencies, 0.5), unit: 'ms', context: 'list of products to paid' },
      { name: 'order_p99', value: at(latencies, 0.99), unit: 'ms', context: 'list of products to paid' },
      {
        name: 'orders_vs_vendure',
        value: perS / vendureOrdersPerS,
        unit: 'ratio',
        context: `to ${vendureOrdersPerS} orders/s`,
      },
      { name: 'server_cpu_per_order', value: serverMs, unit: 'ms', context: 'web process alone' },
      { name: 'database_cpu_per_order', value: databaseMs, unit: 'ms', context: 'all backends of PostgreSQL' },
      {
        name: 'sold_of_last_20',
        value: last.sold,
        unit: 'pieces',
        context: `8 buyers at once, ${last.refused} refused`,
      },
      { name: 'oversold', value: books.oversold, unit: 'pieces', context: 'sold beyond stock, over all SKUs' },
      { name: 'stock_faults', value: books.stockFaults, unit: 'rows', context: 'stock against its moves and promises' },
      {
        name: 'order_imbalance',
        value: books.imbalanceFen,
        unit: 'fen',
        context: 'payments − orders paid in the pool',
      },
      { name: 'ledger_imbalance', value: books.ledgerFaults, unit: 'faults', context: 'all checks of the books' },
    ];
  } finally {
    await pool.close();
    server.process.kill('SIGKILL');
  }
}

interface Shop {
  readonly tenantId: number;
  readonly secret: Buffer;
  /** The SKU of which few pieces are left. */
  readonly scarceSkuId: string;
}

function contextOf(config: Config, database: Database, tx: Context['tx'], tenantId: number): Context {
  return systemContext({ tx, tenantId, services: openServices(config, database, 'http://127.0.0.1:9'), name: 'bench' });
}

async function foundShop(config: Config, database: Database): Promise<Shop> {
  const everywhere = { tenantId: null, scope: { all: true } } as const;
  const { tenantId } = await database.work(everywhere, (tx) =>
    createTenant(contextOf(config, database, tx, 0), {
      code: 'bench',
      name: 'bench',
      brand: { code: 'bench', name: 'bench', timezone: 'Asia/Shanghai', currency: 'CNY', theme: {} },
      administrator: { login: 'bench@example.test', name: 'bench' },
    }),
  );
  return database.work({ tenantId, scope: { all: true } }, async (tx) => {
    const scarceSkuId = newId();
    const productIds = Array.from({ length: skuCount + 1 }, () => newId());
    const skuIds = productIds.map((_, index) => (index === skuCount ? scarceSkuId : newId()));
    await tx.execute(
      `insert into catalog.products (tenant_id, product_id, code, title, kind, status, media, min_price_fen, max_price_fen, on_sale_since)
       select $1, p.id, 'B' || p.n, '商品 ' || p.n, 'goods', 'on_sale', '[]', 1000 + p.n, 1000 + p.n, now() - p.n * interval '1 minute'
         from unnest($2::uuid[]) with ordinality p(id, n)`,
      [tenantId, productIds],
    );
    await tx.execute(
      `insert into catalog.skus (tenant_id, sku_id, product_id, code, list_price_fen, sale_price_fen)
       select $1, s.sku, s.product, 'B' || s.n, 1200 + s.n, 1000 + s.n
         from unnest($2::uuid[], $3::uuid[]) with ordinality s(sku, product, n)`,
      [tenantId, skuIds, productIds],
    );
    await tx.execute(
      `insert into catalog.locations (tenant_id, location_id, kind, name) values ($1, 1, 'warehouse', '总仓')`,
      [tenantId],
    );
    await tx.execute(
      `with stocked as (
         insert into catalog.stock (tenant_id, sku_id, location_id, on_hand)
         select $1, id, 1, case when id = $3 then 20 else 1000 end from unnest($2::uuid[]) id returning sku_id, on_hand)
       insert into catalog.stock_moves (tenant_id, move_id, sku_id, location_id, moved_at, reason, quantity, actor)
       select $1, sku_id, sku_id, 1, now(), 'received', on_hand, 'bench' from stocked`,
      [tenantId, skuIds, scarceSkuId],
    );
    const secret = await secretOf(contextOf(config, database, tx, tenantId));
    return { tenantId, secret, scarceSkuId };
  });
}

async function startServer(config: Config, { urls }: Database): Promise<{ port: number; process: ChildProcess }> {
  const main = resolve(import.meta.dirname, '../server/main.ts');
  const child = spawn(process.execPath, [main, 'run', '--role=web'], {
    env: {
      PATH: process.env['PATH'],
      SHUKE_DATA: config.dataDir,
      SHUKE_LOG_LEVEL: 'error',
      PORT: '0',
      DATABASE_URL: urls.owner,
      DATABASE_URL_WEB: urls.web,
      DATABASE_URL_WORKER: urls.worker,
      CLICKHOUSE_URL: 'http://127.0.0.1:9',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [report] = (await once(child, 'message')) as [{ port: number }];
  return { process: child, port: report.port };
}

/** A buyer's browser: keeps the cookies it is given. */
function browser(pool: Pool) {
  const cookies = new Map<string, string>();
  return async <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T> => {
    const reply = await pool.request({
      method,
      path,
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const set = reply.headers['set-cookie'] ?? [];
    for (const line of typeof set === 'string' ? [set] : set) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const answer = (await reply.body.json()) as T & { error?: { code: string } };
    if (reply.statusCode !== 200) throw new Refused(answer.error?.code ?? String(reply.statusCode), path);
    return answer;
  };
}

class Refused extends Error {
  readonly code: string;
  constructor(code: string, path: string) {
    super(`${path} refused: ${code}`);
    this.code = code;
  }
}

interface Quote {
  quoteHash: string;
  totals: { payableFen: number };
}

let buyer = 0;

/** One order from the list of products to paid. */
async function buy(pool: Pool, shop: Shop, wanted?: string): Promise<void> {
  const ask = browser(pool);
  const page = Math.floor(Math.random() * Math.floor(skuCount / 12)) * 12;
  const list = await ask<{ items: { productId: string }[] }>('GET', `/api/mall/products?limit=12&cursor=${page}`);
  const { productId = '' } = list.items[Math.floor(Math.random() * list.items.length)] ?? {};
  const product = await ask<{ skus: { skuId: string }[] }>('GET', `/api/mall/products/${productId}`);
  await ask('POST', '/api/mall/cart/lines', { skuId: wanted ?? product.skus[0]?.skuId, quantity: 1 });
  buyer += 1;
  const phone = `199${String(buyer).padStart(8, '0')}`;
  await ask('PUT', '/api/mall/buyer', { name: '买家', phone });
  const address = await ask<{ addressId: string }>('POST', '/api/mall/addresses', {
    name: '买家',
    phone,
    province: '浙江省',
    city: '杭州市',
    district: '西湖区',
    street: '文三路 1 号',
  });
  const { addressId } = address;
  await ask('POST', '/api/mall/checkout/quotes', { addressId });
  const quote = await ask<Quote>('POST', '/api/mall/checkout/quotes', { addressId, coupons: 'best', points: 'max' });
  const order = await ask<{ orderId: string }>('POST', '/api/mall/orders', {
    addressId,
    coupons: 'best',
    points: 'max',
    submitKey: randomUUID(),
    quoteHash: quote.quoteHash,
    payableFen: quote.totals.payableFen,
  });
  const payment = await ask<{ paymentId: string }>('POST', `/api/mall/orders/${order.orderId}/payments`, {});
  await notify(pool, shop, payment.paymentId, quote.totals.payableFen);
}

/** What the payment provider sends. */
async function notify(pool: Pool, { tenantId, secret }: Shop, paymentId: string, amountFen: number): Promise<void> {
  const body = JSON.stringify({
    notice_no: randomUUID(),
    merchant: tenantId,
    payment_id: paymentId,
    provider_no: randomUUID(),
    state: 'paid',
    amount_fen: amountFen,
    paid_at: new Date().toISOString(),
  });
  const reply = await pool.request({
    method: 'POST',
    path: '/api/payments/sandbox/notifications',
    headers: {
      'content-type': 'application/json',
      'x-sandbox-signature': signatureOf(secret, Math.floor(Date.now() / 1_000), body),
    },
    body,
  });
  const { result } = (await reply.body.json()) as { result?: string };
  if (result !== 'processed') throw new Refused(String(result ?? reply.statusCode), 'notification');
}

async function buyFor(pool: Pool, shop: Shop, forS: number) {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + forS * 1_000;
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      const beganAt = performance.now();
      await buy(pool, shop);
      latencies.push(performance.now() - beganAt);
    }
  };
  await Promise.all(Array.from({ length: buyers }, one));
  latencies.sort((a, b) => a - b);
  return { orders: latencies.length, tookS: (performance.now() - startedAt) / 1_000, latencies };
}

/** Eight buyers at a time try to get the last pieces of one SKU, 40 times in all. */
async function sellOut(pool: Pool, shop: Shop): Promise<{ sold: number; refused: number }> {
  let sold = 0;
  let refused = 0;
  const one = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) {
      try {
        await buy(pool, shop, shop.scarceSkuId);
        sold += 1;
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== 'out_of_stock') throw error;
        refused += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
  return { sold, refused };
}

async function readBooks(config: Config, database: Database, { tenantId }: Shop) {
  return database.work({ tenantId, scope: { all: true } }, async (tx) => {
    const ctx = contextOf(config, database, tx, tenantId);
    const [row] = await tx.query<{ oversold: number; imbalance: number }>(
      `select (select coalesce(sum(greatest(sold.quantity - bought.quantity, 0)), 0)::int
                 from (select sku_id, sum((l->>'quantity')::int) as quantity
                         from mall.orders o, jsonb_array_elements(o.lines) l, lateral (select (l->>'skuId')::uuid as sku_id) s
                        where o.tenant_id = $1 and o.state = 'paid' group by 1) sold
                 join (select sku_id, sum(quantity) as quantity from catalog.stock_moves
                        where tenant_id = $1 and reason = 'received' group by 1) bought using (sku_id)) as oversold,
              ((select coalesce(sum(amount_fen), 0) from mall.payments where tenant_id = $1 and state = 'paid')
               - (select coalesce(sum(paid_minor), 0) from orders.orders where tenant_id = $1))::bigint as imbalance`,
      [tenantId],
    );
    const books = await auditBooks(ctx);
    return {
      oversold: row?.oversold ?? -1,
      imbalanceFen: row?.imbalance ?? -1,
      stockFaults: (await checkStock(ctx)).length,
      ledgerFaults: books.reduce((sum, { faults }) => sum + faults, 0),
    };
  });
}

function at(latencies: readonly number[], share: number): number {
  return Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1));
}

/** Processor time a process has used so far; 0 where the system does not tell. */
async function cpuMs(pid: number | string | undefined): Promise<number> {
  const fields = await statOf(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10;
}

async function childrenCpuMs(parent: string): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  let sumMs = 0;
  for (const pid of pids) if ((await statOf(pid))[1] === parent) sumMs += await cpuMs(pid);
  return sumMs;
}

/** The fields of /proc/<pid>/stat after the name: state, parent … */
async function statOf(pid: number | string | undefined): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

async function postmasterPid(dataDir: string): Promise<string> {
  const [file] = globSync('**/postmaster.pid', { cwd: dataDir });
  return file === undefined ? '' : ((await readFile(join(dataDir, file), 'utf8')).split('\n')[0] ?? '');
}

import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { administrator, startProduct } from '../e2e/support/product.ts';
import type { RunningProduct } from '../e2e/support/product.ts';
import type { Figure } from '../server/cli/bench.ts';
import { readConfig } from '../server/platform/config.ts';
import { openDatabase } from '../server/platform/database.ts';
import { findRunning } from '../server/platform/engines/running.ts';
import { fromBody } from '../server/platform/log/body.ts';
import type { ResolvedEvent } from '../server/platform/log/event.ts';
import { openServices } from '../server/services.ts';

const victims = ['web', 'pipeline', 'postgres', 'warehouse'] as const;
type Victim = (typeof victims)[number];
const buyers = 3;
const senders = 3;
const patienceMs = 90_000;

/** What was sent and what was acknowledged; every other promise is about these. */
interface Tally {
  readonly events: Set<string>;
  readonly submitKeys: Set<string>;
  readonly orders: Set<string>;
  readonly paid: Set<string>;
  /** Set when the load shall end. */
  isOver: boolean;
}

/**
 * Kills the web process, the pipeline, PostgreSQL and ClickHouse in turn (kill -9) while events and orders come in, waits until both are
 * acknowledged again, and at the end looks for everything acknowledged: there exactly once. `--rounds=10`.
 */
export async function* run(args: readonly string[]): AsyncGenerator<Figure> {
  const rounds = Number(args.find((arg) => arg.startsWith('--rounds='))?.slice('--rounds='.length) ?? 10);
  const product = await startProduct(undefined, { keep: true });
  try {
    const tally: Tally = {
      events: new Set(),
      submitKeys: new Set(),
      orders: new Set(),
      paid: new Set(),
      isOver: false,
    };
    const load = startLoad(product.origin, await newWriteKey(product.origin), tally);
    let survived = 0;
    for (let round = 0; round < rounds; round += 1) {
      await progress(tally);
      await kill(product, victims[round % victims.length] ?? 'web');
      if (await recovers(tally)) survived += 1;
    }
    tally.isOver = true;
    await load;
    const { events, orders } = await faultsOf(product, tally);
    const context = `kill -9 of ${victims.join(', ')} in turn, ${senders} senders of events and ${buyers} buyers at once`;
    yield { name: 'rounds_survived', value: events + orders === 0 ? survived : 0, unit: 'rounds', context };
    yield {
      name: 'acknowledged_events',
      value: tally.events.size,
      unit: 'events',
      context: `${events} of them lost or doubled`,
    };
    yield {
      name: 'acknowledged_orders',
      value: tally.orders.size,
      unit: 'orders',
      context: `${tally.paid.size} paid; ${orders} lost, doubled or with other than one "Order Paid"`,
    };
  } finally {
    await product.stop();
    await rm(product.dataDir, { recursive: true, force: true });
  }
}

/** A client with cookies that asks again while nobody answers, as a browser's user would. */
function client(origin: string, { stop }: { stop: () => boolean }) {
  const cookies = new Map<string, string>();
  return async <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> => {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        const reply = await fetch(origin + path, {
          method,
          headers: {
            cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(20_000),
        });
        for (const line of reply.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        const answer = (await reply.json()) as T;
        if (reply.ok) return answer;
        if (reply.status < 500) throw new Refused(`${method} ${path}: ${reply.status} ${JSON.stringify(answer)}`);
      } catch (error) {
        if (error instanceof Refused || performance.now() > deadline || stop()) throw error;
      }
      await pause(200);
    }
  };
}

class Refused extends Error {}

async function newWriteKey(origin: string): Promise<string> {
  const ask = client(origin, { stop: () => false });
  await ask('POST', '/api/session', administrator);
  const { writeKey } = await ask<{ writeKey: string }>('POST', '/api/collect/sources', {
    name: 'bench',
    kind: 'server',
    trusted: false,
    allowedOrigins: [],
    eventsPerS: 100_000,
  });
  return writeKey;
}

async function startLoad(origin: string, writeKey: string, tally: Tally): Promise<void> {
  await Promise.all([
    ...Array.from({ length: senders }, (_, number) => sendEvents({ origin, writeKey, number }, tally)),
    ...Array.from({ length: buyers }, (_, number) => buyOrders(origin, number, tally)),
  ]);
}

async function sendEvents(
  { origin, writeKey, number }: { origin: string; writeKey: string; number: number },
  tally: Tally,
): Promise<void> {
  while (!tally.isOver) {
    const ids = Array.from({ length: 20 }, () => `crash-${randomUUID()}`);
    const batch = ids.map((messageId) => ({
      type: 'track',
      event: 'Product Viewed',
      userId: `u${number}`,
      messageId,
    }));
    try {
      const reply = await fetch(`${origin}/v1/batch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${writeKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ batch }),
        signal: AbortSignal.timeout(20_000),
      });
      if (reply.ok) for (const id of ids) tally.events.add(id);
    } catch {
      // Nobody answered: whether these arrived is not known, so nothing is promised about them.
      await pause(100);
    }
    await pause(30);
  }
}

async function buyOrders(origin: string, number: number, tally: Tally): Promise<void> {
  const ask = client(origin, { stop: () => tally.isOver });
  for (let turn = 0; !tally.isOver; turn += 1) {
    try {
      await buy(ask, `199${number}${String(turn).padStart(7, '0')}`, tally);
    } catch (error) {
      if (!tally.isOver) throw error;
    }
  }
}

/** One order from the product to paid; the order is submitted again with the same key until somebody answers. */
async function buy(ask: ReturnType<typeof client>, phone: string, tally: Tally): Promise<void> {
  const { items } = await ask<{ items: { productId: string }[] }>('GET', '/api/mall/products?limit=1');
  const product = await ask<{ skus: { skuId: string }[] }>('GET', `/api/mall/products/${items[0]?.productId}`);
  const place = { name: '买家', phone, province: '浙江省', city: '杭州市', district: '西湖区', street: '文三路 1 号' };
  await ask('PUT', '/api/mall/buyer', { name: '买家', phone });
  const { addressId } = await ask<{ addressId: string }>('POST', '/api/mall/addresses', place);
  const choice = { lines: [{ skuId: product.skus[0]?.skuId, quantity: 1 }], addressId };
  const quote = await ask<{ quoteHash: string; totals: { payableFen: number } }>(
    'POST',
    '/api/mall/checkout/quotes',
    choice,
  );
  const submitKey = randomUUID();
  tally.submitKeys.add(submitKey);
  const { orderId } = await ask<{ orderId: string }>('POST', '/api/mall/orders', {
    ...choice,
    submitKey,
    quoteHash: quote.quoteHash,
    payableFen: quote.totals.payableFen,
  });
  tally.orders.add(orderId);
  const { paymentId } = await ask<{ paymentId: string }>('POST', `/api/mall/orders/${orderId}/payments`, {});
  await ask('POST', `/api/mall/payments/${paymentId}/sandbox`, { outcome: 'pay' }).catch((error: unknown) => {
    // A repeat after a lost answer may find the payment made; its state below says so.
    if (!(error instanceof Refused)) throw error;
  });
  const { state } = await ask<{ state: string }>('GET', `/api/mall/payments/${paymentId}`);
  if (state === 'paid') tally.paid.add(orderId);
}

/** Waits until events and orders have been acknowledged since now, then a little at random. */
async function progress(tally: Tally): Promise<void> {
  if (!(await recovers(tally))) throw new Error('no events and orders are acknowledged');
  await pause(Math.random() * 1_500);
}

async function recovers(tally: Tally): Promise<boolean> {
  const [events, paid] = [tally.events.size, tally.paid.size];
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (tally.events.size > events + 20 && tally.paid.size > paid + buyers) return true;
    await pause(100);
  }
  return false;
}

async function kill(product: RunningProduct, victim: Victim): Promise<void> {
  const pid = await pidOf(product, victim);
  if (pid === undefined) throw new Error(`there is no ${victim} to kill`);
  process.kill(pid, 'SIGKILL');
}

async function pidOf({ dataDir }: RunningProduct, victim: Victim): Promise<number | undefined> {
  if (victim === 'postgres')
    return Number(/^\d+/.exec(await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'))?.[0]);
  if (victim !== 'warehouse') return (await findRunning(dataDir))?.processes.find(({ name }) => name === victim)?.pid;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.includes('warehouse/child') && line.includes(dataDir)) return Number(name);
  }
  return undefined;
}

/** How many acknowledged events and orders are not there exactly once, after the pipeline has caught up. */
async function faultsOf(product: RunningProduct, tally: Tally): Promise<{ events: number; orders: number }> {
  const running = await findRunning(product.dataDir);
  if (!running) throw new Error('the product does not run');
  const config = readConfig({ SHUKE_DATA: product.dataDir, SHUKE_LOG_LEVEL: 'error' });
  const database = openDatabase(running.databaseUrls, { web: 1, worker: 2 });
  const services = openServices(config, database, running.warehouseUrl);
  const everything = { tenantId: null, scope: { all: true } } as const;
  const look = () =>
    database.work(everything, async (tx) => {
      const sealer = await services.vaults.forInstallation(tx);
      const seen = new Map<string, number>();
      const announced = new Map<string, number>();
      for (let from = 0; ; from += 50) {
        const rows = await tx.query<{ body: Buffer }>(`select body from log.batches order by n offset $1 limit 50`, [
          from,
        ]);
        for (const { body } of rows) {
          for (const event of await fromBody<ResolvedEvent[]>(sealer, body)) {
            if (event.messageId.startsWith('crash-')) count(seen, event.messageId);
            if (event.name === 'Order Paid') count(announced, String(event.properties['order_id']));
          }
        }
        if (rows.length < 50) break;
      }
      const orders = await tx.query<{ id: string; state: string; key: string; pooled: number }>(
        `select o.order_id as id, o.state, o.submit_key as key,
                (select count(*)::int from orders.orders p where p.tenant_id = o.tenant_id and p.order_id = o.order_id) as pooled
           from mall.orders o where o.submit_key = any($1::uuid[])`,
        [[...tally.submitKeys]],
      );
      return { seen, announced, orders };
    });
  try {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const { seen, announced, orders } = await look();
      const byId = new Map(orders.map((order) => [order.id, order]));
      const doubledKeys = orders.length - new Set(orders.map(({ key }) => key)).size;
      const lostOrDoubled =
        [...tally.events].filter((id) => !seen.has(id)).length + [...seen.values()].filter((times) => times > 1).length;
      const wrong = [...tally.orders].filter((id) => {
        const order = byId.get(id);
        return order?.pooled !== 1 || (tally.paid.has(id) && (order.state !== 'paid' || announced.get(id) !== 1));
      }).length;
      const faults = { events: lostOrDoubled, orders: wrong + doubledKeys };
      if (faults.events + faults.orders === 0 || performance.now() > deadline) return faults;
      await pause(2_000);
    }
  } finally {
    await services.warehouse.close();
    await database.close();
  }
}

function count(times: Map<string, number>, id: string): void {
  times.set(id, (times.get(id) ?? 0) + 1);
}

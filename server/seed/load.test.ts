import { readFileSync } from 'node:fs';

import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { removeDemo, truthFile } from '#demo';
import { recordOrders } from '#orders';
import { createTenant } from '#org';
import { everyStore, systemContext } from '#platform/context';
import { runPipeline } from '#platform/log/pipeline';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { subscriptions } from '../app.ts';
import { compareRecentOrders } from '../modules/orders/compare-recent.ts';
import { resolveCustomers } from '../pipeline.ts';
import { seedDemo } from './load.ts';
import type { SeedOptions } from './load.ts';

const logger = pino({ level: 'silent' });
const until = new Date();
const story = { customers: 120, months: 5, seed: 3, until, progress: () => undefined } satisfies Omit<
  SeedOptions,
  'tenantId'
>;

let db: TestDatabase;
const tenants = { demo: 0, other: 0 };
const pipeline = { stop: new AbortController(), ended: Promise.resolve() };

const found = async (code: string): Promise<number> =>
  db.database.work({ tenantId: null, scope: everyStore }, async (tx) => {
    const { tenantId } = await createTenant(systemContext({ tx, tenantId: 0, services: db.services, name: 'test' }), {
      code,
      name: code,
      brand: { code, name: code, timezone: 'Asia/Shanghai', currency: 'CNY', theme: {} },
      administrator: { login: `admin@${code}.test`, name: '管理员', password: 'correct-horse-9-battery' },
    });
    return tenantId;
  });

const means = () => ({ config: db.services.config, database: db.database, services: db.services, logger });
const seed = (tenantId: number) => seedDemo(means(), { ...story, tenantId });

/** One number, as of a tenant. */
async function count(tenantId: number, sql: string): Promise<number> {
  const [row] = await db.database.work({ tenantId, scope: everyStore }, (tx) =>
    tx.query<{ count: number }>(`select count(*)::int as count from ${sql}`, [tenantId]),
  );
  return row?.count ?? 0;
}

/** Rows of every table of a tenant, so that nothing can hide. */
async function census(tenantId: number): Promise<Record<string, number>> {
  const admin = await db.admin();
  try {
    const { rows: tables } = await admin.query<{ name: string }>(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
        where c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    );
    const found: Record<string, number> = {};
    for (const { name } of tables) {
      const { rows } = await admin.query<{ count: number }>(`select count(*)::int from ${name} where tenant_id = $1`, [
        tenantId,
      ]);
      if (rows[0] && rows[0].count > 0) found[name] = rows[0].count;
    }
    return found;
  } finally {
    await admin.end();
  }
}

beforeAll(async () => {
  db = await openTestDatabase();
  tenants.demo = await found('first');
  tenants.other = await found('second');
  pipeline.ended = runPipeline({
    ...means(),
    resolve: resolveCustomers,
    subscriptions,
    signal: pipeline.stop.signal,
  });
  await seed(tenants.demo);
  await seed(tenants.other);
}, 240_000);
afterAll(async () => {
  pipeline.stop.abort();
  await pipeline.ended;
  await db.close();
});

async function untilRead(): Promise<void> {
  await expect
    .poll(
      () =>
        db.database.work({ tenantId: null, scope: everyStore }, async (tx) => {
          const [row] = await tx.query<{ behind: number }>(
            `select count(*)::int as behind from log.outbox o cross join log.pipeline p where not pg_visible_in_snapshot(o.xid, p.snapshot)`,
          );
          return row?.behind;
        }),
      { timeout: 60_000 },
    )
    .toBe(0);
}

const remove = (withOwnData = false) =>
  removeDemo(
    { ...means(), signal: new AbortController().signal },
    {
      tenantId: tenants.demo,
      actor: { kind: 'system', name: 'test' },
      withOwnData,
      onStep: () => undefined,
      standstillMs: 60_000,
    },
  );

describe('the demo brand', () => {
  test('has estimated, confirmed and settled commissions that refunds take back, in the past', async () => {
    const lines = `settlement.lines where tenant_id = $1`;
    expect(await count(tenants.demo, `${lines} and kind = 'estimated' and amount_minor > 0`)).toBeGreaterThan(5);
    expect(await count(tenants.demo, `${lines} and kind = 'payable'`)).toBeGreaterThan(3);
    expect(await count(tenants.demo, `${lines} and at < now() - interval '40 days'`)).toBeGreaterThan(3);
    expect(await count(tenants.demo, `settlement.statements where tenant_id = $1`)).toBeGreaterThan(0);
  });

  test('owes each partner in the ledger what the lines add up to', async () => {
    await untilRead();
    const admin = await db.admin();
    const { rows } = await admin.query<{ lines: number; books: number }>(
      `select (select sum(amount_minor) filter (where kind = 'payable') from settlement.lines where tenant_id = $1)::int as lines,
              (select sum(b.balance - b.debt) from ledger.balances b join ledger.accounts a using (tenant_id, account_id)
                where b.tenant_id = $1 and a.code = 'commission_payable')::int as books`,
      [tenants.demo],
    );
    await admin.end();
    expect(rows[0]?.books).toBe(rows[0]?.lines);
  });

  test.each([
    [
      'tiers that members rose to over months',
      `loyalty.tier_changes where tenant_id = $1 and changed_at < now() - interval '30 days'`,
      10,
    ],
    ['members above the first tier', `loyalty.members where tenant_id = $1 and tier_code not in ('sprout')`, 5],
    ['points earned', `loyalty.order_points where tenant_id = $1 and points > 0`, 50],
    ['shares some levels deep', `referral.traces where tenant_id = $1 and depth >= 2`, 1],
    ['coupons used', `coupons.coupons where tenant_id = $1 and status = 'used'`, 5],
    ['messages sent', `messaging.sends where tenant_id = $1 and state = 'sent'`, 5],
    ['people in segments', `segments.members where tenant_id = $1`, 5],
    ['goods returned', `orders.refunds where tenant_id = $1 and status = 'done'`, 3],
    ['parcels to send in the mall', `mall.orders where tenant_id = $1 and state = 'paid'`, 3],
    ['returns to decide in the mall', `mall.refunds where tenant_id = $1 and state = 'requested'`, 2],
    ['a dressed home page', `mall.shops where tenant_id = $1`, 0],
  ])('has %s', async (_what, sql, more) => {
    expect(await count(tenants.demo, sql)).toBeGreaterThan(more);
  });

  test('does nothing when it is told once more', async () => {
    await untilRead();
    const before = await census(tenants.demo);
    expect(await seed(tenants.demo)).toMatchObject({ isRepeated: true });
    await untilRead();
    const after = await census(tenants.demo);
    expect(after).toEqual(before);
  });

  test('refuses another story on top of this one', async () => {
    await expect(seedDemo(means(), { ...story, customers: 161, tenantId: tenants.demo })).rejects.toMatchObject({
      code: 'seeded_otherwise',
    });
  });

  test('holds fake orders that the cleaning rules find, with the truth kept aside', async () => {
    await compareRecentOrders({ ...means(), signal: new AbortController().signal }, new Date(Date.now() + 180_000));
    const truth = JSON.parse(readFileSync(truthFile(db.services.config), 'utf8')) as {
      brushing: { phones: string[]; orders: { sourceOrderNo: string }[] }[];
    };
    const rows = await db.database.work({ tenantId: tenants.demo, scope: everyStore }, (tx) =>
      tx.query<{ no: string }>(
        `select source_order_no as no from orders.orders where tenant_id = $1 and 'brushing' = any(flags)`,
        [tenants.demo],
      ),
    );
    const flagged = new Set(rows.map(({ no }) => no));
    const toOnePhone = truth.brushing.filter(({ phones }) => phones.length === 1).flatMap(({ orders }) => orders);
    expect(toOnePhone.length).toBeGreaterThan(15);
    expect(toOnePhone.filter(({ sourceOrderNo }) => !flagged.has(sourceOrderNo))).toEqual([]);
    const fake = new Set(truth.brushing.flatMap(({ orders }) => orders.map(({ sourceOrderNo }) => sourceOrderNo)));
    expect([...flagged].filter((no) => !fake.has(no))).toEqual([]);
  });
});

describe('removing the demo', () => {
  test('is refused while the company has orders of its own', async () => {
    await db.asSystem(
      (ctx) =>
        recordOrders(ctx, [
          {
            sourceId: 4,
            sourceOrderNo: 'own-1',
            sourceUpdatedAt: ctx.now,
            channel: 'tmall',
            head: { status: 'paid', placedAt: ctx.now, payableMinor: 100, paidMinor: 100 },
          },
        ]),
      { tenantId: tenants.demo },
    );
    await expect(remove()).rejects.toMatchObject({ code: 'own_data_present', details: { orders: 1 } });
    expect(await count(tenants.demo, `orders.orders where tenant_id = $1`)).toBeGreaterThan(100);
  });

  test('takes every row, leaves company and audit, and touches no other company', async () => {
    await untilRead();
    const otherBefore = await census(tenants.other);
    const removed = await remove(true);
    expect(removed.rows).toBeGreaterThan(5_000);
    expect(removed.events).toBeGreaterThan(1_000);
    const left = await census(tenants.demo);
    expect(Object.keys(left).filter((name) => !/^(org|platform)\./.test(name))).toEqual(['customers.identity_state']);
    expect(left).toMatchObject({ 'org.staff': 1, 'org.brands': 1 });
    expect(left['org.stores']).toBeUndefined();
    expect(await census(tenants.other)).toEqual(otherBefore);
  });

  test('leaves no event of the company in the log', async () => {
    const counts = await db.database.work({ tenantId: null, scope: everyStore }, (tx) =>
      tx.query<{ tenant: number; events: number }>(
        `select (c ->> 0)::int as tenant, sum((c ->> 2)::int)::int as events from log.batches, jsonb_array_elements(counts) c group by 1`,
      ),
    );
    const [{ batches } = { batches: 0 }] = await db.database.work({ tenantId: null, scope: everyStore }, (tx) =>
      tx.query<{ batches: number }>(`select count(*)::int as batches from log.batches`),
    );
    // At most a note of the removal for each batch that would be empty.
    expect(counts.find(({ tenant }) => tenant === tenants.demo)?.events ?? 0).toBeLessThanOrEqual(batches);
    expect(counts.find(({ tenant }) => tenant === tenants.other)?.events).toBeGreaterThan(1_000);
  });

  test('lets the brand be filled again, also in two goes', async () => {
    let said = 0;
    const interrupted = (text: string) => {
      if (text.startsWith('orders until')) said += 1;
      if (said === 6) throw new Error('the power went');
    };
    await expect(seedDemo(means(), { ...story, tenantId: tenants.demo, progress: interrupted })).rejects.toThrow(
      'power',
    );
    await seed(tenants.demo);
    await untilRead();
    const [again, other] = [await census(tenants.demo), await census(tenants.other)];
    const played = (counts: Record<string, number>) =>
      ['orders.orders', 'referral.traces', 'settlement.statements', 'loyalty.order_points'].map((name) => counts[name]);
    expect(played(again)).toEqual(played(other));
    expect(again['customers.customers']).toBeGreaterThan(100);
  }, 180_000);

  test('is refused where there is none', async () => {
    await remove();
    await expect(remove()).rejects.toMatchObject({ code: 'no_demo_data' });
  }, 60_000);
});

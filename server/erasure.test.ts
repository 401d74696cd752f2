import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { eraseAgain, eraseCustomer } from '#customers';
import { shipOrder } from '#mall';
import { addErasures, erasureFile, listErasures, readErasures, recordedErasures } from '#platform/erasures';

import './app.ts';
import { openMallApp } from './modules/mall/testing/mall-app.ts';
import type { MallApp, Shopper } from './modules/mall/testing/mall-app.ts';

let mall: MallApp;
const phone = '19900007777';

beforeAll(async () => {
  mall = await openMallApp();
});
afterAll(() => mall.close());

const asStaff: MallApp['db']['asStaff'] = (work, as) => mall.db.asStaff(work, { tenantId: mall.tenantId, ...as });
const erase = (customerId: number) => asStaff((ctx) => eraseCustomer(ctx, { customerId, reason: '客户本人要求删除' }));

/** Everything the database holds of the phone: its index, or a text that opens to it. */
async function tracesOf(number: string): Promise<string[]> {
  const client = await mall.db.admin();
  const { rows: columns } = await client.query<{ table: string; column: string }>(
    `select format('%I.%I', n.nspname, c.relname) as table, a.attname as column
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.atttypid = 'bytea'::regtype
      where c.relkind = 'r' and n.nspname in ('customers', 'mall', 'orders', 'messaging') and col_description(c.oid, a.attnum) >= 'P2'`,
  );
  const index = await asStaff(async (ctx) => {
    const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
    return [vault.blindIndex('phone', `+86${number}`), vault.lastFourIndex('phone', `+86${number}`)];
  });
  const traces: string[] = [];
  for (const { table, column } of columns) {
    const { rows } = await client.query(`select from ${table} where ${column} = any ($1::bytea[])`, [index]);
    if (rows.length > 0) traces.push(`${table}.${column}`);
  }
  await client.end();
  return traces;
}

async function buyer(): Promise<{ shopper: Shopper; customerId: number; orderId: string }> {
  const shopper = mall.shopper();
  const customerId = await shopper.signIn(phone);
  await shopper.addAddress();
  const { orderId } = await shopper.order([{ skuId: await mall.addSku(10, 900), quantity: 1 }]);
  await shopper.pay(orderId);
  return { shopper, customerId, orderId };
}

test('an erased person leaves orders without a name, is signed out, and comes back as somebody new', async () => {
  const { shopper, customerId, orderId } = await buyer();
  await expect(erase(customerId)).rejects.toMatchObject({ code: 'not_erasable_yet' });
  await asStaff((ctx) => shipOrder(ctx, orderId, { carrier: '顺丰', trackingNo: 'SF1' }));
  await shopper.ask('POST', `/api/mall/orders/${orderId}/receipt`, {});
  expect(await tracesOf(phone)).toContain('customers.identifiers.blind_index');

  await erase(customerId);

  expect(await tracesOf(phone)).toEqual([]);
  const client = await mall.db.admin();
  const { rows } = await client.query(
    `select c.status, o.payable_fen as fen, (select count(*)::int from mall.addresses) as addresses, o.remark,
            (select count(*)::int from customers.traits where customer_id = $1) as traits
       from customers.customers c join mall.orders o using (customer_id) where customer_id = $1`,
    [customerId],
  );
  await client.end();
  expect(rows).toEqual([{ status: 'erased', fen: expect.any(Number), addresses: 0, remark: null, traits: 0 }]);
  expect((await shopper.ask<{ member: null }>('GET', '/api/mall/me')).member).toBeNull();
  await expect(erase(customerId)).rejects.toMatchObject({ code: 'not_found' });

  const again = mall.shopper();
  expect(await again.signIn(phone)).not.toBe(customerId);
  expect((await again.ask<{ items: [] }>('GET', '/api/mall/orders')).items).toEqual([]);
});

test('an older state is told of the erasure by the list kept outside, once', async () => {
  const shopper = mall.shopper();
  const person = await shopper.signIn('19900008888');
  const client = await mall.db.admin();
  const { rows } = await client.query<{ id: number }>(
    'select identifier_id as id from customers.identifiers where tenant_id = $1 and customer_id = $2',
    [mall.tenantId, person],
  );
  await client.end();
  // As a restored database would have it: the person is there, the list names their identifiers.
  const entry = {
    tenantId: mall.tenantId,
    erasureId: randomUUID(),
    subjects: rows.map(({ id }) => id),
    erasedAt: new Date().toISOString(),
  };

  expect(await asStaff((ctx) => eraseAgain(ctx, entry))).toEqual([person]);

  expect(await tracesOf('19900008888')).toEqual([]);
  expect((await recordedErasures(mall.db.database)).map(({ erasureId }) => erasureId)).toContain(entry.erasureId);
});

test('the list leaves the database whole, keeps what it had, and is never read past a broken line', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'erasures-'));
  const file = erasureFile(dir);
  const earlier = { tenantId: 9, erasureId: randomUUID(), subjects: [1], erasedAt: '2026-01-01T00:00:00.000Z' };
  await addErasures(file, [earlier]);
  const services = { ...mall.db.services, config: { ...mall.db.services.config, dataDir: dir } };
  const signal = new AbortController().signal;
  await listErasures.handle({ database: mall.db.database, services, logger: mall.app.log as never, signal }, {});

  const listed = readErasures(file);
  expect(listed[0]).toEqual(earlier);
  expect(listed.slice(1)).toEqual(await recordedErasures(mall.db.database));

  await writeFile(file, `${await readFile(file, 'utf8')}{"tenantId":`);
  expect(() => readErasures(file)).toThrow(/Line \d+ of .* is not an erasure/);
});

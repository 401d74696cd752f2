import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { IdentifierRef } from '#platform/log/event';
import { createLogger } from '#platform/logger';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { blockIdentifier } from './block-identifier.ts';
import { recordConsents, consentsOf } from './consents.ts';
import { registerCustomerFacts } from './customer-facts.ts';
import { customersToday } from './customers-today.ts';
import type { Evidence } from './evidence.ts';
import { identify } from './identify.ts';
import { IdentityCache } from './identity-cache.ts';
import './index.ts';
import { mergeCustomers } from './merge-customers.ts';
import { resolveConflict } from './resolve-conflict.ts';
import { settleFacts } from './settle-facts.ts';
import { splitCustomer, undoMerge } from './split-customer.ts';
import { forgetEverybody } from './testing/identity-town.ts';

const silent = createLogger('test', 'silent');
let db: TestDatabase;
let admin: pg.Client;
let cache: IdentityCache;
beforeAll(async () => {
  db = await openTestDatabase();
  admin = await db.admin();
  await admin.query(`create schema shop; grant usage on schema shop to public;
    create table shop.visits (tenant_id int, visit text, origin_customer_id bigint, customer_id bigint);
    alter table shop.visits owner to shuke_owner; grant all on shop.visits to shuke_web, shuke_worker`);
  registerCustomerFacts({
    table: 'shop.visits',
    tenant: 'tenant_id',
    origin: 'origin_customer_id',
    current: 'customer_id',
  });
});
beforeEach(async () => {
  cache = new IdentityCache();
  await admin.query(
    `${forgetEverybody} delete from customers.consents; delete from customers.traits; delete from shop.visits;`,
  );
});
afterAll(async () => {
  await admin.end();
  await db.close();
});

const id = (kind: string, value: string, scope = ''): IdentifierRef => ({ kind, scope, value });
const phone = (n: number) => id('phone', `1391111${String(n).padStart(4, '0')}`);
const buyer = (n: number) => id('buyer_id', `b${n}`, 'tmall');
const member = (n: number) => id('member_no', `M${n}`, 'brand');
const seen = (...identifiers: IdentifierRef[]): Evidence => ({
  tenantId: 1,
  identifiers,
  at: new Date('2026-03-01T08:00:00Z'),
  sourceId: 1,
  cause: 'order',
});

/** Reports evidence and writes a visit for each piece, under its origin, as any module would. */
async function visit(...evidence: Evidence[]): Promise<{ customerId: number; originId: number }[]> {
  return db.asPipeline(async (ctx) => {
    const found = await identify({ ...ctx, vaults: ctx.services.vaults }, evidence, cache);
    const visits = found.map(({ customerId, originCustomerId }) => ({
      customerId: customerId ?? 0,
      originId: originCustomerId ?? 0,
    }));
    for (const { customerId, originId } of visits) {
      await ctx.tx.execute(`insert into shop.visits values (1, $1, $2, $3)`, [String(originId), originId, customerId]);
    }
    return visits;
  });
}

/** Everything that says who is who and whose is what. */
async function world(): Promise<unknown> {
  const { rows: identifiers } = await admin.query(
    `select identifier_id, customer_id, state, era from customers.identifiers order by 1`,
  );
  const { rows: people } = await admin.query(
    `select customer_id, status, merged_into, is_known, customer_no from customers.customers order by 1`,
  );
  const { rows: visits } = await admin.query(`select * from shop.visits order by origin_customer_id, customer_id`);
  const { rows: consents } = await admin.query(`select consent_id, customer_id from customers.consents order by 1`);
  return { identifiers, people, visits, consents };
}

const today = async (customerId: number) =>
  db.asSystem(async (ctx) => (await customersToday(ctx, [{ tenantId: 1, customerId }])).get(`1:${customerId}`));

describe('staff', () => {
  test('merge two customers and undo it: every fact is where it was, under the same ids', async () => {
    const [a, b] = await visit(seen(member(1), phone(1)), seen(member(2), buyer(2)));
    await visit(seen(buyer(2)), seen(phone(1)));
    await db.asStaff((ctx) =>
      recordConsents(ctx, [
        { customerId: a?.customerId ?? 0, purpose: 'marketing', isGranted: true, policyVersion: '1', source: 'test' },
        { customerId: b?.customerId ?? 0, purpose: 'marketing', isGranted: false, policyVersion: '1', source: 'test' },
      ]),
    );
    const before = await world();

    const { customerId } = await db.asStaff((ctx) =>
      mergeCustomers(ctx, { customerIds: [a?.customerId ?? 0, b?.customerId ?? 0], reason: '同一个人' }),
    );

    const { rows: owners } = await admin.query(`select distinct customer_id from shop.visits`);
    expect(owners).toEqual([{ customer_id: customerId }]);
    expect([await today(a?.customerId ?? 0), await today(b?.customerId ?? 0)]).toEqual([customerId, customerId]);
    const consents = await db.asSystem((ctx) => consentsOf(ctx, [customerId]));
    expect(consents.get(customerId)).toMatchObject([{ purpose: 'marketing', isGranted: false }]);
    const { rows: log } = await admin.query<{ merge_id: string }>(`select merge_id from customers.merge_log`);
    expect(log).toHaveLength(1);

    await db.asStaff((ctx) => undoMerge(ctx, { mergeId: log[0]?.merge_id ?? '', reason: '看错了' }));
    expect(await world()).toEqual(before);
  });

  test('undo a merge made by evidence, and the same evidence does not make it again', async () => {
    await visit(seen(buyer(1), member(1)), seen(phone(1)));
    const before = (await world()) as { identifiers: unknown };
    await visit(seen(phone(1), member(1)));
    const { rows } = await admin.query<{ merge_id: string }>(
      `select merge_id from customers.merge_log where kind = 'merge'`,
    );
    expect(rows).toHaveLength(1);

    await db.asStaff((ctx) => undoMerge(ctx, { mergeId: rows[0]?.merge_id ?? '', reason: '一家人' }));
    await visit(seen(phone(1), buyer(1)));

    expect(await world()).toMatchObject({ identifiers: before.identifiers });
  });

  test('split one identifier off with the facts that came with it', async () => {
    const [a] = await visit(seen(phone(1), buyer(1)), seen(phone(1), buyer(2)));
    const [moved] = await visit(seen(buyer(2)));
    await visit(seen(phone(1)));
    expect(moved?.customerId).toBe(a?.customerId);

    await db.asStaff((ctx) =>
      splitCustomer(ctx, { customerId: a?.customerId ?? 0, identifierIds: [moved?.originId ?? 0], reason: '代购' }),
    );

    const { rows } = await admin.query<{ origin_customer_id: string; customer_id: string }>(
      `select distinct origin_customer_id, customer_id from shop.visits`,
    );
    const ownerOf = new Map(rows.map((row) => [Number(row.origin_customer_id), Number(row.customer_id)]));
    expect(ownerOf.get(moved?.originId ?? 0)).not.toBe(a?.customerId);
    expect([...ownerOf].filter(([, owner]) => owner === a?.customerId).length).toBeGreaterThan(0);
    expect(await visit(seen(buyer(2), phone(1)))).toMatchObject([{ customerId: a?.customerId }]);
  });

  test('decide a conflict, and it is not asked again', async () => {
    await visit(
      seen(member(1), id('unionid', 'u1')),
      seen(member(2), id('unionid', 'u2')),
      seen(member(2), id('unionid', 'u1')),
    );
    const open = async () =>
      (
        await admin.query<{ conflict_id: string }>(
          `select conflict_id from customers.merge_conflicts where status = 'open'`,
        )
      ).rows;
    const [conflict] = await open();
    await db.asStaff((ctx) =>
      resolveConflict(ctx, { conflictId: conflict?.conflict_id ?? '', decision: 'keep_apart', reason: '两个人' }),
    );
    await visit(seen(member(2), id('unionid', 'u1')));
    expect(await open()).toEqual([]);
  });

  test('block the store’s own phone: whom it held together is parted', async () => {
    const [a] = await visit(seen(phone(1), buyer(1)), seen(phone(1), buyer(2)));
    const [own] = await visit(seen(phone(1)));
    await db.asStaff((ctx) =>
      blockIdentifier(ctx, {
        customerId: own?.customerId ?? 0,
        identifierId: own?.originId ?? 0,
        isBlocked: true,
        reason: '门店电话',
      }),
    );
    const [one, two, nobody] = await db.asPipeline((ctx) =>
      identify({ ...ctx, vaults: ctx.services.vaults }, [seen(buyer(1)), seen(buyer(2)), seen(phone(1))], cache),
    );
    expect(one?.customerId).not.toBe(two?.customerId);
    expect(nobody?.customerId).toBeNull();
    expect(a).toBeDefined();
  });

  test('of one store cannot touch customers of another', async () => {
    const [a, b] = await visit(seen(phone(1)), seen(phone(2)));
    const work = db.asStaff(
      (ctx) => mergeCustomers(ctx, { customerIds: [a?.customerId ?? 0, b?.customerId ?? 0], reason: '合并' }),
      { scope: { all: false, storeIds: [7] } },
    );
    await expect(work).rejects.toThrow('customer does not exist');
  });
});

test('a fact written by somebody who read just before the merge is found and moved', async () => {
  await visit(seen(phone(1)), seen(buyer(1)));
  const merged = Promise.withResolvers<void>();
  const reading = Promise.withResolvers<void>();
  const written = db.asPipeline(async (ctx) => {
    const found = await identify({ ...ctx, vaults: ctx.services.vaults }, [seen(buyer(1)), seen(phone(1))], cache);
    reading.resolve();
    await merged.promise;
    for (const { originCustomerId, customerId } of found) {
      await ctx.tx.execute(`insert into shop.visits values (1, 'late', $1, $2)`, [originCustomerId, customerId]);
    }
  });
  await reading.promise;
  const [now] = await visit(seen(phone(1), buyer(1)));
  const settle = () => settleFacts({ ...db, signal: new AbortController().signal, logger: silent });
  const owners = async () =>
    (
      await admin.query<{ customer_id: number }>(
        `select customer_id from shop.visits where visit = 'late' order by customer_id = $1`,
        [now?.customerId],
      )
    ).rows.map((row) => row.customer_id);
  await settle();
  merged.resolve();
  await written;
  expect(await owners()).toEqual([expect.not.toBeOneOf([now?.customerId]), now?.customerId]);

  await settle();

  expect(await owners()).toEqual([now?.customerId, now?.customerId]);
});

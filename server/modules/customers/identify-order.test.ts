import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Context } from '#platform/context';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import type { Evidence } from './evidence.ts';
import { identify } from './identify.ts';
import './index.ts';
import { IdentityCache } from './identity-cache.ts';
import { mergeCustomers } from './merge-customers.ts';
import { projectCustomers } from './project-customers.ts';
import { undoMerge } from './split-customer.ts';
import { forgetEverybody, openVaults, townEvidence } from './testing/identity-town.ts';

let db: TestDatabase;
let admin: pg.Client;
beforeAll(async () => {
  db = await openTestDatabase();
  admin = await db.admin();
});
afterAll(async () => {
  await admin.end();
  await db.close();
});

/** Staff, with the vault the evidence was read with. */
const asStaff = <T>(work: (ctx: Context) => Promise<T>): Promise<T> =>
  db.asStaff((ctx) =>
    work({ ...ctx, services: { ...ctx.services, vaults: { ...ctx.services.vaults, ...openVaults } } }),
  );

/** An era that later evidence took back leaves its row beside the one before it, which says the same. */
const isNeeded = `not exists (select from customers.identifiers p
  where p.blind_index = i.blind_index and p.era = i.era - 1 and p.customer_id = i.customer_id)`;

/** Feeds the batches to processes in turn, each with its own cache, and returns who belongs together. */
async function partitionAfter(batches: readonly (readonly Evidence[])[], processes = 1): Promise<unknown> {
  await admin.query(forgetEverybody);
  const caches = Array.from({ length: processes }, () => new IdentityCache(40));
  for (const [index, batch] of batches.entries()) {
    const cache = caches[index % processes] ?? new IdentityCache();
    await db.asPipeline((ctx) => identify({ ...ctx, vaults: openVaults }, batch, cache));
  }
  const { rows: groups } = await admin.query<{ members: string }>(
    `select string_agg(identifier_id || ':' || state || ':' || coalesce(era_from_on::text, ''), ' ' order by identifier_id) as members
       from customers.identifiers i
      where ${isNeeded}
      group by customer_id order by 1`,
  );
  const { rows: links } = await admin.query(
    `select a, b, first_on, last_on, sources, causes, claimed from customers.links order by a, b`,
  );
  const { rows: conflicts } = await admin.query(
    `select identifier_id, other_id, reason from customers.merge_conflicts where status = 'open' order by 1, 2`,
  );
  return { groups, links, conflicts };
}

/** Every customer is founded by an identifier of its own, and whoever was absorbed points to where that identifier is now. */
async function brokenRedirects(): Promise<number> {
  const { rows } = await admin.query<{ broken: number }>(
    `select count(*)::int as broken from customers.customers c
       left join customers.identifiers i on i.tenant_id = c.tenant_id and i.identifier_id = c.customer_id
      where i.customer_id is distinct from coalesce(c.merged_into, c.customer_id)
         or (c.merged_into is null) <> (c.status = 'active')`,
  );
  return rows[0]?.broken ?? -1;
}

function chunks<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const result: T[][] = [];
  let from = 0;
  for (let turn = 0; from < items.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    result.push(items.slice(from, from + size));
    from += size;
  }
  return result;
}

test('any order, batching, repetition and number of processes leads to the same customers, links and conflicts', async () => {
  await fc.assert(
    fc.asyncProperty(
      townEvidence,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(),
      async (evidence, sizes, processes, seed) => {
        const order =
          fc.sample(fc.shuffledSubarray([...evidence.keys()], { minLength: evidence.length }), {
            numRuns: 1,
            seed,
          })[0] ?? [];
        const shuffled = order.flatMap((place) => evidence[place] ?? []);
        const repeated = [...shuffled, ...shuffled.slice(0, 5)];
        const whole = await partitionAfter([evidence]);
        expect(await partitionAfter(chunks(repeated, sizes), processes)).toEqual(whole);
        expect(await brokenRedirects()).toBe(0);
      },
    ),
    { numRuns: Number(process.env['IDENTITY_RUNS'] ?? 40), endOnFailure: process.env['IDENTITY_NOSHRINK'] === '1' },
  );
}, 600_000);

/** Who is who, and whose every fact is, in every table merges touch. */
async function world() {
  const read = async (sql: string) => (await admin.query<Record<string, unknown>>(sql)).rows;
  return {
    identifiers: await read(
      `select identifier_id, customer_id, state, era, era_from_on from customers.identifiers i where ${isNeeded} order by 1`,
    ),
    customers: await read(
      `select customer_id, customer_no, status, merged_into, is_known, orders_count, spend_minor, store_id from customers.customers order by 1`,
    ),
    traits: await read(
      `select identifier_id, name, source_id, customer_id, value from customers.traits order by 1, 2, 3`,
    ),
    totals: await read(`select * from customers.order_totals order by origin_customer_id, currency`),
    consents: await read(
      `select consent_id, origin_customer_id, customer_id, is_granted from customers.consents order by 1`,
    ),
    conflicts: await read(
      `select identifier_id, other_id, reason, status from customers.merge_conflicts where status = 'open' order by 1, 2`,
    ),
  };
}

test('merging any two customers and undoing it leaves the world as it was, over every table of facts', async () => {
  await fc.assert(
    fc.asyncProperty(townEvidence, fc.nat(), fc.nat(), async (evidence, first, second) => {
      await partitionAfter([
        evidence.map((item, place) => ({ ...item, traits: { city: `c${place}`, store_id: place % 4 } })),
      ]);
      await admin.query(
        `insert into customers.order_totals select 1, identifier_id, 'CNY', customer_id, 1 + (identifier_id % 3)::int, identifier_id % 1000, now(), now()
           from customers.identifiers;
         insert into customers.consents select 1, gen_random_uuid(), identifier_id, customer_id, 'marketing', '', identifier_id % 2 = 0, '1', 'test', now()
           from customers.identifiers`,
      );
      const { rows } = await admin.query<{ id: number }>(
        `select customer_id as id from customers.customers where status = 'active' order by 1`,
      );
      const [one, other] = [rows[first % rows.length]?.id ?? 0, rows[second % rows.length]?.id ?? 0];
      await db.asSystem((ctx) =>
        projectCustomers(
          ctx.tx,
          1,
          rows.map(({ id }) => id),
        ),
      );
      const before = await world();
      fc.pre(one !== other);

      await asStaff((ctx) => mergeCustomers(ctx, { customerIds: [one, other], reason: '同一个人' }));
      const { rows: merged } = await admin.query<{ id: string }>(
        `select merge_id as id from customers.merge_log where decision_id is not null order by happened_at limit 1`,
      );
      const { rows: spread } = await admin.query(
        `select 1 from customers.identifiers i where i.identifier_id in ($1, $2) group by tenant_id having count(distinct customer_id) > 1`,
        [one, other],
      );
      expect(spread).toEqual([]);
      await asStaff((ctx) => undoMerge(ctx, { mergeId: merged[0]?.id ?? '', reason: '看错了' }));

      // Rows of customers stay for ever, for a number once given out must lead on: whom the merge founded, its undo absorbs, empty-handed.
      const known = new Set(before.customers.map(({ customer_id: id }) => id));
      const after = await world();
      const founded = after.customers.filter(({ customer_id: id }) => !known.has(id));
      for (const husk of founded)
        expect(husk).toMatchObject({ status: 'merged', orders_count: 0, spend_minor: 0, store_id: null });
      expect({ ...after, customers: after.customers.filter((row) => !founded.includes(row)) }).toEqual(before);
      expect(await brokenRedirects()).toBe(0);
    }),
    {
      numRuns: Number(process.env['IDENTITY_RUNS'] ?? 30),
      ...(process.env['IDENTITY_SEED'] && { seed: Number(process.env['IDENTITY_SEED']) }),
    },
  );
}, 600_000);

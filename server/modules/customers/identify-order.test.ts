import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import type { Evidence } from './evidence.ts';
import { identify } from './identify.ts';
import { IdentityCache } from './identity-cache.ts';
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
      -- An era that later evidence took back leaves its row beside the one before it.
      where not exists (select from customers.identifiers p where p.blind_index = i.blind_index and p.era = i.era - 1 and p.customer_id = i.customer_id)
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

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

async function groups(): Promise<unknown> {
  const { rows } = await admin.query(
    `select string_agg(identifier_id || ':' || state, ' ' order by identifier_id) as members
       from customers.identifiers i
      where not exists (select from customers.identifiers p
                         where p.blind_index = i.blind_index and p.era = i.era - 1 and p.customer_id = i.customer_id)
      group by customer_id order by 1`,
  );
  return rows;
}

test('a pipeline, an import and the mall identify the same people at once without a deadlock, and agree', async () => {
  const towns = fc.sample(townEvidence, { numRuns: 12, seed: 20_261_124 });
  for (const evidence of towns) {
    await admin.query(forgetEverybody);
    await db.asPipeline((ctx) => identify({ ...ctx, vaults: openVaults }, evidence, new IdentityCache()));
    const alone = await groups();

    await admin.query(forgetEverybody);
    const feed = async (turn: number) => {
      const cache = new IdentityCache(30);
      const mine = evidence.filter((_, index) => index % 4 === turn || index % 7 === turn);
      for (let from = 0; from < mine.length; from += 3) {
        const batch: Evidence[] = turn % 2 === 0 ? mine.slice(from, from + 3) : mine.slice(from, from + 3).toReversed();
        if (turn < 3) await db.asPipeline((ctx) => identify({ ...ctx, vaults: openVaults }, batch, cache));
        else
          await db.asStaff((ctx) => identify({ ...ctx, vaults: openVaults }, batch, cache), {
            scope: { all: false, storeIds: [5] },
          });
      }
    };
    await Promise.all([0, 1, 2, 3].map(feed));
    expect(await groups()).toEqual(alone);
  }
}, 120_000);

test('a transaction that is rolled back teaches nobody anything', async () => {
  await admin.query(forgetEverybody);
  const cache = new IdentityCache();
  const report = (...values: string[]): Evidence => ({
    tenantId: 1,
    identifiers: values.map((value) => ({ kind: 'buyer_id', scope: value.slice(0, 2), value })),
    at: new Date('2026-02-01T00:00:00Z'),
    sourceId: 1,
    cause: 'order',
  });
  const who = (...evidence: Evidence[]) =>
    db.asPipeline(async (ctx) =>
      (await identify({ ...ctx, vaults: openVaults }, evidence, cache)).map((one) => one.customerId),
    );
  const before = await who(report('tb1'), report('dy1'));
  const failing = db.asPipeline(async (ctx) => {
    const merged = await identify({ ...ctx, vaults: openVaults }, [report('tb1', 'dy1')], cache);
    const seen = await identify({ ...ctx, vaults: openVaults }, [report('tb1'), report('dy1')], cache);
    expect(new Set([...merged, ...seen].map((one) => one.customerId)).size).toBe(1);
    throw new Error('the batch fails');
  });
  await expect(failing).rejects.toThrow('the batch fails');
  expect(await who(report('tb1'), report('dy1'))).toEqual(before);
});

test('what one process merged, another with a warm cache sees at its next look', async () => {
  await admin.query(forgetEverybody);
  const [one, other] = [new IdentityCache(), new IdentityCache()];
  const report = (...values: string[]): Evidence => ({
    tenantId: 1,
    identifiers: values.map((value) => ({ kind: 'buyer_id', scope: value.slice(0, 2), value })),
    at: new Date('2026-02-01T00:00:00Z'),
    sourceId: 1,
    cause: 'order',
  });
  const who = (cache: IdentityCache, ...evidence: Evidence[]) =>
    db.asPipeline(async (ctx) =>
      (await identify({ ...ctx, vaults: openVaults }, evidence, cache)).map((found) => found.customerId),
    );
  const both = [report('tb2'), report('dy2')];
  await who(one, ...both);
  const warm = await who(other, ...both);
  expect(await who(other, ...both)).toEqual(warm);
  expect(new Set(warm).size).toBe(2);
  const [merged] = await who(one, report('tb2', 'dy2'));
  expect(await who(other, ...both)).toEqual([merged, merged]);
});

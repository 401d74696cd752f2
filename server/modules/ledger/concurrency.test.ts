import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { openDatabase } from '#platform/database';
import type { Database } from '#platform/database';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { customerAccount, defineAccount, defineSystemAccount } from './account.ts';
import { auditBooks } from './audit-books.ts';
import { balancesOf } from './balances.ts';
import { postTransfers } from './post-transfers.ts';
import type { NewTransfer } from './transfer.ts';

const points = defineAccount({ code: 'points', unit: 'POINTS', normalSide: 'credit', overdraft: 'debt', lots: true });
const issued = defineSystemAccount({ code: 'points_issued', unit: 'POINTS', normalSide: 'debit' });
const redeemed = defineSystemAccount({ code: 'points_redeemed', unit: 'POINTS', normalSide: 'credit' });

let db: TestDatabase;
let database: Database;
beforeAll(async () => {
  db = await openTestDatabase();
  database = openDatabase(db.urls, { worker: 32 });
});
afterAll(async () => {
  await database.close();
  await db.close();
});

const now = new Date('2025-06-01T00:00:00Z');

function post(transfers: NewTransfer[]) {
  return database.work({ tenantId: db.tenantId, scope: everyStore }, (tx) =>
    postTransfers({ tx, tenantId: db.tenantId, now, actor: { kind: 'system', name: 'test' } }, transfers),
  );
}

const earn = (customerId: number, amount: number, key: string): NewTransfer => ({
  key,
  debit: issued,
  credit: customerAccount(points, customerId),
  amount,
  reason: 'points.earn',
});
const spend = (customerId: number, amount: number, key: string): NewTransfer => ({
  key,
  debit: customerAccount(points, customerId),
  credit: redeemed,
  amount,
  reason: 'points.spend',
});

const balance = async (customerId: number) =>
  (await db.asSystem((ctx) => balancesOf(ctx, points, [customerId]), { now })).get(customerId)?.balance;

test('32 concurrent spenders of one account never overdraw it, and spend it to the last point', async () => {
  await post([earn(1, 1000, 'hot')]);
  const results = await Promise.allSettled(
    Array.from({ length: 200 }, (_, index) => post([spend(1, 7, `hot:${index}`)])),
  );
  const refused = results.filter((result) => result.status === 'rejected');
  expect(results.length - refused.length).toBe(142);
  expect(new Set(refused.map(({ reason }) => (reason as { code: string }).code))).toEqual(
    new Set(['insufficient_balance']),
  );
  expect(await balance(1)).toBe(1000 - 142 * 7);
});

test('five concurrent copies of each transfer have one effect and one answer', async () => {
  const keys = Array.from({ length: 60 }, (_, index) => index);
  const answers = await Promise.all(
    keys.flatMap((key) =>
      Array.from({ length: 5 }, async () => (await post([earn(2 + (key % 3), 10, `copy:${key}`)]))[0]),
    ),
  );
  const distinct = new Map(answers.map((answer) => [answer?.key, JSON.stringify({ ...answer, repeated: null })]));
  expect(answers.every((answer) => distinct.get(answer?.key) === JSON.stringify({ ...answer, repeated: null }))).toBe(
    true,
  );
  expect(answers.filter((answer) => answer?.repeated === false)).toHaveLength(60);
  expect(await balance(2)).toBe(200);
});

test('concurrent batches over the same accounts in any order do not deadlock', async () => {
  const people = Array.from({ length: 12 }, (_, index) => 100 + index);
  const shuffled = (seed: number) => people.toSorted((a, b) => ((a * 7919 * seed) % 101) - ((b * 7919 * seed) % 101));
  const results = await Promise.allSettled(
    Array.from({ length: 96 }, (_, index) =>
      post(shuffled(index + 1).map((person) => earn(person, 1, `batch:${index}:${person}`))),
    ),
  );
  expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(await balance(100)).toBe(96);
});

test('a batch of 1,000 transfers posts in a few statements', async () => {
  const batch = Array.from({ length: 1000 }, (_, index) => earn(10_000 + index, 5, `bulk:${index}`));
  let statements = 0;
  await database.work({ tenantId: db.tenantId, scope: everyStore }, (tx) => {
    const counted = {
      ...tx,
      query: <Row>(text: string, values?: readonly unknown[]) => ((statements += 1), tx.query<Row>(text, values)),
      execute: (text: string, values?: readonly unknown[]) => ((statements += 1), tx.execute(text, values)),
    };
    return postTransfers({ tx: counted, tenantId: db.tenantId, now, actor: { kind: 'system', name: 'test' } }, batch);
  });
  expect(statements).toBeLessThanOrEqual(16);
  expect(await balance(10_999)).toBe(5);
});

test('after all of this every check of the books is clean', async () => {
  const checks = await db.asSystem((ctx) => auditBooks(ctx));
  expect(checks.filter(({ faults }) => faults > 0)).toEqual([]);
});

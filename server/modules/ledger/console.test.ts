import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { buildHttp } from '#platform/http';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { customerAccount, defineAccount, defineSystemAccount } from './account.ts';
import { expireAllHolds } from './holds.ts';
import { postTransfers } from './post-transfers.ts';
import { routes } from './routes.ts';
import { customerStatement, monthlyTurnover } from './statement.ts';
import type { NewTransfer } from './transfer.ts';

const wallet = defineAccount({ code: 'wallet', unit: 'CNY_FEN', normalSide: 'credit', overdraft: 'refused' });
const cash = defineSystemAccount({ code: 'cash', unit: 'CNY_FEN', normalSide: 'debit' });
const topUp = (amount: number, key: string, customerId = 7): NewTransfer => ({
  key,
  debit: cash,
  credit: customerAccount(wallet, customerId),
  amount,
  reason: 'wallet.top_up',
  reference: 'order:42',
});

let db: TestDatabase;
let get: (
  url: string,
  permission?: string,
) => Promise<{ status: number; body: { items: Record<string, unknown>[]; nextCursor?: number | null } }>;
beforeAll(async () => {
  db = await openTestDatabase();
  let granted = 'ledger.read';
  const app = await buildHttp({
    database: db.database,
    services: db.services,
    logger: pino({ level: 'silent' }),
    authenticate: async () => ({
      tenantId: db.tenantId,
      actor: { kind: 'staff', id: 'a', name: '财务' },
      scope: everyStore,
      permissions: new Set([granted]),
    }),
  });
  routes(app);
  get = async (url, permission = 'ledger.read') => {
    granted = permission;
    const response = await app.inject({ method: 'GET', url });
    return { status: response.statusCode, body: response.json() };
  };
  await db.asSystem((ctx) => postTransfers(ctx, [topUp(500, 'a'), topUp(200, 'b')]), {
    now: new Date('2025-01-31T17:00:00Z'),
  });
  await db.asSystem((ctx) => postTransfers(ctx, [topUp(300, 'c')]), { now: new Date('2025-03-01T00:00:00Z') });
});
afterAll(() => db.close());

test('the books are closed to those without ledger.read', async () => {
  expect((await get('/api/ledger/accounts', 'orders.read')).status).toBe(403);
});

test('accounts are found by customer with their balance, and their entries page newest first', async () => {
  const { body } = await get('/api/ledger/accounts?customerId=7');
  expect(body.items).toMatchObject([{ code: 'wallet', balance: 1000, ownerKind: 'customer' }]);
  const url = `/api/ledger/accounts/${String(body.items[0]?.['accountId'])}/entries?limit=2`;
  const first = await get(url);
  expect(first.body.items.map((entry) => [entry['amount'], entry['balanceAfter']])).toEqual([
    [300, 1000],
    [200, 700],
  ]);
  const second = await get(`${url}&cursor=${first.body.nextCursor}`);
  expect(second.body.items.map((entry) => entry['amount'])).toEqual([500]);
  expect(second.body.nextCursor).toBeNull();
});

test('transfers are found by reference, reason, key and time', async () => {
  expect((await get('/api/ledger/transfers?reference=order:42')).body.items).toHaveLength(3);
  expect((await get('/api/ledger/transfers?key=b')).body.items).toMatchObject([
    { amount: 200, debit: 'cash/', credit: 'wallet/7' },
  ]);
  expect((await get('/api/ledger/transfers?from=2025-02-15T00:00:00Z')).body.items).toMatchObject([{ key: 'c' }]);
  expect((await get('/api/ledger/transfers?reason=nothing')).body.items).toEqual([]);
});

test('the trial balance sums to zero and every check is clean', async () => {
  const { items } = (await get('/api/ledger/trial-balance')).body;
  const signed = items.map((row) => Number(row['balance']) * (row['normalSide'] === 'credit' ? 1 : -1));
  expect(signed.reduce((total, amount) => total + amount, 0)).toBe(0);
  expect((await get('/api/ledger/checks')).body.items.every((check) => check['faults'] === 0)).toBe(true);
});

test('a check finds books that were tampered with', async () => {
  const admin = await db.admin();
  await admin.query(`update ledger.balances set balance = balance + 1 where overdraft = 'refused'`);
  const faulty = (await get('/api/ledger/checks')).body.items.filter((check) => Number(check['faults']) > 0);
  expect(faulty.map((check) => check['check'])).toEqual(['balance_is_sum_of_entries']);
  await admin.query(`update ledger.balances set balance = balance - 1 where overdraft = 'refused'`);
  await admin.end();
});

test('turnover counts in the months of the tenant’s clock', async () => {
  const months = await db.asSystem((ctx) =>
    monthlyTurnover(ctx, {
      account: cash,
      from: new Date('2025-01-01'),
      until: new Date('2026-01-01'),
      zone: 'Asia/Shanghai',
    }),
  );
  expect(months.map(({ periodOn, debits }) => [periodOn, debits])).toEqual([
    ['2025-02-01', 700],
    ['2025-03-01', 300],
  ]);
});

test('a customer’s statement carries the person’s balance after each line, also over merged accounts', async () => {
  await db.asSystem(async (ctx) => {
    await postTransfers(ctx, [topUp(50, 'd', 8)]);
    await ctx.tx.execute(`update ledger.accounts set customer_id = 7 where tenant_id = $1 and origin_customer_id = 8`, [
      ctx.tenantId,
    ]);
    const lines = await customerStatement(ctx, { kind: wallet, customerId: 7, limit: 2 });
    expect(lines.map(({ amount, balanceAfter }) => [amount, balanceAfter])).toEqual([
      [50, 1050],
      [300, 1000],
    ]);
  });
});

test('the job gives overdue holds of every tenant back', async () => {
  for (const tenantId of [db.tenantId, db.otherTenantId]) {
    await db.asSystem(
      (ctx) =>
        postTransfers(ctx, [
          topUp(90, 'x', 99),
          {
            kind: 'hold',
            key: 'h',
            debit: customerAccount(wallet, 99),
            credit: cash,
            amount: 90,
            reason: 'pay',
            timeoutS: 1,
          },
        ]),
      { tenantId, now: new Date('2025-01-01') },
    );
  }
  await expireAllHolds(db.database, new AbortController().signal);
  const admin = await db.admin();
  const { rows } = await admin.query(`select tenant_id, status from ledger.holds order by tenant_id`);
  expect(rows).toEqual([
    { tenant_id: 1, status: 'expired' },
    { tenant_id: 2, status: 'expired' },
  ]);
  await admin.end();
});

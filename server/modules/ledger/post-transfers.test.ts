import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { customerAccount, defineAccount, defineSystemAccount, ownedAccount } from './account.ts';
import { auditBooks } from './audit-books.ts';
import { accountBalances, allocateDebit, balancesOf } from './balances.ts';
import { expireHolds, hold, postHold, voidHold } from './holds.ts';
import { expireLots, openLots, releaseDueLots, setLotsAvailable } from './lots.ts';
import { postTransfers } from './post-transfers.ts';
import type { DirectTransfer, NewTransfer } from './transfer.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(async () => {
  await db.close();
});

const wallet = defineAccount({ code: 'wallet', unit: 'CNY_FEN', normalSide: 'credit', overdraft: 'refused' });
const payable = defineAccount({ code: 'payable', unit: 'CNY_FEN', normalSide: 'credit', overdraft: 'debt' });
const cash = defineSystemAccount({ code: 'cash', unit: 'CNY_FEN', normalSide: 'debit' });
const points = defineAccount({ code: 'points', unit: 'POINTS', normalSide: 'credit', overdraft: 'debt', lots: true });
const issued = defineSystemAccount({ code: 'points_issued', unit: 'POINTS', normalSide: 'debit' });
const redeemed = defineSystemAccount({ code: 'points_redeemed', unit: 'POINTS', normalSide: 'credit' });
const expired = defineSystemAccount({ code: 'points_expired', unit: 'POINTS', normalSide: 'credit' });

let next = 1000;
const someone = () => (next += 1);
const day = (text: string) => new Date(`${text}T00:00:00+08:00`);

const topUp = (customerId: number, amount: number, key = `top-up:${customerId}`): DirectTransfer => ({
  key,
  debit: cash,
  credit: customerAccount(wallet, customerId),
  amount,
  reason: 'wallet.top_up',
});
const pay = (customerId: number, amount: number, key: string): DirectTransfer => ({
  key,
  debit: customerAccount(wallet, customerId),
  credit: cash,
  amount,
  reason: 'wallet.pay',
  reference: 'order:1',
});
const earn = (
  customerId: number,
  amount: number,
  key: string,
  lot = { availableAt: day('2025-01-01') as Date | null, expiresAt: day('2026-01-01') as Date | null },
): DirectTransfer => ({
  key,
  debit: issued,
  credit: customerAccount(points, customerId),
  amount,
  reason: 'points.earn',
  reference: `order:${key}`,
  lot,
});
const spend = (customerId: number, amount: number, key: string): DirectTransfer => ({
  key,
  debit: customerAccount(points, customerId),
  credit: redeemed,
  amount,
  reason: 'points.spend',
});

const post = (transfers: NewTransfer[], now?: Date) =>
  db.asSystem((ctx) => postTransfers(ctx, transfers), now ? { now } : {});
const walletOf = (customerId: number) =>
  db.asSystem(async (ctx) => (await balancesOf(ctx, wallet, [customerId])).get(customerId));
const pointsOf = (customerId: number, now = day('2025-06-01')) =>
  db.asSystem(async (ctx) => (await balancesOf(ctx, points, [customerId])).get(customerId), { now });
const lotsOf = (customerId: number) =>
  db.asSystem(async (ctx) => (await openLots(ctx, points, customerId)).map(({ remaining }) => remaining));

const tamper = async (sql: string) => {
  const admin = await db.admin();
  try {
    await admin.query('begin');
    await admin.query(sql);
    await admin.query('commit');
  } finally {
    await admin.end();
  }
};

const giveBack = (c: number): DirectTransfer => ({
  key: `back:${c}`,
  debit: redeemed,
  credit: customerAccount(points, c),
  amount: 100,
  reason: 'points.return',
  reverses: `s:${c}`,
});

describe('a transfer', () => {
  test('moves value and answers sequence and balance of both sides', async () => {
    const c = someone();
    const [posted] = await post([topUp(c, 500)]);
    expect(posted).toMatchObject({
      repeated: false,
      amount: 500,
      credit: { accountSeq: 1, balanceAfter: 500, heldAfter: 0 },
    });
    expect(await walletOf(c)).toMatchObject({ balance: 500, available: 500 });
  });

  test('with a known key and the same content answers the stored result and moves nothing', async () => {
    const c = someone();
    const [first] = await post([topUp(c, 500)]);
    await post([pay(c, 100, `pay:${c}`)]);
    const [again] = await post([topUp(c, 500)]);
    expect(again).toEqual({ ...first, repeated: true });
    expect(await walletOf(c)).toMatchObject({ balance: 400 });
  });

  test('twice in one batch under one key moves once', async () => {
    const c = someone();
    const [first, second] = await post([topUp(c, 500), topUp(c, 500)]);
    expect(second).toEqual({ ...first, repeated: true });
    expect(await walletOf(c)).toMatchObject({ balance: 500 });
  });

  test.each([
    ['amount', (c: number) => ({ ...topUp(c, 501) })],
    ['reason', (c: number) => ({ ...topUp(c, 500), reason: 'other' })],
    ['reference', (c: number) => ({ ...topUp(c, 500), reference: 'other' })],
    ['credit_account', (c: number) => ({ ...topUp(c, 500), credit: ownedAccount(wallet, 'partner', 'p1') })],
    ['debit_account', (c: number) => ({ ...topUp(c, 500), debit: ownedAccount(wallet, 'partner', 'p2') })],
    ['kind', (c: number) => ({ ...topUp(c, 500), kind: 'hold' as const })],
  ])('with a known key and another %s is refused by that name', async (field, other) => {
    const c = someone();
    await post([topUp(c, 500)]);
    await expect(post([other(c)])).rejects.toMatchObject({ code: `exists_with_different_${field}`, status: 409 });
  });

  test('never takes an account below zero, and a refused batch moves nothing at all', async () => {
    const c = someone();
    await post([topUp(c, 500)]);
    await expect(post([topUp(someone(), 1), pay(c, 501, `pay:${c}`)])).rejects.toMatchObject({
      code: 'insufficient_balance',
      details: { needed: 501, available: 500 },
    });
    expect(await walletOf(c)).toMatchObject({ balance: 500 });
  });

  test('may use what an earlier transfer of its batch brought', async () => {
    const c = someone();
    await post([topUp(c, 500), pay(c, 500, `pay:${c}`)]);
    expect(await walletOf(c)).toMatchObject({ balance: 0 });
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('of %d is refused', async (amount) => {
    await expect(post([topUp(someone(), amount)])).rejects.toMatchObject({ code: 'invalid_transfer', status: 400 });
  });

  test('between units, or from an account to itself, is refused', async () => {
    const c = someone();
    await expect(post([{ ...topUp(c, 1), debit: issued }])).rejects.toMatchObject({ code: 'invalid_transfer' });
    const own = customerAccount(wallet, c);
    await expect(post([{ ...topUp(c, 1, 'self'), debit: own, credit: own }])).rejects.toMatchObject({
      code: 'invalid_transfer',
    });
  });

  test('that would leave the range of exact integers is refused', async () => {
    const c = someone();
    await post([topUp(c, 10, `ten:${c}`)]);
    await expect(post([topUp(c, Number.MAX_SAFE_INTEGER, `more:${c}`)])).rejects.toMatchObject({
      code: 'balance_out_of_range',
    });
    expect(await walletOf(c)).toMatchObject({ balance: 10 });
  });

  test('asking for an account with other rules than it was opened with is refused', async () => {
    const c = someone();
    await post([topUp(c, 10)]);
    const other = { ...wallet, overdraft: 'debt' as const };
    await expect(post([{ ...topUp(c, 10, 'x'), credit: customerAccount(other, c) }])).rejects.toMatchObject({
      code: 'account_exists_with_different_kind',
    });
  });
});

describe('a hold', () => {
  test('reserves until posted in part; the rest is free again', async () => {
    const c = someone();
    await post([topUp(c, 500)]);
    await db.asSystem((ctx) => hold(ctx, { ...pay(c, 400, `hold:${c}`) }));
    expect(await walletOf(c)).toMatchObject({ balance: 500, held: 400, available: 100 });
    await expect(post([pay(c, 101, `pay:${c}`)])).rejects.toMatchObject({ code: 'insufficient_balance' });
    await db.asSystem((ctx) => postHold(ctx, { key: `post:${c}`, holdKey: `hold:${c}`, amount: 150 }));
    expect(await walletOf(c)).toMatchObject({ balance: 350, held: 0, available: 350 });
  });

  test('is posted or voided once: the same key again is a repeat, another is refused by name', async () => {
    const c = someone();
    await post([topUp(c, 500), { ...pay(c, 400, `hold:${c}`), kind: 'hold' }]);
    await post([{ kind: 'void', key: `void:${c}`, holdKey: `hold:${c}` }]);
    expect((await post([{ kind: 'void', key: `void:${c}`, holdKey: `hold:${c}` }]))[0]).toMatchObject({
      repeated: true,
    });
    await expect(post([{ kind: 'post', key: `post:${c}`, holdKey: `hold:${c}` }])).rejects.toMatchObject({
      code: 'hold_already_voided',
    });
    await post([
      { ...pay(c, 400, `hold2:${c}`), kind: 'hold' },
      { kind: 'post', key: `post2:${c}`, holdKey: `hold2:${c}` },
    ]);
    await expect(post([{ kind: 'void', key: `void2:${c}`, holdKey: `hold2:${c}` }])).rejects.toMatchObject({
      code: 'hold_already_posted',
    });
  });

  test('cannot be posted for more than it reserved', async () => {
    const c = someone();
    await post([topUp(c, 500), { ...pay(c, 400, `hold:${c}`), kind: 'hold' }]);
    await expect(post([{ kind: 'post', key: `post:${c}`, holdKey: `hold:${c}`, amount: 401 }])).rejects.toMatchObject({
      code: 'exceeds_hold_amount',
    });
  });

  test('times out: it cannot be posted afterwards, and the job gives it back', async () => {
    const c = someone();
    const at = day('2025-03-01');
    await post([topUp(c, 500), { ...pay(c, 400, `hold:${c}`), kind: 'hold', timeoutS: 900 }], at);
    const later = new Date(at.getTime() + 901_000);
    await expect(post([{ kind: 'post', key: `post:${c}`, holdKey: `hold:${c}` }], later)).rejects.toMatchObject({
      code: 'hold_expired',
    });
    expect(await db.asSystem((ctx) => expireHolds(ctx), { now: later })).toBeGreaterThan(0);
    expect(await walletOf(c)).toMatchObject({ balance: 500, held: 0, available: 500 });
    await expect(post([{ kind: 'void', key: `void:${c}`, holdKey: `hold:${c}` }], later)).rejects.toMatchObject({
      code: 'hold_expired',
    });
  });

  test('that does not exist is named', async () => {
    await expect(db.asSystem((ctx) => voidHold(ctx, { key: 'v', holdKey: 'nowhere' }))).rejects.toMatchObject({
      code: 'transfer_not_found',
    });
  });
});

describe('debt', () => {
  test('arises only when a transfer says so, and the next credit repays it', async () => {
    const account = ownedAccount(payable, 'partner', `d${someone()}`);
    const commission = {
      debit: cash,
      credit: account,
      amount: 100,
      reason: 'commission',
      key: `c:${account.owner.kind}${next}`,
    };
    const back = { debit: account, credit: cash, amount: 140, reason: 'clawback', key: `b:${next}` };
    await post([commission]);
    await expect(post([back])).rejects.toMatchObject({ code: 'insufficient_balance' });
    await post([{ ...back, allowDebt: true }]);
    expect(await db.asSystem((ctx) => accountBalances(ctx, [account]))).toEqual([-40]);
    await expect(post([{ ...back, key: `b2:${next}`, amount: 1 }])).rejects.toMatchObject({
      code: 'insufficient_balance',
    });
    await post([{ ...commission, key: `c2:${next}`, amount: 60 }]);
    expect(await db.asSystem((ctx) => accountBalances(ctx, [account]))).toEqual([20]);
  });

  test('is refused on an account that cannot be in debt', async () => {
    const c = someone();
    await expect(post([{ ...pay(c, 1, `x:${c}`), allowDebt: true }])).rejects.toMatchObject({
      code: 'invalid_transfer',
    });
  });
});

describe('lots', () => {
  test('are spent first in, first out by expiry', async () => {
    const c = someone();
    await post([
      earn(c, 100, `late:${c}`, { availableAt: day('2025-01-01'), expiresAt: day('2026-03-01') }),
      earn(c, 100, `soon:${c}`, { availableAt: day('2025-01-01'), expiresAt: day('2026-01-01') }),
    ]);
    await post([spend(c, 120, `spend:${c}`)], day('2025-06-01'));
    expect(await lotsOf(c)).toEqual([80]);
    expect(await pointsOf(c)).toMatchObject({ balance: 80, available: 80 });
  });

  test('are spent oldest first also within the batch that brings them', async () => {
    const c = someone();
    const lot = (expiresOn: string) => ({ availableAt: day('2025-01-01'), expiresAt: day(expiresOn) });
    await post(
      [
        earn(c, 100, `late:${c}`, lot('2026-03-01')),
        earn(c, 90, `soon:${c}`, lot('2026-01-01')),
        spend(c, 50, `s:${c}`),
      ],
      day('2025-06-01'),
    );
    expect(await lotsOf(c)).toEqual([40, 100]);
  });

  test('of other orders that become available do not hide an open debt', async () => {
    const c = someone();
    await post([
      earn(c, 100, `own:${c}`),
      earn(c, 80, `other:${c}`, { availableAt: day('2025-05-01'), expiresAt: null }),
    ]);
    const claw = {
      key: `c:${c}`,
      debit: customerAccount(points, c),
      credit: issued,
      amount: 40,
      reason: 'points.clawback',
      reverses: `own:${c}`,
      allowDebt: true,
    };
    await post([spend(c, 100, `s:${c}`), claw], day('2025-02-01'));
    expect(await pointsOf(c)).toMatchObject({ balance: 40, debt: 40, available: 40 });
    await expect(post([spend(c, 41, `s2:${c}`)], day('2025-06-01'))).rejects.toMatchObject({
      code: 'insufficient_balance',
      details: { available: 40 },
    });
  });

  test('are not spendable before they are available nor after they expire', async () => {
    const c = someone();
    await post([earn(c, 100, `pending:${c}`, { availableAt: null, expiresAt: day('2026-01-01') })]);
    expect(await pointsOf(c)).toMatchObject({ balance: 100, pending: 100, available: 0 });
    await expect(post([spend(c, 1, `s1:${c}`)], day('2025-06-01'))).rejects.toMatchObject({
      code: 'insufficient_balance',
    });
    await db.asSystem((ctx) =>
      setLotsAvailable(ctx, [{ transferKey: `pending:${c}`, availableAt: day('2025-05-01') }]),
    );
    expect(await pointsOf(c)).toMatchObject({ available: 100 });
    await expect(post([spend(c, 1, `s2:${c}`)], day('2026-01-02'))).rejects.toMatchObject({
      code: 'insufficient_balance',
    });
  });

  test('are announced as released once, when their time has come', async () => {
    const c = someone();
    await post([earn(c, 100, `r:${c}`, { availableAt: day('2025-05-01'), expiresAt: null })], day('2025-04-01'));
    const released = (now: string) =>
      db.asSystem(async (ctx) => (await releaseDueLots(ctx, points)).filter((lot) => lot.customerId === c).length, {
        now: day(now),
      });
    expect(await released('2025-04-30')).toBe(0);
    expect(await released('2025-05-01')).toBe(1);
    expect(await released('2025-05-02')).toBe(0);
  });

  test('expire with exactly what is left of them', async () => {
    const c = someone();
    await post([earn(c, 100, `e:${c}`)]);
    await post([spend(c, 30, `es:${c}`)], day('2025-06-01'));
    const gone = await db.asSystem((ctx) => expireLots(ctx, { kind: points, sink: expired, reason: 'points.expire' }), {
      now: day('2026-01-02'),
    });
    expect(gone.filter((lot) => lot.customerId === c)).toMatchObject([{ amount: 70 }]);
    expect(await pointsOf(c, day('2026-01-02'))).toMatchObject({ balance: 0 });
    expect(
      (
        await db.asSystem((ctx) => expireLots(ctx, { kind: points, sink: expired, reason: 'points.expire' }), {
          now: day('2026-01-02'),
        })
      ).filter((lot) => lot.customerId === c),
    ).toEqual([]);
  });

  test('held at checkout do not expire under the buyer; what is given back expires at the next run', async () => {
    const c = someone();
    await post([earn(c, 100, `h:${c}`)]);
    await post([{ ...spend(c, 60, `hold:${c}`), kind: 'hold' }], day('2025-12-31'));
    const run = () =>
      db.asSystem(
        async (ctx) =>
          (await expireLots(ctx, { kind: points, sink: expired, reason: 'points.expire' }))
            .filter((lot) => lot.customerId === c)
            .map(({ amount }) => amount),
        { now: day('2026-01-02') },
      );
    expect(await run()).toEqual([40]);
    await post([{ kind: 'post', key: `post:${c}`, holdKey: `hold:${c}`, amount: 50 }], day('2026-01-02'));
    expect(await run()).toEqual([10]);
    expect(await pointsOf(c, day('2026-01-02'))).toMatchObject({ balance: 0, held: 0 });
  });

  test('a spend given back returns to the lots it came from, longest-lived first', async () => {
    const c = someone();
    await post([
      earn(c, 100, `a:${c}`, { availableAt: day('2025-01-01'), expiresAt: day('2026-01-01') }),
      earn(c, 100, `b:${c}`, { availableAt: day('2025-01-01'), expiresAt: day('2026-03-01') }),
    ]);
    await post([spend(c, 150, `s:${c}`)], day('2025-06-01'));
    const back = (amount: number, key: string): DirectTransfer => ({
      key,
      debit: redeemed,
      credit: customerAccount(points, c),
      amount,
      reason: 'points.return',
      reverses: `s:${c}`,
    });
    await post([back(70, `back1:${c}`)], day('2025-06-02'));
    expect(await lotsOf(c)).toEqual([20, 100]);
    await post([back(80, `back2:${c}`)], day('2025-06-02'));
    expect(await lotsOf(c)).toEqual([100, 100]);
    await expect(post([back(1, `back3:${c}`)])).rejects.toMatchObject({
      code: 'reverses_more_than_moved',
      details: { left: 0 },
    });
  });

  test('a spend given back after its lot expired is granted anew on the terms given, or forfeited without terms', async () => {
    const [kept, lost] = [someone(), someone()];
    await post([earn(kept, 100, `a:${kept}`), earn(lost, 100, `a:${lost}`)]);
    await post([spend(kept, 100, `s:${kept}`), spend(lost, 100, `s:${lost}`)], day('2025-12-01'));
    const now = day('2026-02-01');
    await post([{ ...giveBack(kept), lot: { availableAt: now, expiresAt: day('2026-03-03') } }, giveBack(lost)], now);
    await db.asSystem((ctx) => expireLots(ctx, { kind: points, sink: expired, reason: 'points.expire' }), { now });
    expect(await pointsOf(kept, now)).toMatchObject({ available: 100 });
    expect(await pointsOf(lost, now)).toMatchObject({ balance: 0 });
  });

  test('a clawback takes the order’s own lot first, then the oldest, then leaves a debt', async () => {
    const c = someone();
    await post([
      earn(c, 50, `old:${c}`, { availableAt: day('2025-01-01'), expiresAt: day('2026-01-01') }),
      earn(c, 100, `own:${c}`, { availableAt: null, expiresAt: day('2026-06-01') }),
    ]);
    const claw = (amount: number, key: string): DirectTransfer => ({
      key,
      debit: customerAccount(points, c),
      credit: issued,
      amount,
      reason: 'points.clawback',
      reference: `order:own:${c}`,
      reverses: `own:${c}`,
      allowDebt: true,
    });
    await post([claw(30, `c1:${c}`)], day('2025-02-01'));
    expect(await lotsOf(c)).toEqual([50, 70]);
    await post([spend(c, 50, `s:${c}`)], day('2025-02-01'));
    await post([claw(70, `c2:${c}`)], day('2025-02-01'));
    expect(await pointsOf(c)).toMatchObject({ balance: 0, debt: 0 });
  });

  test('released from a hold repay a debt that arose meanwhile', async () => {
    const c = someone();
    await post([earn(c, 100, `own:${c}`), { ...spend(c, 100, `hold:${c}`), kind: 'hold' }], day('2025-02-01'));
    const claw = {
      key: `c:${c}`,
      debit: customerAccount(points, c),
      credit: issued,
      amount: 40,
      reason: 'points.clawback',
      reverses: `own:${c}`,
      allowDebt: true,
    };
    await post([claw], day('2025-02-01'));
    expect(await pointsOf(c)).toMatchObject({ balance: 60, held: 100, debt: 40, available: -40 });
    await post([{ kind: 'void', key: `v:${c}`, holdKey: `hold:${c}` }], day('2025-02-01'));
    expect(await pointsOf(c)).toMatchObject({ balance: 60, held: 0, debt: 0, available: 60 });
    expect(await lotsOf(c)).toEqual([60]);
  });
});

describe('a merged customer', () => {
  test('has the sum of both accounts, spends oldest first over both, and unmerge gives each its own back', async () => {
    const [a, b] = [someone(), someone()];
    await post([
      earn(a, 100, `a:${a}`, { availableAt: day('2025-01-01'), expiresAt: day('2026-03-01') }),
      earn(b, 50, `b:${b}`, { availableAt: day('2025-01-01'), expiresAt: day('2026-01-01') }),
    ]);
    const point = (from: number, to: number) =>
      db.asSystem((ctx) =>
        ctx.tx.execute(`update ledger.accounts set customer_id = $1 where tenant_id = 1 and origin_customer_id = $2`, [
          to,
          from,
        ]),
      );
    await point(b, a);
    expect(await pointsOf(a)).toMatchObject({ balance: 150, available: 150 });
    const now = day('2025-06-01');
    await db.asSystem(
      async (ctx) => {
        const parts = await allocateDebit(ctx, { kind: points, customerId: a, amount: 70 });
        await postTransfers(
          ctx,
          parts.map(({ account, amount }, index) => ({
            key: `m:${a}:${index}`,
            debit: account,
            credit: redeemed,
            amount,
            reason: 'points.spend',
          })),
        );
        await expect(allocateDebit(ctx, { kind: points, customerId: a, amount: 81 })).rejects.toMatchObject({
          code: 'insufficient_balance',
        });
      },
      { now },
    );
    expect(await pointsOf(a)).toMatchObject({ balance: 80 });
    await point(b, b);
    expect(await pointsOf(a)).toMatchObject({ balance: 80 });
    expect(await pointsOf(b)).toMatchObject({ balance: 0 });
  });
});

describe('the schema itself', () => {
  test('refuses a transfer whose entries do not sum to zero, and one without entries', async () => {
    await expect(
      tamper(`insert into ledger.transfers (tenant_id, transfer_id, key, kind, debit_account_id, credit_account_id, amount, unit, reason, actor, posted_at)
              values (1, -1, 'forged', 'direct', 1, 2, 5, 'CNY_FEN', 'x', 'x', now())`),
    ).rejects.toThrow(/does not balance/);
    await expect(
      tamper(`insert into ledger.entries select tenant_id, account_id, slot, account_seq + 1000000, transfer_id, side, unit, amount, held, balance_after, held_after, entered_at
              from ledger.entries where transfer_id = (select min(transfer_id) from ledger.entries)`),
    ).rejects.toThrow(/duplicate key/);
    await expect(
      tamper(`insert into ledger.entries select tenant_id, account_id, slot, account_seq + 1000000, -1, side, unit, amount, held, balance_after, held_after, entered_at
              from ledger.entries limit 1`),
    ).rejects.toThrow(/do not balance/);
  });

  test('refuses a balance below its floor', async () => {
    await expect(
      tamper(`update ledger.balances set balance = -1, debt = 0 where overdraft = 'refused'`),
    ).rejects.toThrow(/balance_not_below_floor/);
  });

  test.each(['ledger.transfers', 'ledger.entries', 'ledger.lot_entries'])(
    'refuses to change or remove rows of %s',
    async (table) => {
      await expect(tamper(`delete from ${table}`)).rejects.toThrow(/append-only/);
      await expect(tamper(`update ${table} set tenant_id = 9`)).rejects.toThrow(/append-only/);
      await expect(tamper(`truncate ${table} cascade`)).rejects.toThrow(/append-only/);
    },
  );
});

test('one tenant never sees or moves value of another', async () => {
  const c = someone();
  await post([topUp(c, 500)]);
  const seen = await db.asStaff(async (ctx) => (await balancesOf(ctx, wallet, [c])).get(c), {
    tenantId: db.otherTenantId,
  });
  expect(seen).toMatchObject({ balance: 0 });
  await expect(
    db.asStaff((ctx) => postTransfers(ctx, [pay(c, 1, `x:${c}`)]), { tenantId: db.otherTenantId }),
  ).rejects.toMatchObject({
    code: 'insufficient_balance',
  });
});

test('after all of this every check of the books is clean', async () => {
  const checks = await db.asSystem((ctx) => auditBooks(ctx));
  expect(checks.filter(({ faults }) => faults > 0)).toEqual([]);
});

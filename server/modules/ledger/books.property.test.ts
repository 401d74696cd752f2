import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { customerAccount, defineAccount, defineSystemAccount } from './account.ts';
import { auditBooks } from './audit-books.ts';
import { balancesOf } from './balances.ts';
import type { LedgerContext } from './context.ts';
import { expireHolds } from './holds.ts';
import { expireLots, openLots } from './lots.ts';
import { Model, Refused } from './model.testing.ts';
import { postTransfers } from './post-transfers.ts';
import type { NewTransfer } from './transfer.ts';

const runs = Number(process.env['SHUKE_PROPERTY_RUNS'] ?? 15);
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

const points = defineAccount({ code: 'points', unit: 'POINTS', normalSide: 'credit', overdraft: 'debt', lots: true });
const issued = defineSystemAccount({ code: 'points_issued', unit: 'POINTS', normalSide: 'debit' });
const redeemed = defineSystemAccount({ code: 'points_redeemed', unit: 'POINTS', normalSide: 'credit' });
const expired = defineSystemAccount({ code: 'points_expired', unit: 'POINTS', normalSide: 'credit' });
const customers = 2;
const epoch = Date.UTC(2025, 0, 1);
const hour = 3_600_000;

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

/** The real books: one tenant per history, the clock moved by hand. */
interface Books {
  readonly tenantId: number;
  now: number;
  readonly posted: NewTransfer[];
}

function within<T>(books: Books, work: (ctx: LedgerContext) => Promise<T>): Promise<T> {
  return db.database.work({ tenantId: books.tenantId, scope: everyStore }, (tx) =>
    work({
      tx,
      tenantId: books.tenantId,
      now: new Date(epoch + books.now),
      actor: { kind: 'system', name: 'property' },
    }),
  );
}

const moneyTables = ['accounts', 'balances', 'transfers', 'entries', 'holds', 'lots', 'lot_entries', 'hourly_totals'];

function fingerprint(books: Books): Promise<string> {
  return within(books, async ({ tx }) => {
    const parts = moneyTables.map(
      (table) =>
        `(select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from ledger.${table} t where tenant_id = $1)`,
    );
    const [row] = await tx.query<{ hash: string }>(`select ${parts.join(" || ',' || ")} as hash`, [books.tenantId]);
    return row?.hash ?? '';
  });
}

/** Runs one act on model and books; both accept it, or both refuse it with one code and the books stay byte-identical. */
async function both(
  model: Model,
  books: Books,
  inModel: () => void,
  inBooks: (ctx: LedgerContext) => Promise<unknown>,
): Promise<void> {
  let expected: string | null = null;
  try {
    inModel();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    expected = error.code;
  }
  books.now = model.now;
  if (expected === null) {
    await within(books, inBooks);
  } else {
    const before = await fingerprint(books);
    // Caught inside the transaction, as a caller may do: a refusal must have written nothing.
    await within(books, (ctx) => expect(inBooks(ctx)).rejects.toMatchObject({ code: expected }));
    expect(await fingerprint(books)).toBe(before);
  }
  await compare(model, books);
}

async function compare(model: Model, books: Books): Promise<void> {
  await within(books, async (ctx) => {
    expect((await auditBooks(ctx)).filter(({ faults }) => faults > 0)).toEqual([]);
    const people = Array.from({ length: customers }, (_, index) => index + 1);
    const balances = await balancesOf(ctx, points, people);
    for (const person of people) {
      const own = model.accounts.filter(({ owner }) => owner === person - 1);
      const { balance, available, debt } = balances.get(person) ?? {};
      expect({ balance, available, debt }).toEqual({
        balance: own.reduce((total, account) => total + model.balance(account), 0),
        available: own.reduce((total, account) => total + model.available(account), 0),
        debt: own.reduce((total, account) => total + account.debt, 0),
      });
      const lots = (await openLots(ctx, points, person))
        .map(({ remaining, held }) => `${remaining}/${held}`)
        .toSorted();
      const wanted = own
        .flatMap((account) =>
          account.lots.filter((lot) => lot.remaining > 0).map((lot) => `${lot.remaining}/${lot.held}`),
        )
        .toSorted();
      expect(lots).toEqual(wanted);
    }
  });
}

interface Command {
  /** Whether the command makes sense now. */
  check(model: Readonly<Model>): boolean;
  run(model: Model, books: Books): Promise<void>;
  toString(): string;
}

function command(
  name: string,
  run: (model: Model, books: Books) => Promise<void>,
  check: (model: Readonly<Model>) => boolean = () => true,
): Command {
  return { check, run, toString: () => name };
}

const at = (offset: number) => new Date(epoch + offset);
const remember = (books: Books, transfer: NewTransfer) => async (ctx: LedgerContext) => {
  const [posted] = await postTransfers(ctx, [transfer]);
  books.posted.push(transfer);
  return posted;
};
const pick = <T>(keys: Iterable<T>, index: number): T | undefined => {
  const all = [...keys];
  return all[index % Math.max(1, all.length)];
};

const customer = fc.nat(customers - 1);
/** How much of what is there: a share, all of it, one more than that, or far more. */
const portion = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: 1, max: 99 }).map((percent) => (all: number) => Math.ceil((all * percent) / 100)),
  },
  { weight: 3, arbitrary: fc.constant((all: number) => all) },
  { weight: 2, arbitrary: fc.constant((all: number) => all + 1) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 ** 40 }).map((amount) => () => amount) },
);
const part = (of: (all: number) => number, all: number) => Math.max(1, of(all));
const earned = fc.integer({ min: 40, max: 200 });

const commands = [
  fc
    .record({
      customer,
      amount: earned,
      wait: fc.integer({ min: -30, max: 30 }),
      life: fc.integer({ min: 1, max: 200 }),
    })
    .map((c) =>
      command(`earn ${JSON.stringify(c)}`, async (model, books) => {
        const key = `earn:${model.nextKey++}`;
        const [availableAt, expiresAt] = [model.now + c.wait * hour, model.now + c.life * hour];
        const transfer = {
          key,
          debit: issued,
          credit: customerAccount(points, c.customer + 1, model.account(c.customer).owner + 1),
          amount: c.amount,
          reason: 'points.earn',
          lot: { availableAt: at(availableAt), expiresAt: at(expiresAt) },
        };
        await both(
          model,
          books,
          () => model.earn(c.customer, key, c.amount, availableAt, expiresAt),
          remember(books, transfer),
        );
      }),
    ),
  fc.record({ customer, of: portion }).map((c) =>
    command(`spend ${c.customer} ${c.of(100)} %`, async (model, books) => {
      const amount = part(c.of, model.available(model.account(c.customer)));
      const key = `spend:${model.nextKey++}`;
      const transfer = {
        key,
        debit: customerAccount(points, c.customer + 1),
        credit: redeemed,
        amount,
        reason: 'points.spend',
      };
      await both(model, books, () => model.spend(c.customer, key, amount), remember(books, transfer));
    }),
  ),
  fc.record({ index: fc.nat(50), of: portion }).map((c) =>
    command(
      `refund ${c.index} ${c.of(100)} %`,
      async (model, books) => {
        const key = `refund:${model.nextKey++}`;
        const spent = pick(model.spends.keys(), c.index) ?? '';
        const amount = part(c.of, model.spends.get(spent)?.left ?? 0);
        const credit = customerAccount(points, (model.spends.get(spent)?.account ?? 0) + 1);
        const transfer = { key, debit: redeemed, credit, amount, reason: 'points.return', reverses: spent };
        await both(model, books, () => model.refund(spent, amount), remember(books, transfer));
      },
      (model) => model.spends.size > 0,
    ),
  ),
  fc.record({ index: fc.nat(50), of: portion }).map((c) =>
    command(
      `clawback ${c.index} ${c.of(100)} %`,
      async (model, books) => {
        const key = `clawback:${model.nextKey++}`;
        const earn = pick(model.earns.keys(), c.index) ?? '';
        const origin = model.earns.get(earn);
        const amount = part(c.of, (origin?.amount ?? 0) - (origin?.reversed ?? 0));
        const debit = customerAccount(points, (origin?.account ?? 0) + 1);
        const transfer = {
          key,
          debit,
          credit: issued,
          amount,
          reason: 'points.clawback',
          reverses: earn,
          allowDebt: true,
        };
        await both(model, books, () => model.clawback(earn, amount), remember(books, transfer));
      },
      (model) => model.earns.size > 0,
    ),
  ),
  fc.record({ customer, of: portion, timeoutS: fc.integer({ min: 1, max: 100_000 }) }).map((c) =>
    command(`hold ${c.customer} ${c.of(100)} % ${c.timeoutS} s`, async (model, books) => {
      const amount = part(c.of, model.available(model.account(c.customer)));
      const key = `hold:${model.nextKey++}`;
      const debit = customerAccount(points, c.customer + 1);
      const transfer = {
        kind: 'hold' as const,
        key,
        debit,
        credit: redeemed,
        amount,
        reason: 'points.spend',
        timeoutS: c.timeoutS,
      };
      await both(model, books, () => model.hold(c.customer, key, amount, c.timeoutS), remember(books, transfer));
    }),
  ),
  fc.record({ index: fc.nat(50), of: portion }).map((c) =>
    command(
      `post ${c.index} ${c.of(100)} %`,
      async (model, books) => {
        const key = `post:${model.nextKey++}`;
        const holdKey = pick(model.holds.keys(), c.index) ?? '';
        const posted = part(c.of, model.holds.get(holdKey)?.amount ?? 0);
        const transfer = { kind: 'post' as const, key, holdKey, amount: posted };
        await both(model, books, () => model.endHold(holdKey, 'posted', key, posted), remember(books, transfer));
      },
      (model) => model.holds.size > 0,
    ),
  ),
  fc.nat(50).map((index) =>
    command(
      `void ${index}`,
      async (model, books) => {
        const key = `void:${model.nextKey++}`;
        const holdKey = pick(model.holds.keys(), index) ?? '';
        await both(
          model,
          books,
          () => model.endHold(holdKey, 'voided', '', 0),
          remember(books, { kind: 'void', key, holdKey }),
        );
      },
      (model) => model.holds.size > 0,
    ),
  ),
  fc.nat(200).map((index) =>
    command(`repeat ${index}`, async (model, books) => {
      const transfer = pick(books.posted, index);
      if (!transfer) return;
      await both(
        model,
        books,
        () => undefined,
        async (ctx) => {
          const [posted] = await postTransfers(ctx, [transfer]);
          if (posted?.repeated !== true) throw new Error('a repeat moved value again');
        },
      );
    }),
  ),
  fc.nat(200).map((index) =>
    command(`repeat with another amount ${index}`, async (model, books) => {
      const transfer = pick(books.posted, index);
      if (!transfer || !('amount' in transfer) || transfer.amount === undefined) return;
      const other = { ...transfer, amount: transfer.amount + 1 };
      await both(
        model,
        books,
        () => {
          throw new Refused('exists_with_different_amount');
        },
        (ctx) => postTransfers(ctx, [other]),
      );
    }),
  ),
  fc.integer({ min: 1, max: 60 }).map((hours) =>
    command(`wait ${hours}h`, async (model, books) => {
      await both(
        model,
        books,
        () => {
          model.now += hours * hour;
          model.expireHolds();
          model.expireLots();
        },
        async (ctx) => {
          await expireHolds(ctx);
          await expireLots(ctx, { kind: points, sink: expired, reason: 'points.expire' });
        },
      );
    }),
  ),
  fc.record({ from: customer, to: customer }).map(({ from, to }) =>
    command(`merge or unmerge ${from} into ${to}`, async (model, books) => {
      await both(
        model,
        books,
        () => {
          model.account(from).owner = to;
        },
        ({ tx }) =>
          tx.execute(`update ledger.accounts set customer_id = $1 where tenant_id = $2 and origin_customer_id = $3`, [
            to + 1,
            books.tenantId,
            from + 1,
          ]),
      );
    }),
  ),
];

test('the books agree with a plain model after every command of any history', { timeout: 900_000 }, async () => {
  let tenantId = 1000;
  const histories = fc.array(fc.oneof(...commands), { minLength: 30, maxLength: 60, size: 'max' });
  const property = fc.asyncProperty(histories, async (history) => {
    tenantId += 1;
    const id = tenantId;
    const model = new Model(customers);
    const books: Books = { tenantId: id, now: 0, posted: [] };
    for (const act of history) if (act.check(model)) await act.run(model, books);
  });
  const endOnFailure = process.env['SHUKE_SHRINK'] === undefined;
  await expect(fc.assert(property, { numRuns: runs, seed, endOnFailure })).resolves.toBeUndefined();
});

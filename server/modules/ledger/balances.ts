import { customerAccount, ownerIdOf } from './account.ts';
import type { AccountKind, AccountRef } from './account.ts';
import { byExpiry } from './book.ts';
import type { LedgerContext } from './context.ts';
import { InsufficientBalance } from './errors.ts';
import { accountsById, lockAccounts } from './open-accounts.ts';

/** What a customer has of one kind of value, over all merged accounts. `balance` = available + pending + held (a debt lowers it). */
export interface CustomerBalance {
  readonly balance: number;
  /** Spendable now; negative while a debt is open. */
  readonly available: number;
  /** In lots that are not available yet. */
  readonly pending: number;
  readonly held: number;
  readonly debt: number;
}

const nothing: CustomerBalance = { balance: 0, available: 0, pending: 0, held: 0, debt: 0 };

/** Balances of customers (as they are today, after merges); a customer without an account has zeros. */
export async function balancesOf(
  ctx: Pick<LedgerContext, 'tx' | 'tenantId' | 'now'>,
  kind: AccountKind,
  customerIds: readonly number[],
): Promise<Map<number, CustomerBalance>> {
  const rows = await ctx.tx.query<{
    id: number;
    balance: number;
    held: number;
    debt: number;
    spendable: number;
    pending: number;
  }>(
    `select a.customer_id as id, sum(b.balance)::bigint as balance, sum(b.held)::bigint as held, sum(b.debt)::bigint as debt,
            coalesce(sum(l.spendable), 0)::bigint as spendable, coalesce(sum(l.pending), 0)::bigint as pending
       from ledger.accounts a
       join ledger.balances b using (tenant_id, account_id)
       left join lateral (
         select sum(remaining - held) filter (where available_at <= $5 and (expires_at is null or expires_at >= $5)) as spendable,
                sum(remaining) filter (where available_at is null or available_at > $5) as pending
           from ledger.lots where tenant_id = a.tenant_id and account_id = a.account_id and remaining > 0) l on a.has_lots
      where a.tenant_id = $1 and a.code = $2 and a.unit = $3 and a.customer_id = any($4)
      group by a.customer_id`,
    [ctx.tenantId, kind.code, kind.unit, [...customerIds], ctx.now],
  );
  const found = new Map(
    rows.map(({ id, balance, held, debt, spendable, pending }) => [
      id,
      { balance, held, debt, pending, available: kind.lots ? spendable - debt : balance - held },
    ]),
  );
  return new Map(customerIds.map((id) => [id, found.get(id) ?? nothing]));
}

/** Balances of single accounts in the order asked, summed over slots; 0 for an account that was never opened. */
export async function accountBalances(
  ctx: Pick<LedgerContext, 'tx' | 'tenantId'>,
  refs: readonly AccountRef[],
): Promise<number[]> {
  const rows = await ctx.tx.query<{ n: number; balance: number }>(
    `select w.n, coalesce(sum(b.balance), 0)::bigint as balance
       from unnest($2::text[], $3::text[], $4::text[], $5::text[]) with ordinality w(owner_kind, owner_id, code, unit, n)
       left join ledger.accounts a on a.tenant_id = $1 and a.owner_kind = w.owner_kind and a.owner_id = w.owner_id
             and a.code = w.code and a.unit = w.unit
       left join ledger.balances b on b.tenant_id = $1 and b.account_id = a.account_id
      group by w.n order by w.n`,
    [
      ctx.tenantId,
      refs.map(({ owner }) => owner.kind),
      refs.map(({ owner }) => ownerIdOf(owner)),
      refs.map(({ kind }) => kind.code),
      refs.map(({ kind }) => kind.unit),
    ],
  );
  return rows.map(({ balance }) => balance);
}

interface CustomerAccountRow {
  account_id: number;
  origin_customer_id: number;
}

/**
 * Splits a debit of a customer over the accounts of the merged person, oldest lots first over all of them, and locks these accounts.
 * Post the parts in the same transaction. Refuses when the person has less available.
 */
export async function allocateDebit(
  ctx: LedgerContext,
  { kind, customerId, amount }: { kind: AccountKind; customerId: number; amount: number },
): Promise<{ account: AccountRef; amount: number }[]> {
  const rows = await ctx.tx.query<CustomerAccountRow>(
    `select account_id, origin_customer_id from ledger.accounts
      where tenant_id = $1 and customer_id = $2 and code = $3 and unit = $4 order by account_id`,
    [ctx.tenantId, customerId, kind.code, kind.unit],
  );
  const ids = rows.map((row) => row.account_id);
  const states = await lockAccounts(ctx, await accountsById(ctx, ids));
  const debts = [...states.values()].reduce((sum, { debt }) => sum + debt, 0);
  const parcels = kind.lots
    ? await spendableLots(ctx, ids)
    : rows.map(({ account_id }, index) => {
        const state = states.get(account_id);
        return {
          lotId: index,
          accountId: account_id,
          expiresAt: null,
          free: state ? state.balance + state.debt - state.held : 0,
        };
      });
  const available = parcels.reduce((sum, { free }) => sum + free, 0) - debts;
  if (available < amount)
    throw new InsufficientBalance(`customer/${customerId}/${kind.code}`, amount, Math.max(0, available));
  const parts = new Map<number, number>();
  let missing = amount;
  for (const { accountId, free } of parcels.toSorted(byExpiry)) {
    const part = Math.min(free, missing);
    if (part > 0) parts.set(accountId, (parts.get(accountId) ?? 0) + part);
    missing -= part;
  }
  return rows
    .filter(({ account_id }) => parts.has(account_id))
    .map(({ account_id, origin_customer_id }) => ({
      account: customerAccount(kind, origin_customer_id, customerId),
      amount: parts.get(account_id) ?? 0,
    }));
}

function spendableLots(
  ctx: LedgerContext,
  accountIds: readonly number[],
): Promise<{ lotId: number; accountId: number; expiresAt: Date | null; free: number }[]> {
  return ctx.tx.query(
    `select lot_id as "lotId", account_id as "accountId", expires_at as "expiresAt", remaining - held as free
       from ledger.lots
      where tenant_id = $1 and account_id = any($2) and remaining > held and available_at <= $3 and (expires_at is null or expires_at >= $3)`,
    [ctx.tenantId, accountIds, ctx.now],
  );
}

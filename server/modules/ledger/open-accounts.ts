import { accountText, ownerIdOf } from './account.ts';
import type { AccountRef } from './account.ts';
import type { AccountState, StoredAccount } from './book.ts';
import type { LedgerContext } from './context.ts';
import { AccountDiffers } from './errors.ts';

/** Over how many rows a shared account's balance is spread; each connection uses one. */
const sharedSlots = 64;
const ownSlot = `case when shared then pg_backend_pid() % ${sharedSlots} else 0 end`;

interface AccountRow {
  account_id: number;
  code: string;
  unit: string;
  owner_kind: string;
  owner_id: string;
  normal_side: 'debit' | 'credit';
  overdraft: 'refused' | 'debt' | 'allowed';
  shared: boolean;
  has_lots: boolean;
  has_balance: boolean;
}

const columns = `account_id, code, unit, owner_kind, owner_id, normal_side, overdraft, shared, has_lots,
  exists (select from ledger.balances b where b.tenant_id = a.tenant_id and b.account_id = a.account_id and b.slot = ${ownSlot}) as has_balance`;

function storedAccount(row: AccountRow): StoredAccount {
  return {
    accountId: row.account_id,
    name: `${row.owner_kind}/${row.owner_id}/${row.code}/${row.unit}`,
    kind: {
      code: row.code,
      unit: row.unit,
      normalSide: row.normal_side,
      overdraft: row.overdraft,
      shared: row.shared,
      lots: row.has_lots,
    },
    hasBalance: row.has_balance,
  };
}

/** Finds accounts by their text key; refuses a reference whose rules differ from the stored ones. */
export async function findAccounts(
  ctx: LedgerContext,
  refs: readonly AccountRef[],
): Promise<Map<string, StoredAccount>> {
  const wanted = new Map(refs.map((ref) => [accountText(ref), ref]));
  if (wanted.size === 0) return new Map();
  const distinct = [...wanted.values()];
  const rows = await ctx.tx.query<AccountRow>(
    `select found.* from unnest($2::text[], $3::text[], $4::text[], $5::text[]) w(owner_kind, owner_id, code, unit)
      cross join lateral (
        select ${columns} from ledger.accounts a
         where a.tenant_id = $1 and a.owner_kind = w.owner_kind and a.owner_id = w.owner_id and a.code = w.code and a.unit = w.unit
         limit 1) found`,
    [
      ctx.tenantId,
      distinct.map(({ owner }) => owner.kind),
      distinct.map(({ owner }) => ownerIdOf(owner)),
      distinct.map(({ kind }) => kind.code),
      distinct.map(({ kind }) => kind.unit),
    ],
  );
  const found = new Map(rows.map(storedAccount).map((account) => [account.name, account]));
  for (const [text, { kind: stored }] of found) {
    const kind = wanted.get(text)?.kind;
    const same =
      stored.normalSide === kind?.normalSide &&
      stored.overdraft === kind.overdraft &&
      stored.shared === kind.shared &&
      stored.lots === kind.lots;
    if (!same) throw new AccountDiffers(text);
  }
  return found;
}

/** Reads accounts by id. */
export async function accountsById(ctx: LedgerContext, ids: readonly number[]): Promise<StoredAccount[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.tx.query<AccountRow>(
    `select ${columns} from ledger.accounts a where tenant_id = $1 and account_id = any($2)`,
    [ctx.tenantId, [...ids]],
  );
  return rows.map(storedAccount);
}

/** Opens the accounts that do not exist yet, without value, and answers their ids by text key. */
export async function ensureAccounts(ctx: LedgerContext, refs: readonly AccountRef[]): Promise<Map<string, number>> {
  const found = await findAccounts(ctx, refs);
  const missing = refs.filter((ref) => !found.has(accountText(ref)));
  if (missing.length > 0) await insertAccounts(ctx, missing);
  const all = missing.length > 0 ? await findAccounts(ctx, refs) : found;
  await openBalances(ctx, [...all.values()]);
  return new Map([...all].map(([text, { accountId }]) => [text, accountId]));
}

/**
 * Opens missing balance rows. Accounts, then balance rows, then locks: every batch takes these steps in this order and each step in
 * one order of rows, so that batches wait for each other and never in a circle.
 */
export async function openBalances(ctx: LedgerContext, accounts: readonly StoredAccount[]): Promise<void> {
  const missing = accounts.filter(({ hasBalance }) => !hasBalance);
  if (missing.length === 0) return;
  await ctx.tx.execute(
    `insert into ledger.balances (tenant_id, account_id, slot, overdraft)
     select tenant_id, account_id, ${ownSlot}, overdraft from ledger.accounts where tenant_id = $1 and account_id = any($2) order by account_id
     on conflict do nothing`,
    [ctx.tenantId, missing.map(({ accountId }) => accountId)],
  );
}

async function insertAccounts(ctx: LedgerContext, refs: readonly AccountRef[]): Promise<void> {
  const ordered = refs.toSorted((a, b) => (accountText(a) < accountText(b) ? -1 : 1));
  await ctx.tx.execute(
    `insert into ledger.accounts (tenant_id, owner_kind, owner_id, code, unit, origin_customer_id, customer_id,
                                  normal_side, overdraft, shared, has_lots)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[],
                              $8::text[], $9::text[], $10::boolean[], $11::boolean[])
     on conflict do nothing`,
    [
      ctx.tenantId,
      ordered.map(({ owner }) => owner.kind),
      ordered.map(({ owner }) => ownerIdOf(owner)),
      ordered.map(({ kind }) => kind.code),
      ordered.map(({ kind }) => kind.unit),
      ordered.map(({ owner }) => ('originCustomerId' in owner ? owner.originCustomerId : null)),
      ordered.map(({ owner }) => ('originCustomerId' in owner ? owner.customerId : null)),
      ordered.map(({ kind }) => kind.normalSide),
      ordered.map(({ kind }) => kind.overdraft),
      ordered.map(({ kind }) => kind.shared),
      ordered.map(({ kind }) => kind.lots),
    ],
  );
}

interface BalanceRow {
  account_id: number;
  slot: number;
  seq: number;
  balance: number;
  held: number;
  incoming: number;
  debt: number;
}

/** Locks the accounts' balances in id order until the end of the transaction, and answers their state. */
export async function lockAccounts(
  ctx: LedgerContext,
  accounts: readonly StoredAccount[],
): Promise<Map<number, AccountState>> {
  if (accounts.length === 0) return new Map();
  const ordered = accounts.toSorted((a, b) => a.accountId - b.accountId);
  const byId = new Map(ordered.map((account) => [account.accountId, account]));
  // The lateral look-up locks row after row in the order of the list, whatever the size of the table.
  const rows = await ctx.tx.query<BalanceRow>(
    `select b.* from unnest($2::bigint[], $3::boolean[]) w(account_id, shared)
      cross join lateral (
        select account_id, slot, account_seq as seq, balance, held, incoming, debt from ledger.balances
         where tenant_id = $1 and account_id = w.account_id and slot = ${ownSlot} for update) b`,
    [ctx.tenantId, ordered.map(({ accountId }) => accountId), ordered.map(({ kind }) => kind.shared)],
  );
  return new Map(
    rows.map(({ account_id: accountId, slot, seq, balance, held, incoming, debt }) => {
      const account = byId.get(accountId);
      if (!account) throw new Error(`account ${accountId} was not asked for`);
      const { name, kind } = account;
      return [accountId, { accountId, name, kind, slot, seq, balance, held, incoming, debt, touched: false }];
    }),
  );
}

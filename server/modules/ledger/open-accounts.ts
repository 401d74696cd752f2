import { accountText, ownerIdOf } from './account.ts';
import type { AccountKind, AccountRef } from './account.ts';
import type { AccountState } from './book.ts';
import type { LedgerContext } from './context.ts';
import { AccountDiffers } from './errors.ts';

/** Over how many rows a shared account's balance is spread; each connection uses one. */
const sharedSlots = 16;

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
}

/** An account as stored. */
export interface StoredAccount {
  readonly accountId: number;
  readonly name: string;
  readonly kind: AccountKind;
}

const columns = `account_id, code, unit, owner_kind, owner_id, normal_side, overdraft, shared, has_lots`;

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
  };
}

/** Opens the accounts that do not exist yet; answers each by its text key. Refuses a reference whose rules differ from the stored ones. */
export async function ensureAccounts(ctx: LedgerContext, refs: readonly AccountRef[]): Promise<Map<string, StoredAccount>> {
  const wanted = new Map(refs.map((ref) => [accountText(ref), ref]));
  const found = await findAccounts(ctx, [...wanted.values()]);
  const missing = [...wanted].filter(([text]) => !found.has(text)).map(([, ref]) => ref);
  if (missing.length > 0) {
    await insertAccounts(ctx, missing);
    for (const [text, account] of await findAccounts(ctx, missing)) found.set(text, account);
  }
  for (const [text, { kind }] of wanted) {
    const stored = found.get(text)?.kind;
    const same =
      stored?.normalSide === kind.normalSide &&
      stored.overdraft === kind.overdraft &&
      stored.shared === kind.shared &&
      stored.lots === kind.lots;
    if (!same) throw new AccountDiffers(text);
  }
  return found;
}

async function findAccounts(ctx: LedgerContext, refs: readonly AccountRef[]): Promise<Map<string, StoredAccount>> {
  const rows = await ctx.tx.query<AccountRow>(
    `select ${columns} from ledger.accounts
       join unnest($2::text[], $3::text[], $4::text[], $5::text[]) w(owner_kind, owner_id, code, unit) using (owner_kind, owner_id, code, unit)
      where tenant_id = $1`,
    [
      ctx.tenantId,
      refs.map(({ owner }) => owner.kind),
      refs.map(({ owner }) => ownerIdOf(owner)),
      refs.map(({ kind }) => kind.code),
      refs.map(({ kind }) => kind.unit),
    ],
  );
  return new Map(rows.map(storedAccount).map((account) => [account.name, account]));
}

/** Reads accounts by id. */
export async function accountsById(ctx: LedgerContext, ids: readonly number[]): Promise<StoredAccount[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.tx.query<AccountRow>(`select ${columns} from ledger.accounts where tenant_id = $1 and account_id = any($2)`, [
    ctx.tenantId,
    [...ids],
  ]);
  return rows.map(storedAccount);
}

async function insertAccounts(ctx: LedgerContext, refs: readonly AccountRef[]): Promise<void> {
  // In one order everywhere, so that two batches opening the same accounts wait for each other instead of deadlocking.
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
  account_seq: number;
  balance: number;
  held: number;
  incoming: number;
  debt: number;
}

/** Locks the accounts' balances in id order until the end of the transaction, and answers their state. */
export async function lockAccounts(ctx: LedgerContext, accounts: readonly StoredAccount[]): Promise<Map<number, AccountState>> {
  const byId = new Map(accounts.map((account) => [account.accountId, account]));
  let rows = await lockRows(ctx, byId);
  if (rows.length < byId.size) {
    const missing = [...byId.keys()].filter((id) => !rows.some((row) => row.account_id === id));
    await ctx.tx.execute(
      `insert into ledger.balances (tenant_id, account_id, slot, overdraft)
       select tenant_id, account_id, case when shared then pg_backend_pid() % ${sharedSlots} else 0 end, overdraft
         from ledger.accounts where tenant_id = $1 and account_id = any($2) order by account_id
       on conflict do nothing`,
      [ctx.tenantId, missing],
    );
    rows = await lockRows(ctx, byId);
  }
  return new Map(
    rows.map((row) => {
      const account = byId.get(row.account_id);
      if (!account) throw new Error(`account ${row.account_id} was not asked for`);
      const { account_seq: seq, balance, held, incoming, debt } = row;
      return [row.account_id, { ...account, slot: row.slot, seq, balance, held, incoming, debt, touched: false }];
    }),
  );
}

function lockRows(ctx: LedgerContext, accounts: ReadonlyMap<number, StoredAccount>): Promise<BalanceRow[]> {
  return ctx.tx.query<BalanceRow>(
    `select b.account_id, b.slot, b.account_seq, b.balance, b.held, b.incoming, b.debt
       from unnest($2::bigint[], $3::boolean[]) w(account_id, shared)
       join ledger.balances b on b.tenant_id = $1 and b.account_id = w.account_id
        and b.slot = case when w.shared then pg_backend_pid() % ${sharedSlots} else 0 end
      order by b.account_id, b.slot for update of b`,
    [ctx.tenantId, [...accounts.keys()], [...accounts.values()].map(({ kind }) => kind.shared)],
  );
}

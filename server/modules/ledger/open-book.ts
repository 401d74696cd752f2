import { accountText } from './account.ts';
import type { AccountRef } from './account.ts';
import type { Book, EntryRow, HoldState, LotEntryRow, LotState, StoredAccount, TransferRow } from './book.ts';
import type { LedgerContext } from './context.ts';
import { TransferNotFound } from './errors.ts';
import { accountsById, findAccounts, lockAccounts } from './open-accounts.ts';
import type { NewTransfer } from './transfer.ts';

/** What a batch is about: the accounts it names, and the earlier transfers it ends or reverses. */
export interface Parties {
  readonly named: ReadonlyMap<string, StoredAccount>;
  /** All accounts by id: the named ones and those of the earlier transfers. */
  readonly accounts: ReadonlyMap<number, StoredAccount>;
  readonly earlier: ReadonlyMap<string, TransferRow>;
  /** Nothing must be opened before the batch can be decided. */
  readonly complete: boolean;
}

/** Finds the accounts and earlier transfers of a batch; refuses one that mentions a transfer which does not exist. */
export async function findParties(ctx: LedgerContext, transfers: readonly NewTransfer[]): Promise<Parties> {
  const own = new Set(transfers.map(({ key }) => key));
  const mentioned = [...new Set(transfers.flatMap(mentionedKeys))].filter((key) => !own.has(key));
  const earlier = await readTransfers(ctx, mentioned);
  const unknown = mentioned.find((key) => !earlier.has(key));
  if (unknown !== undefined) throw new TransferNotFound(unknown);
  const refs = accountsNamed(transfers);
  const named = await findAccounts(ctx, refs);
  const accounts = new Map([...named.values()].map((account) => [account.accountId, account]));
  const others = [...earlier.values()]
    .flatMap((row) => [row.debitAccountId, row.creditAccountId])
    .filter((id) => !accounts.has(id));
  for (const account of await accountsById(ctx, [...new Set(others)])) accounts.set(account.accountId, account);
  const complete =
    refs.every((ref) => named.has(accountText(ref))) && [...accounts.values()].every(({ hasBalance }) => hasBalance);
  return { named, accounts, earlier, complete };
}

/** The accounts a batch names. */
export function accountsNamed(transfers: readonly NewTransfer[]): AccountRef[] {
  return transfers.flatMap((transfer) => ('debit' in transfer ? [transfer.debit, transfer.credit] : []));
}

/** Locks the accounts of a batch in id order and reads, after the lock, everything that deciding it needs. */
export async function openBook(
  ctx: LedgerContext,
  transfers: readonly NewTransfer[],
  { named, accounts, earlier }: Parties,
): Promise<Book> {
  const own = new Set(transfers.map(({ key }) => key));
  const states = await lockAccounts(ctx, [...accounts.values()]);
  await lockSharedReversals(ctx, earlier, accounts);

  const stored = await readTransfers(ctx, [...own]);
  const rows = new Map([...earlier, ...stored]);
  const ids = [...rows.values()].map(({ transferId }) => transferId);
  const holdIds = [...rows.values()].filter(({ kind }) => kind === 'hold').map(({ transferId }) => transferId);
  const withLots = [...accounts.values()].filter(({ kind }) => kind.lots).map(({ accountId }) => accountId);
  const lotEntries = withLots.length > 0 ? await readLotEntries(ctx, ids) : [];
  const takesLots = transfers.some((transfer) => takesFromLots(transfer));
  const lots = takesLots ? await readLots(ctx, withLots, lotEntries) : [];
  const fresh = transfers.length - stored.size;
  const transferIds = await nextIds(ctx, 'ledger.transfer_ids', fresh);
  const lotIds = await nextIds(ctx, 'ledger.lot_ids', bringsLots(transfers, accounts) ? fresh : 0);
  return {
    now: ctx.now,
    accounts: states,
    accountsByText: named,
    lots: new Map(lots.map((lot) => [lot.lotId, lot])),
    lotsOf: Map.groupBy(lots, ({ accountId }) => accountId),
    holds: await readHolds(ctx, holdIds),
    transfers: rows,
    reversed: await readReversed(ctx, transfers.some((transfer) => 'reverses' in transfer) ? ids : []),
    lotEntries: Map.groupBy(lotEntries, ({ transferId }) => transferId),
    restored: await readRestored(ctx, takesLots ? ids : []),
    entriesOf: await readEntries(
      ctx,
      [...stored.values()].map(({ transferId }) => transferId),
    ),
    nextTransferId: () => taken(transferIds),
    nextLotId: () => taken(lotIds),
    written: { transfers: [], entries: [], lotEntries: [], holds: new Set(), lots: new Set() },
  };
}

function mentionedKeys(transfer: NewTransfer): string[] {
  if ('holdKey' in transfer) return [transfer.holdKey];
  return 'reverses' in transfer && transfer.reverses !== undefined ? [transfer.reverses] : [];
}

/** Whether a transfer lowers an account with lots, ends a hold or reverses: only then the open lots are read. */
function takesFromLots(transfer: NewTransfer): boolean {
  if ('holdKey' in transfer || ('reverses' in transfer && transfer.reverses !== undefined)) return true;
  return (
    (transfer.debit.kind.lots && transfer.debit.kind.normalSide === 'credit') ||
    (transfer.credit.kind.lots && transfer.credit.kind.normalSide === 'debit')
  );
}

/** Whether a transfer of the batch may create a lot. */
function bringsLots(transfers: readonly NewTransfer[], accounts: ReadonlyMap<number, StoredAccount>): boolean {
  const anyLots = [...accounts.values()].some(({ kind }) => kind.lots);
  return (
    anyLots &&
    transfers.some((transfer) => {
      if ('holdKey' in transfer) return transfer.kind === 'post';
      const { debit, credit } = transfer;
      return (
        (credit.kind.lots && credit.kind.normalSide === 'credit') ||
        (debit.kind.lots && debit.kind.normalSide === 'debit')
      );
    })
  );
}

/** Two shared accounts have no common row to lock, so a reversal between them takes turns by transfer. */
async function lockSharedReversals(
  ctx: LedgerContext,
  earlier: ReadonlyMap<string, TransferRow>,
  accounts: ReadonlyMap<number, StoredAccount>,
): Promise<void> {
  const shared = (id: number) => accounts.get(id)?.kind.shared === true;
  const ids = [...earlier.values()]
    .filter((row) => shared(row.debitAccountId) && shared(row.creditAccountId))
    .map((row) => row.transferId);
  if (ids.length === 0) return;
  await ctx.tx.query(
    `select pg_advisory_xact_lock(hashtextextended('ledger.transfer/' || $1 || '/' || id, 0)) from unnest($2::bigint[]) id order by id`,
    [ctx.tenantId, ids.toSorted((a, b) => a - b)],
  );
}

async function readTransfers(ctx: LedgerContext, keys: readonly string[]): Promise<Map<string, TransferRow>> {
  if (keys.length === 0) return new Map();
  const rows = await ctx.tx.query<TransferRow>(
    `select transfer_id as "transferId", key, kind, debit_account_id as "debitAccountId", credit_account_id as "creditAccountId", amount,
            unit, reason, reference, resolves_id as "resolvesId", reverses_id as "reversesId", allow_debt as "allowDebt",
            timeout_s as "timeoutS"
       from ledger.transfers where tenant_id = $1 and key = any($2)`,
    [ctx.tenantId, keys],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

async function readHolds(ctx: LedgerContext, ids: readonly number[]): Promise<Map<number, HoldState>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.tx.query<HoldState>(
    `select transfer_id as "transferId", amount, status, posted_amount as "postedAmount", expires_at as "expiresAt", false as "isNew"
       from ledger.holds where tenant_id = $1 and transfer_id = any($2)`,
    [ctx.tenantId, ids],
  );
  return new Map(rows.map((row) => [row.transferId, row]));
}

async function readReversed(ctx: LedgerContext, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.tx.query<{ id: number; amount: number }>(
    `select reverses_id as id, sum(amount)::bigint as amount from ledger.transfers
      where tenant_id = $1 and reverses_id = any($2) group by reverses_id`,
    [ctx.tenantId, ids],
  );
  return new Map(rows.map(({ id, amount }) => [id, amount]));
}

async function readLotEntries(ctx: LedgerContext, ids: readonly number[]): Promise<LotEntryRow[]> {
  if (ids.length === 0) return [];
  return ctx.tx.query<LotEntryRow>(
    `select e.lot_id as "lotId", e.lot_version as "lotVersion", e.transfer_id as "transferId", e.amount, e.held, e.restores_id as "restoresId"
       from ledger.lot_entries e join ledger.lots l using (tenant_id, lot_id)
      where e.tenant_id = $1 and e.transfer_id = any($2) order by l.expires_at nulls last, e.lot_id, e.lot_version`,
    [ctx.tenantId, ids],
  );
}

/** The open lots of the accounts, and the closed ones that earlier transfers of the batch touched (a reversal may reopen them). */
async function readLots(
  ctx: LedgerContext,
  accountIds: readonly number[],
  entries: readonly LotEntryRow[],
): Promise<LotState[]> {
  if (accountIds.length === 0) return [];
  const columns = `lot_id as "lotId", account_id as "accountId", transfer_id as "transferId", reference, amount, granted_at as "grantedAt",
    available_at as "availableAt", expires_at as "expiresAt", remaining, held, version`;
  const open = await ctx.tx.query<LotState>(
    `select ${columns} from ledger.lots where tenant_id = $1 and account_id = any($2) and remaining > 0`,
    [ctx.tenantId, accountIds],
  );
  const known = new Set(open.map(({ lotId }) => lotId));
  const closed = [...new Set(entries.map(({ lotId }) => lotId))].filter((lotId) => !known.has(lotId));
  if (closed.length === 0) return open;
  const reopened = await ctx.tx.query<LotState>(
    `select ${columns} from ledger.lots where tenant_id = $1 and lot_id = any($2)`,
    [ctx.tenantId, closed],
  );
  return [...open, ...reopened];
}

async function readRestored(ctx: LedgerContext, ids: readonly number[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.tx.query<{ spend: number; lot: number; amount: number }>(
    `select restores_id as spend, lot_id as lot, sum(amount)::bigint as amount from ledger.lot_entries
      where tenant_id = $1 and restores_id = any($2) group by restores_id, lot_id`,
    [ctx.tenantId, ids],
  );
  return new Map(rows.map(({ spend, lot, amount }) => [`${spend}/${lot}`, amount]));
}

async function readEntries(ctx: LedgerContext, ids: readonly number[]): Promise<Map<number, readonly EntryRow[]>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.tx.query<EntryRow>(
    `select account_id as "accountId", slot, account_seq as "accountSeq", transfer_id as "transferId", side, unit, amount, held,
            balance_after as "balanceAfter", held_after as "heldAfter"
       from ledger.entries where tenant_id = $1 and transfer_id = any($2)`,
    [ctx.tenantId, ids],
  );
  return Map.groupBy(rows, ({ transferId }) => transferId);
}

async function nextIds(
  ctx: LedgerContext,
  sequence: 'ledger.transfer_ids' | 'ledger.lot_ids',
  count: number,
): Promise<number[]> {
  if (count <= 0) return [];
  const rows = await ctx.tx.query<{ id: number }>(`select nextval('${sequence}') as id from generate_series(1, $1)`, [
    count,
  ]);
  return rows.map(({ id }) => id).toReversed();
}

function taken(ids: number[]): number {
  const id = ids.pop();
  if (id === undefined) throw new Error('the batch needs more ids than it has transfers');
  return id;
}

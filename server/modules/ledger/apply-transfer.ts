import { accountText } from './account.ts';
import type { AccountState, Book, EntryRow, HoldState, TransferRow } from './book.ts';
import {
  ExceedsHold,
  ExistsWithDifferent,
  HoldAlreadyPosted,
  HoldAlreadyVoided,
  HoldExpired,
  InvalidTransfer,
  ReversesTooMuch,
  TransferNotFound,
} from './errors.ts';
import { give, inRange, release, take } from './move.ts';
import type { NewTransfer, PostedSide, PostedTransfer } from './transfer.ts';

/** Decides one transfer on the locked books: applies it, recognises a repeat, or refuses by name. Touches memory only. */
export function applyTransfer(book: Book, transfer: NewTransfer): PostedTransfer {
  const stored = book.transfers.get(transfer.key);
  const row = describe(book, transfer, stored?.transferId);
  if (stored) {
    refuseOtherContent(stored, row);
    return resultOf(book, stored, true);
  }
  const debit = stateOf(book, row.debitAccountId);
  const credit = stateOf(book, row.creditAccountId);
  if (row.reversesId !== null) countReversal(book, row, 'reverses' in transfer ? (transfer.reverses ?? '') : '');
  const hold = row.resolvesId === null ? undefined : book.holds.get(row.resolvesId);
  if (hold) resolveHold(book, hold, row, 'holdKey' in transfer ? transfer.holdKey : '');

  const heldBefore = [debit.held, credit.held] as const;
  for (const [account, side] of [
    [debit, 'debit'],
    [credit, 'credit'],
  ] as const) {
    const rises = account.kind.normalSide === side;
    if (hold) endHoldOn(book, account, row, hold, rises, 'lot' in transfer ? transfer.lot : undefined);
    else if (!rises) take(book, account, row, 'fromLot' in transfer ? transfer.fromLot : undefined);
    else if (row.kind === 'hold') account.incoming = inRange(account, account.incoming + row.amount);
    else give(book, account, row, 'lot' in transfer ? transfer.lot : undefined);
  }
  if (row.kind === 'hold') openHold(book, row);
  book.transfers.set(row.key, row);
  book.written.transfers.push(row);
  const moved = row.kind === 'direct' || row.kind === 'post' ? row.amount : 0;
  book.entriesOf.set(row.transferId, [
    enter(book, debit, row, 'debit', -moved, debit.held - heldBefore[0]),
    enter(book, credit, row, 'credit', moved, credit.held - heldBefore[1]),
  ]);
  return resultOf(book, row, false);
}

function describe(book: Book, transfer: NewTransfer, storedId: number | undefined): TransferRow {
  const transferId = storedId ?? book.nextTransferId();
  if ('holdKey' in transfer) {
    const held = book.transfers.get(transfer.holdKey);
    if (held?.kind !== 'hold') throw new TransferNotFound(transfer.holdKey);
    return {
      ...held,
      transferId,
      key: transfer.key,
      kind: transfer.kind,
      amount: transfer.kind === 'post' ? (transfer.amount ?? held.amount) : held.amount,
      resolvesId: held.transferId,
      timeoutS: null,
    };
  }
  const { key, amount, reason, reference = '' } = transfer;
  const debitAccountId = idOf(book, accountText(transfer.debit));
  const creditAccountId = idOf(book, accountText(transfer.credit));
  if (debitAccountId === creditAccountId) throw new InvalidTransfer(key, 'both sides are the same account');
  const direct = transfer.kind === 'hold' ? undefined : transfer;
  return {
    transferId,
    key,
    kind: transfer.kind ?? 'direct',
    debitAccountId,
    creditAccountId,
    amount,
    unit: transfer.debit.kind.unit,
    reason,
    reference,
    resolvesId: null,
    reversesId: direct?.reverses === undefined ? null : reversedId(book, direct.reverses),
    allowDebt: direct?.allowDebt ?? false,
    timeoutS: transfer.kind === 'hold' ? (transfer.timeoutS ?? null) : null,
  };
}

function reversedId(book: Book, key: string): number {
  const reversed = book.transfers.get(key);
  if (!reversed) throw new TransferNotFound(key);
  return reversed.transferId;
}

function idOf(book: Book, account: string): number {
  const stored = book.accountsByText.get(account);
  if (!stored) throw new Error(`account ${account} was not resolved`);
  return stored.accountId;
}

function stateOf(book: Book, accountId: number): AccountState {
  const state = book.accounts.get(accountId);
  if (!state) throw new Error(`account ${accountId} was not locked`);
  return state;
}

function refuseOtherContent(stored: TransferRow, wanted: TransferRow): void {
  const { key } = stored;
  if (stored.kind !== wanted.kind) throw new ExistsWithDifferent.kind(key);
  if (stored.resolvesId !== wanted.resolvesId) throw new ExistsWithDifferent.hold(key);
  if (stored.debitAccountId !== wanted.debitAccountId) throw new ExistsWithDifferent.debit_account(key);
  if (stored.creditAccountId !== wanted.creditAccountId) throw new ExistsWithDifferent.credit_account(key);
  if (stored.amount !== wanted.amount) throw new ExistsWithDifferent.amount(key);
  if (stored.reason !== wanted.reason) throw new ExistsWithDifferent.reason(key);
  if (stored.reference !== wanted.reference) throw new ExistsWithDifferent.reference(key);
  if (stored.reversesId !== wanted.reversesId) throw new ExistsWithDifferent.reversed_transfer(key);
  if (stored.timeoutS !== wanted.timeoutS) throw new ExistsWithDifferent.timeout(key);
  if (stored.allowDebt !== wanted.allowDebt) throw new ExistsWithDifferent.allow_debt(key);
}

/** A reversal runs the other way between the same accounts, and never gives back more than moved. */
function countReversal(book: Book, row: TransferRow, key: string): void {
  const reversed = book.transfers.get(key);
  if (!reversed) throw new TransferNotFound(key);
  if (reversed.kind !== 'direct' && reversed.kind !== 'post')
    throw new InvalidTransfer(row.key, `${key} did not move value`);
  if (reversed.debitAccountId !== row.creditAccountId || reversed.creditAccountId !== row.debitAccountId) {
    throw new InvalidTransfer(row.key, `a reversal of ${key} must run between the same two accounts, the other way`);
  }
  const before = book.reversed.get(reversed.transferId) ?? 0;
  if (before + row.amount > reversed.amount) throw new ReversesTooMuch(key, reversed.amount - before);
  book.reversed.set(reversed.transferId, before + row.amount);
}

function openHold(book: Book, row: TransferRow): void {
  const hold: HoldState = {
    transferId: row.transferId,
    amount: row.amount,
    expiresAt: row.timeoutS === null ? null : new Date(book.now.getTime() + row.timeoutS * 1000),
    isNew: true,
    status: 'pending',
    postedAmount: 0,
  };
  book.holds.set(row.transferId, hold);
  book.written.holds.add(hold);
}

function resolveHold(book: Book, hold: HoldState, row: TransferRow, key: string): void {
  if (hold.status === 'posted') throw new HoldAlreadyPosted(key);
  if (hold.status === 'voided') throw new HoldAlreadyVoided(key);
  if (hold.status === 'expired') throw new HoldExpired(key);
  if (row.kind === 'post') {
    if (hold.expiresAt !== null && hold.expiresAt < book.now) throw new HoldExpired(key);
    if (row.amount > hold.amount) throw new ExceedsHold(key, row.amount, hold.amount);
    hold.postedAmount = row.amount;
  }
  hold.status = row.kind === 'post' ? 'posted' : row.kind === 'void' ? 'voided' : 'expired';
  book.written.holds.add(hold);
}

function endHoldOn(
  book: Book,
  account: AccountState,
  row: TransferRow,
  hold: HoldState,
  rises: boolean,
  terms: Parameters<typeof give>[3],
): void {
  if (!rises) {
    release(book, account, row, hold.transferId, hold.amount, hold.postedAmount);
    return;
  }
  account.incoming -= hold.amount;
  if (hold.postedAmount > 0) give(book, account, row, terms);
}

function enter(
  book: Book,
  account: AccountState,
  row: TransferRow,
  side: EntryRow['side'],
  amount: number,
  held: number,
): EntryRow {
  account.seq += 1;
  account.touched = true;
  const entry = {
    accountId: account.accountId,
    slot: account.slot,
    accountSeq: account.seq,
    transferId: row.transferId,
    side,
    unit: row.unit,
    amount: amount === 0 ? 0 : amount,
    held,
    balanceAfter: account.balance,
    heldAfter: account.held,
  };
  book.written.entries.push(entry);
  return entry;
}

function resultOf(book: Book, row: TransferRow, repeated: boolean): PostedTransfer {
  const entries = book.entriesOf.get(row.transferId) ?? [];
  const side = (accountId: number): PostedSide => {
    const entry = entries.find((candidate) => candidate.accountId === accountId);
    if (!entry) throw new Error(`transfer ${row.transferId} has no entry on account ${accountId}`);
    return sideOf(entry);
  };
  return {
    key: row.key,
    transferId: row.transferId,
    repeated,
    amount: row.amount,
    debit: side(row.debitAccountId),
    credit: side(row.creditAccountId),
  };
}

function sideOf({ accountId, slot, accountSeq, balanceAfter, heldAfter }: EntryRow): PostedSide {
  return { accountId, slot, accountSeq, balanceAfter, heldAfter };
}

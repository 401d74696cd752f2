import { byExpiry, isSpendable } from './book.ts';
import type { AccountState, Book, LotState, TransferRow } from './book.ts';
import { BalanceOutOfRange, InsufficientBalance, InvalidTransfer } from './errors.ts';
import type { LotTerms } from './transfer.ts';

/** Changes a lot and notes the change under the transfer that caused it. */
function changeLot(
  book: Book,
  lot: LotState,
  transferId: number,
  amount: number,
  held: number,
  restoresId: number | null = null,
): void {
  lot.remaining += amount;
  lot.held += held;
  lot.version += 1;
  book.written.lots.add(lot);
  const entry = { lotId: lot.lotId, lotVersion: lot.version, transferId, amount, held, restoresId };
  book.written.lotEntries.push(entry);
  const known = book.lotEntries.get(transferId);
  if (known) known.push(entry);
  else book.lotEntries.set(transferId, [entry]);
}

const free = (lot: LotState) => lot.remaining - lot.held;

/** The lots a debit may take from, in order. */
function candidates(book: Book, account: AccountState, row: TransferRow, fromLot: number | undefined): LotState[] {
  const lots = book.lotsOf.get(account.accountId) ?? [];
  if (fromLot !== undefined) return lots.filter((lot) => lot.lotId === fromLot);
  const oldestFirst = lots.filter((lot) => free(lot) > 0).toSorted(byExpiry);
  const spendable = oldestFirst.filter((lot) => isSpendable(lot, book.now));
  if (row.reversesId === null) return spendable;
  const own = oldestFirst.filter((lot) => lot.transferId === row.reversesId);
  const related = row.reference === '' ? [] : oldestFirst.filter((lot) => lot.reference === row.reference);
  return [...new Set([...own, ...related, ...spendable])];
}

/** Lowers an account, or reserves on it; lots are taken oldest first. */
export function take(book: Book, account: AccountState, row: TransferRow, fromLot?: number): void {
  const { kind } = account;
  const { amount } = row;
  const holding = row.kind === 'hold';
  if (kind.overdraft !== 'allowed') {
    const lots = kind.lots ? candidates(book, account, row, fromLot) : [];
    const unheld = kind.lots
      ? lots.reduce((sum, lot) => sum + free(lot), 0)
      : account.balance + account.debt - account.held;
    const available = fromLot === undefined ? unheld - account.debt : unheld;
    const mayOwe = row.allowDebt && kind.overdraft === 'debt';
    if (row.allowDebt && !mayOwe) throw new InvalidTransfer(row.key, `${account.name} cannot be in debt`);
    if (!mayOwe && available < amount) throw new InsufficientBalance(account.name, amount, Math.max(0, available));
    let missing = amount;
    for (const lot of lots) {
      const part = Math.min(free(lot), missing);
      if (part > 0) changeLot(book, lot, row.transferId, holding ? 0 : -part, holding ? part : 0);
      missing -= part;
    }
    if (!kind.lots) missing -= Math.min(unheld, amount);
    account.debt += missing;
  }
  if (holding) account.held = inRange(account, account.held + amount);
  else account.balance = inRange(account, account.balance - amount);
}

/** Raises an account: debt is repaid first, spent lots are restored when the transfer reverses a spend, the rest becomes a new lot. */
export function give(book: Book, account: AccountState, row: TransferRow, terms: LotTerms | undefined): void {
  account.balance = inRange(account, account.balance + row.amount);
  const repaid = Math.min(account.debt, row.amount);
  account.debt -= repaid;
  if (!account.kind.lots) return;
  let rest = row.amount - repaid;
  if (row.reversesId !== null) {
    rest = restoreLots(book, row, row.reversesId, rest, terms);
    if (rest > 0) addLot(book, account, row, rest, rest, terms);
  } else {
    addLot(book, account, row, row.amount, rest, terms);
  }
}

/** Puts value back into the lots a spend took it from, longest-lived first; expired lots only when no terms grant it anew. */
function restoreLots(
  book: Book,
  row: TransferRow,
  spendId: number,
  amount: number,
  terms: LotTerms | undefined,
): number {
  let rest = amount;
  const taken = (book.lotEntries.get(spendId) ?? []).filter((entry) => entry.amount < 0).toReversed();
  for (const entry of taken) {
    const lot = book.lots.get(entry.lotId);
    const mark = `${spendId}/${entry.lotId}`;
    const before = book.restored.get(mark) ?? 0;
    const expired = lot?.expiresAt != null && lot.expiresAt < book.now;
    if (!lot || (expired && terms)) continue;
    const part = Math.min(rest, -entry.amount - before);
    if (part <= 0) continue;
    changeLot(book, lot, row.transferId, part, 0, spendId);
    book.restored.set(mark, before + part);
    rest -= part;
  }
  return rest;
}

function addLot(
  book: Book,
  account: AccountState,
  row: TransferRow,
  amount: number,
  remaining: number,
  terms: LotTerms | undefined,
): void {
  const lot: LotState = {
    lotId: book.nextLotId(),
    accountId: account.accountId,
    transferId: row.transferId,
    reference: row.reference,
    amount,
    grantedAt: book.now,
    availableAt: terms ? terms.availableAt : book.now,
    expiresAt: terms ? terms.expiresAt : null,
    remaining: 0,
    held: 0,
    version: 0,
  };
  book.lots.set(lot.lotId, lot);
  book.lotsOf.set(account.accountId, [...(book.lotsOf.get(account.accountId) ?? []), lot]);
  changeLot(book, lot, row.transferId, remaining, 0);
}

/** Ends a hold on the account it reserved from: `posted` leaves, the rest is free again and repays debt. */
export function release(
  book: Book,
  account: AccountState,
  row: TransferRow,
  holdId: number,
  heldAmount: number,
  posted: number,
): void {
  account.held -= heldAmount;
  account.balance = inRange(account, account.balance - posted);
  if (account.kind.overdraft === 'allowed') return;
  if (!account.kind.lots) {
    account.debt -= Math.min(account.debt, Math.max(0, account.balance + account.debt - account.held));
    return;
  }
  let leaving = posted;
  for (const entry of (book.lotEntries.get(holdId) ?? []).filter(({ held }) => held > 0)) {
    const lot = book.lots.get(entry.lotId);
    if (!lot) throw new Error(`lot ${entry.lotId} of hold ${holdId} was not read`);
    const part = Math.min(leaving, entry.held);
    leaving -= part;
    const repaid = Math.min(account.debt, entry.held - part);
    account.debt -= repaid;
    changeLot(book, lot, row.transferId, -part - repaid, -entry.held);
  }
}

/** Books never hold an amount that JavaScript and JSON could not carry exactly. */
export function inRange(account: AccountState, amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new BalanceOutOfRange(account.name);
  return amount;
}

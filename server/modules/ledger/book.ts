import type { AccountKind } from './account.ts';

/** An account as stored; `hasBalance` tells whether this connection's balance row exists. */
export interface StoredAccount {
  readonly accountId: number;
  readonly name: string;
  readonly kind: AccountKind;
  readonly hasBalance: boolean;
}

/** The locked state of one account (on shared accounts: of this connection's slot). */
export interface AccountState {
  readonly accountId: number;
  readonly slot: number;
  readonly name: string;
  readonly kind: AccountKind;
  seq: number;
  balance: number;
  held: number;
  incoming: number;
  debt: number;
  touched: boolean;
}

export interface LotState {
  readonly lotId: number;
  readonly accountId: number;
  readonly transferId: number;
  readonly reference: string;
  readonly amount: number;
  readonly grantedAt: Date;
  readonly availableAt: Date | null;
  readonly expiresAt: Date | null;
  remaining: number;
  held: number;
  version: number;
}

export interface HoldState {
  readonly transferId: number;
  readonly amount: number;
  readonly expiresAt: Date | null;
  readonly isNew: boolean;
  status: 'pending' | 'posted' | 'voided' | 'expired';
  postedAmount: number;
}

/** A stored transfer, and at the same time the content a repeat is compared with. */
export interface TransferRow {
  readonly transferId: number;
  readonly key: string;
  readonly kind: 'direct' | 'hold' | 'post' | 'void' | 'expire';
  readonly debitAccountId: number;
  readonly creditAccountId: number;
  readonly amount: number;
  readonly unit: string;
  readonly reason: string;
  readonly reference: string;
  readonly resolvesId: number | null;
  readonly reversesId: number | null;
  readonly allowDebt: boolean;
  readonly timeoutS: number | null;
}

export interface EntryRow {
  readonly accountId: number;
  readonly slot: number;
  readonly accountSeq: number;
  readonly transferId: number;
  readonly side: 'debit' | 'credit';
  readonly unit: string;
  /** Credits positive, debits negative. */
  readonly amount: number;
  /** Change of the account's holds. */
  readonly held: number;
  readonly balanceAfter: number;
  readonly heldAfter: number;
}

export interface LotEntryRow {
  readonly lotId: number;
  readonly lotVersion: number;
  readonly transferId: number;
  readonly amount: number;
  readonly held: number;
  readonly restoresId: number | null;
}

/** Everything a batch needs, read under lock, and everything it will write: transfers are decided here, in memory, all or none. */
export interface Book {
  readonly now: Date;
  readonly accounts: ReadonlyMap<number, AccountState>;
  /** Accounts by the text key of their reference. */
  readonly accountsByText: ReadonlyMap<string, StoredAccount>;
  readonly lots: Map<number, LotState>;
  readonly lotsOf: Map<number, LotState[]>;
  readonly holds: Map<number, HoldState>;
  readonly transfers: Map<string, TransferRow>;
  /** How much of a transfer has been reversed. */
  readonly reversed: Map<number, number>;
  /** What earlier transfers (holds to resolve, spends to reverse) did to lots, in the order it happened. */
  readonly lotEntries: Map<number, LotEntryRow[]>;
  readonly restored: Map<string, number>;
  /** Both entries of transfers by transfer id: of this batch, and of those posted before (the stored result of a repeat). */
  readonly entriesOf: Map<number, readonly EntryRow[]>;
  readonly nextTransferId: () => number;
  readonly nextLotId: () => number;
  readonly written: {
    readonly transfers: TransferRow[];
    readonly entries: EntryRow[];
    readonly lotEntries: LotEntryRow[];
    readonly holds: Set<HoldState>;
    readonly lots: Set<LotState>;
  };
}

/** The first-in-first-out order of spending: what expires first goes first, then what came first. */
export function byExpiry(a: Pick<LotState, 'expiresAt' | 'lotId'>, b: Pick<LotState, 'expiresAt' | 'lotId'>): number {
  const left = a.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const right = b.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return left === right ? a.lotId - b.lotId : left < right ? -1 : 1;
}

/** Whether a lot can be spent at an instant. */
export function isSpendable(lot: Pick<LotState, 'availableAt' | 'expiresAt'>, now: Date): boolean {
  return lot.availableAt !== null && lot.availableAt <= now && (lot.expiresAt === null || lot.expiresAt >= now);
}

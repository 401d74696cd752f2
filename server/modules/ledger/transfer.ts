import type { AccountRef } from './account.ts';
import { InvalidTransfer } from './errors.ts';

/** The life of the lot that a credit creates on an account with lots. `availableAt: null` means not yet known, so not spendable. */
export interface LotTerms {
  readonly availableAt: Date | null;
  readonly expiresAt: Date | null;
}

interface Movement {
  /** The caller's idempotency key, unique per tenant, ≤ 200 characters; derive it from the business fact, never from chance. */
  readonly key: string;
  readonly debit: AccountRef;
  readonly credit: AccountRef;
  /** Whole units of the accounts, positive. */
  readonly amount: number;
  /** Why, e.g. `points.earn`. */
  readonly reason: string;
  /** For what, e.g. `order:<id>`. */
  readonly reference?: string;
}

/** Moves value at once. */
export interface DirectTransfer extends Movement {
  readonly kind?: 'direct';
  /** Take even what is not there, on an account that can be in debt. */
  readonly allowDebt?: boolean;
  /**
   * Key of the transfer this one gives back, wholly or in part. Spent lots are restored, latest first; an earned lot is taken first,
   * then lots of the same reference, then the oldest.
   */
  readonly reverses?: string;
  /** Terms of the lot the credit creates (and of what a reversal cannot put back into a living lot). */
  readonly lot?: LotTerms;
  /** Take from exactly this lot. */
  readonly fromLot?: number;
}

/** Reserves value until posted, voided or timed out. */
export interface HoldTransfer extends Movement {
  readonly kind: 'hold';
  readonly timeoutS?: number;
}

/** Moves what a hold reserved; with a smaller amount the remainder is given back. */
export interface PostTransfer {
  readonly kind: 'post';
  readonly key: string;
  readonly holdKey: string;
  readonly amount?: number;
  readonly lot?: LotTerms;
}

/** Gives back what a hold reserved. */
export interface VoidTransfer {
  readonly kind: 'void' | 'expire';
  readonly key: string;
  readonly holdKey: string;
}

export type NewTransfer = DirectTransfer | HoldTransfer | PostTransfer | VoidTransfer;

/** What a transfer left behind on one account; `slot` is not 0 only on shared accounts, whose `balanceAfter` is the slot's. */
export interface PostedSide {
  readonly accountId: number;
  readonly slot: number;
  readonly accountSeq: number;
  readonly balanceAfter: number;
  readonly heldAfter: number;
}

export interface PostedTransfer {
  readonly key: string;
  readonly transferId: number;
  /** True when the same transfer had been posted before: nothing moved now, and this is the stored result. */
  readonly repeated: boolean;
  readonly amount: number;
  readonly debit: PostedSide;
  readonly credit: PostedSide;
}

/** Refuses what could never be posted, before anything is read. */
export function validateTransfer(transfer: NewTransfer): void {
  const refuse = (problem: string) => {
    throw new InvalidTransfer(transfer.key, problem);
  };
  if (transfer.key.length < 1 || transfer.key.length > 200) refuse('its key must have 1 to 200 characters');
  if (
    'amount' in transfer &&
    transfer.amount !== undefined &&
    !(Number.isSafeInteger(transfer.amount) && transfer.amount > 0)
  ) {
    refuse('its amount must be a whole number above zero');
  }
  if ('holdKey' in transfer) return;
  if (transfer.debit.kind.unit !== transfer.credit.kind.unit) refuse('its two accounts count in different units');
  if (transfer.reason.length < 1 || transfer.reason.length > 64) refuse('its reason must have 1 to 64 characters');
  if ((transfer.reference ?? '').length > 200) refuse('its reference is longer than 200 characters');
  if (
    transfer.kind === 'hold' &&
    transfer.timeoutS !== undefined &&
    !(Number.isInteger(transfer.timeoutS) && transfer.timeoutS > 0)
  ) {
    refuse('its timeout must be whole seconds above zero');
  }
}

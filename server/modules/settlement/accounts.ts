import { customerAccount, defineAccount, defineSystemAccount } from '#ledger';
import type { AccountRef } from '#ledger';

/** The books of commission, per currency: what it costs us, what partners may expect, what we owe them. */
export function commissionBooks(currency: string) {
  const unit = currency === 'CNY' ? 'CNY_FEN' : `${currency}_MINOR`;
  const pending = defineAccount({ code: 'commission_pending', unit, normalSide: 'credit', overdraft: 'debt' });
  const payable = defineAccount({ code: 'commission_payable', unit, normalSide: 'credit', overdraft: 'debt' });
  return {
    expense: defineSystemAccount({ code: 'commission_expense', unit, normalSide: 'debit' }),
    /** A partner's expected commission, until the after-sales window is over. */
    pendingOf: (origin: number, current: number): AccountRef => customerAccount(pending, origin, current),
    /** What a partner is owed; in debt when a refund came after it was paid out. */
    payableOf: (origin: number, current: number): AccountRef => customerAccount(payable, origin, current),
    pending,
    payable,
  };
}

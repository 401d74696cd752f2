import { defineModule } from '#platform/module';

import { expireOverdueHolds } from './jobs.ts';
import { routes } from './routes.ts';

export { customerAccount, defineAccount, defineSystemAccount, ownedAccount } from './account.ts';
export type { AccountKind, AccountRef, Owner, Unit } from './account.ts';
export { auditBooks } from './audit-books.ts';
export type { BookCheck } from './audit-books.ts';
export { accountBalances, allocateDebit, balancesOf } from './balances.ts';
export type { CustomerBalance } from './balances.ts';
export type { LedgerContext } from './context.ts';
export {
  ExceedsHold,
  ExistsWithDifferent,
  HoldAlreadyPosted,
  HoldAlreadyVoided,
  HoldExpired,
  InsufficientBalance,
  ReversesTooMuch,
  TransferNotFound,
} from './errors.ts';
export { expireHolds, hold, holdStates, postHold, voidHold } from './holds.ts';
export { expireLots, expiringSoon, openLots, releaseDueLots, setLotsAvailable } from './lots.ts';
export type { ExpiredLot, Lot } from './lots.ts';
export { ensureAccounts } from './open-accounts.ts';
export { postTransfers } from './post-transfers.ts';
export { accountStatement, customerStatement, findTransfers, monthlyTurnover } from './statement.ts';
export type { StatementLine, TransferView, Turnover } from './statement.ts';
export type {
  DirectTransfer,
  HoldTransfer,
  LotTerms,
  NewTransfer,
  PostedTransfer,
  PostTransfer,
  VoidTransfer,
} from './transfer.ts';

export const ledger = defineModule({
  name: 'ledger',
  dependsOn: [],
  permissions: ['ledger.read'],
  routes,
  jobs: [expireOverdueHolds],
});

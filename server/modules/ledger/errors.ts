import { defineError } from '#platform/errors';

export const InvalidTransfer = defineError(
  'invalid_transfer',
  400,
  (key: string, problem: string) => `Transfer ${key} cannot be posted: ${problem}.`,
  (key, problem) => ({ key, problem }),
);
export const InsufficientBalance = defineError(
  'insufficient_balance',
  409,
  (account: string, needed: number, available: number) =>
    `${account} has ${available} available, ${needed} are needed.`,
  (account, needed, available) => ({ account, needed, available }),
);
export const AccountDiffers = defineError(
  'account_exists_with_different_kind',
  409,
  (account: string) => `Account ${account} exists with other rules than the ones asked for.`,
  (account) => ({ account }),
);
export const TransferInProgress = defineError(
  'transfer_in_progress',
  409,
  () => 'The same transfer is being posted right now. Retry in a second.',
  () => ({ retryAfterS: 1 }),
);
export const BalanceOutOfRange = defineError(
  'balance_out_of_range',
  409,
  (account: string) => `Account ${account} would grow beyond the largest amount that can be counted exactly.`,
  (account) => ({ account }),
);
export const TransferNotFound = defineError(
  'transfer_not_found',
  404,
  (key: string) => `There is no transfer with the key ${key}.`,
  (key) => ({ key }),
);
export const ReversesTooMuch = defineError(
  'reverses_more_than_moved',
  409,
  (key: string, left: number) => `Transfer ${key} can be reversed by at most ${left} more.`,
  (key, left) => ({ key, left }),
);
export const HoldAlreadyPosted = defineError(
  'hold_already_posted',
  409,
  (key: string) => `Hold ${key} has been posted.`,
  (key) => ({ key }),
);
export const HoldAlreadyVoided = defineError(
  'hold_already_voided',
  409,
  (key: string) => `Hold ${key} has been given back.`,
  (key) => ({ key }),
);
export const HoldExpired = defineError(
  'hold_expired',
  409,
  (key: string) => `Hold ${key} has timed out.`,
  (key) => ({ key }),
);
export const ExceedsHold = defineError(
  'exceeds_hold_amount',
  409,
  (key: string, amount: number, held: number) => `Hold ${key} reserved ${held}, ${amount} cannot be posted from it.`,
  (key, amount, held) => ({ key, amount, held }),
);

/** The parts of a transfer that a repeat under the same key must match. */
export type TransferField =
  | 'kind'
  | 'debit_account'
  | 'credit_account'
  | 'amount'
  | 'reason'
  | 'reference'
  | 'hold'
  | 'reversed_transfer'
  | 'timeout'
  | 'allow_debt';

const existsWithDifferent = (field: TransferField) =>
  defineError(
    `exists_with_different_${field}`,
    409,
    (key: string) => `A transfer with the key ${key} exists with a different ${field.replace('_', ' ')}.`,
    (key) => ({ key, field }),
  );

/** The refusal of a repeated key with other content, one class per differing part. */
export const ExistsWithDifferent = {
  kind: existsWithDifferent('kind'),
  debit_account: existsWithDifferent('debit_account'),
  credit_account: existsWithDifferent('credit_account'),
  amount: existsWithDifferent('amount'),
  reason: existsWithDifferent('reason'),
  reference: existsWithDifferent('reference'),
  hold: existsWithDifferent('hold'),
  reversed_transfer: existsWithDifferent('reversed_transfer'),
  timeout: existsWithDifferent('timeout'),
  allow_debt: existsWithDifferent('allow_debt'),
} as const satisfies Record<TransferField, unknown>;

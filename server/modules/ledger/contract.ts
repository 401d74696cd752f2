import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

const id = z.coerce.number().int().positive();
const limit = z.coerce.number().int().min(1).max(200).default(50);
const moment = z.coerce.date();

export const AccountView = z.object({
  accountId: z.number(),
  code: z.string(),
  unit: z.string(),
  ownerKind: z.string(),
  ownerId: z.string(),
  customerId: z.number().nullable(),
  normalSide: z.enum(['debit', 'credit']),
  balance: z.number(),
  held: z.number(),
  debt: z.number(),
  openedAt: z.date(),
});
export const EntryView = z.object({
  transferId: z.number(),
  slot: z.number(),
  accountSeq: z.number(),
  kind: z.string(),
  reason: z.string(),
  reference: z.string(),
  amount: z.number(),
  held: z.number(),
  balanceAfter: z.number(),
  enteredAt: z.date(),
});
export const TransferView = z.object({
  transferId: z.number(),
  key: z.string(),
  kind: z.enum(['direct', 'hold', 'post', 'void', 'expire']),
  debit: z.string(),
  debitAccountId: z.number(),
  credit: z.string(),
  creditAccountId: z.number(),
  amount: z.number(),
  unit: z.string(),
  reason: z.string(),
  reference: z.string(),
  resolvesId: z.number().nullable(),
  reversesId: z.number().nullable(),
  actor: z.string(),
  postedAt: z.date(),
  holdStatus: z.enum(['pending', 'posted', 'voided', 'expired']).nullable(),
});

export const listAccounts = endpoint({
  method: 'GET',
  path: '/api/ledger/accounts',
  summary: 'Lists accounts with their balances.',
  query: z.object({
    accountId: id.optional(),
    code: z.string().max(63).optional(),
    ownerKind: z.string().max(32).optional(),
    ownerId: z.string().max(100).optional(),
    customerId: id.optional(),
    cursor: id.optional(),
    limit,
  }),
  response: z.object({ items: z.array(AccountView), nextCursor: z.number().nullable() }),
});

export const listEntries = endpoint({
  method: 'GET',
  path: '/api/ledger/accounts/:accountId/entries',
  summary: 'Lists the entries of an account, newest first.',
  params: z.object({ accountId: id }),
  query: z.object({ cursor: id.optional(), limit }),
  response: z.object({ items: z.array(EntryView), nextCursor: z.number().nullable() }),
});

export const listTransfers = endpoint({
  method: 'GET',
  path: '/api/ledger/transfers',
  summary: 'Searches transfers by key, reason, reference, account and time, newest first.',
  query: z.object({
    key: z.string().max(200).optional(),
    reason: z.string().max(64).optional(),
    reference: z.string().max(200).optional(),
    accountId: id.optional(),
    from: moment.optional(),
    until: moment.optional(),
    cursor: id.optional(),
    limit,
  }),
  response: z.object({ items: z.array(TransferView), nextCursor: z.number().nullable() }),
});

export const readTrialBalance = endpoint({
  method: 'GET',
  path: '/api/ledger/trial-balance',
  summary: 'Answers the balance of every kind of account.',
  response: z.object({
    items: z.array(
      z.object({
        code: z.string(),
        unit: z.string(),
        normalSide: z.enum(['debit', 'credit']),
        accounts: z.number(),
        balance: z.number(),
        held: z.number(),
        debt: z.number(),
      }),
    ),
  }),
});

export const checkBooks = endpoint({
  method: 'GET',
  path: '/api/ledger/checks',
  summary: 'Recomputes the books from their entries and answers every rule with its number of faults.',
  response: z.object({
    items: z.array(z.object({ check: z.string(), faults: z.number(), sample: z.string().nullable() })),
  }),
});

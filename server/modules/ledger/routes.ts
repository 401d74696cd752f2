import type { FastifyInstance } from 'fastify';

import { serve } from '#platform/route';

import { auditBooks } from './audit-books.ts';
import * as contract from './contract.ts';
import { accountStatement, findAccountViews, findTransfers, trialBalance } from './statement.ts';

const mayRead = { audience: 'staff', permission: 'ledger.read' } as const;

/** Looking into the books; nothing here can change them. */
export function routes(app: FastifyInstance): void {
  serve(app, contract.listAccounts, mayRead, async (ctx, { query: { cursor, ...filter } }) => {
    const items = await findAccountViews(ctx, { ...filter, after: cursor });
    return { items, nextCursor: next(items, filter.limit, ({ accountId }) => accountId) };
  });
  serve(app, contract.listEntries, mayRead, async (ctx, { params, query: { cursor, limit } }) => {
    const items = await accountStatement(ctx, { ...params, before: cursor, limit });
    return { items, nextCursor: next(items, limit, ({ transferId }) => transferId) };
  });
  serve(app, contract.listTransfers, mayRead, async (ctx, { query: { cursor, ...filter } }) => {
    const items = await findTransfers(ctx, { ...filter, before: cursor });
    return { items, nextCursor: next(items, filter.limit, ({ transferId }) => transferId) };
  });
  serve(app, contract.readTrialBalance, mayRead, async (ctx) => ({ items: await trialBalance(ctx) }));
  serve(app, contract.checkBooks, mayRead, async (ctx) => ({ items: await auditBooks(ctx) }));
}

function next<T>(items: readonly T[], limit: number, position: (item: T) => number): number | null {
  const last = items.at(-1);
  return last !== undefined && items.length === limit ? position(last) : null;
}

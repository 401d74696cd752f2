import { applyTransfer } from './apply-transfer.ts';
import type { LedgerContext } from './context.ts';
import { ensureAccounts, openBalances } from './open-accounts.ts';
import { accountsNamed, findParties, openBook } from './open-book.ts';
import type { Parties } from './open-book.ts';
import { validateTransfer } from './transfer.ts';
import type { NewTransfer, PostedTransfer } from './transfer.ts';
import { writeBook } from './write-book.ts';

/**
 * Posts a batch of transfers, all or none, in the caller's transaction. A key posted before with the same content answers the stored
 * result; with other content it is refused by name (`exists_with_different_amount` …). A refusal leaves nothing written, so the caller
 * may catch it and go on. Put all transfers of one business act into one batch: accounts are locked in id order per batch.
 */
export async function postTransfers(ctx: LedgerContext, transfers: readonly NewTransfer[]): Promise<PostedTransfer[]> {
  if (transfers.length === 0) return [];
  for (const transfer of transfers) validateTransfer(transfer);
  const parties = await findParties(ctx, transfers);
  if (parties.complete) return decide(ctx, transfers, parties);
  return ctx.tx.savepoint(async () => {
    await ensureAccounts(ctx, accountsNamed(transfers));
    await openBalances(ctx, [...parties.accounts.values()]);
    return decide(ctx, transfers, await findParties(ctx, transfers));
  });
}

async function decide(
  ctx: LedgerContext,
  transfers: readonly NewTransfer[],
  parties: Parties,
): Promise<PostedTransfer[]> {
  const book = await openBook(ctx, transfers, parties);
  const posted = transfers.map((transfer) => applyTransfer(book, transfer));
  await writeBook(ctx, book);
  return posted;
}

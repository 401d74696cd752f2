import { applyTransfer } from './apply-transfer.ts';
import type { LedgerContext } from './context.ts';
import { openBook } from './open-book.ts';
import { validateTransfer } from './transfer.ts';
import type { NewTransfer, PostedTransfer } from './transfer.ts';
import { writeBook } from './write-book.ts';

/**
 * Posts a batch of transfers, all or none, in the caller's transaction. A key posted before with the same content answers the stored
 * result; with other content it is refused by name (`exists_with_different_amount` …). A refusal happens before anything is written,
 * so the caller may catch it and go on. Put all transfers of one business act into one batch: accounts are locked in id order per batch.
 */
export async function postTransfers(ctx: LedgerContext, transfers: readonly NewTransfer[]): Promise<PostedTransfer[]> {
  if (transfers.length === 0) return [];
  for (const transfer of transfers) validateTransfer(transfer);
  const book = await openBook(ctx, transfers);
  const posted = transfers.map((transfer) => applyTransfer(book, transfer));
  await writeBook(ctx, book);
  return posted;
}

import { actorRef } from '#platform/context';

import type { Book } from './book.ts';
import type { LedgerContext } from './context.ts';
import { TransferInProgress } from './errors.ts';

/** Writes what was decided: a few statements however large the batch. */
export async function writeBook(ctx: LedgerContext, book: Book): Promise<void> {
  if (book.written.transfers.length === 0) return;
  await writeTransfers(ctx, book);
  await writeEntriesAndBalances(ctx, book);
  await writeTotals(ctx, book);
  if (book.written.holds.size > 0) await writeHolds(ctx, book);
  if (book.written.lots.size > 0) await writeLots(ctx, book);
}

async function writeTransfers(ctx: LedgerContext, { written: { transfers } }: Book): Promise<void> {
  try {
    await ctx.tx.execute(
      `insert into ledger.transfers (tenant_id, actor, posted_at, transfer_id, key, kind, debit_account_id, credit_account_id, amount, unit,
                                     reason, reference, resolves_id, reverses_id, allow_debt, timeout_s)
       select $1, $2, $3, * from unnest($4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[],
                                        $11::text[], $12::text[], $13::bigint[], $14::bigint[], $15::boolean[], $16::int[])`,
      [
        ctx.tenantId,
        actorRef(ctx.actor),
        ctx.now,
        transfers.map((row) => row.transferId),
        transfers.map((row) => row.key),
        transfers.map((row) => row.kind),
        transfers.map((row) => row.debitAccountId),
        transfers.map((row) => row.creditAccountId),
        transfers.map((row) => row.amount),
        transfers.map((row) => row.unit),
        transfers.map((row) => row.reason),
        transfers.map((row) => row.reference),
        transfers.map((row) => row.resolvesId),
        transfers.map((row) => row.reversesId),
        transfers.map((row) => row.allowDebt),
        transfers.map((row) => row.timeoutS),
      ],
    );
  } catch (error) {
    // Reached only when two transactions post one key at the same moment and have no account row in common to take turns on.
    if ((error as { constraint?: string }).constraint === 'transfers_key') throw new TransferInProgress();
    throw error;
  }
}

async function writeEntriesAndBalances(ctx: LedgerContext, { accounts, written: { entries } }: Book): Promise<void> {
  const touched = [...accounts.values()].filter((account) => account.touched);
  await ctx.tx.execute(
    `with entered as (
       insert into ledger.entries (tenant_id, entered_at, account_id, slot, account_seq, transfer_id, unit, amount, held, balance_after, held_after)
       select $1, $2, * from unnest($3::bigint[], $4::smallint[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[], $9::bigint[],
                                    $10::bigint[], $11::bigint[]))
     update ledger.balances b
        set account_seq = n.seq, balance = n.balance, held = n.held, incoming = n.incoming, debt = n.debt
       from unnest($12::bigint[], $13::smallint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[])
            n(account_id, slot, seq, balance, held, incoming, debt)
      where b.tenant_id = $1 and b.account_id = n.account_id and b.slot = n.slot`,
    [
      ctx.tenantId,
      ctx.now,
      entries.map((row) => row.accountId),
      entries.map((row) => row.slot),
      entries.map((row) => row.accountSeq),
      entries.map((row) => row.transferId),
      entries.map((row) => row.unit),
      entries.map((row) => row.amount),
      entries.map((row) => row.held),
      entries.map((row) => row.balanceAfter),
      entries.map((row) => row.heldAfter),
      touched.map((account) => account.accountId),
      touched.map((account) => account.slot),
      touched.map((account) => account.seq),
      touched.map((account) => account.balance),
      touched.map((account) => account.held),
      touched.map((account) => account.incoming),
      touched.map((account) => account.debt),
    ],
  );
}

/** Adds to the hourly turnover of the shared accounts: one row per reason, in this connection's slot. */
async function writeTotals(ctx: LedgerContext, { accounts, written }: Book): Promise<void> {
  const reasons = new Map(written.transfers.map(({ transferId, reason }) => [transferId, reason]));
  const totals = new Map<string, { accountId: number; slot: number; reason: string; debits: number; credits: number; transfers: number }>();
  for (const { accountId, slot, amount, transferId } of written.entries) {
    if (amount === 0 || accounts.get(accountId)?.kind.shared !== true) continue;
    const reason = reasons.get(transferId) ?? '';
    const total = totals.get(`${accountId}/${reason}`) ?? { accountId, slot, reason, debits: 0, credits: 0, transfers: 0 };
    totals.set(`${accountId}/${reason}`, total);
    if (amount < 0) total.debits -= amount;
    else total.credits += amount;
    total.transfers += 1;
  }
  if (totals.size === 0) return;
  const rows = [...totals.values()].toSorted((a, b) => a.accountId - b.accountId || (a.reason < b.reason ? -1 : 1));
  await ctx.tx.execute(
    `insert into ledger.hourly_totals as t (tenant_id, hour_at, account_id, reason, slot, debits, credits, transfers)
     select $1, date_trunc('hour', $2::timestamptz, 'UTC'), * from unnest($3::bigint[], $4::text[], $5::smallint[], $6::bigint[], $7::bigint[], $8::bigint[])
     on conflict (tenant_id, account_id, hour_at, reason, slot) do update
        set debits = t.debits + excluded.debits, credits = t.credits + excluded.credits, transfers = t.transfers + excluded.transfers`,
    [
      ctx.tenantId,
      ctx.now,
      rows.map((row) => row.accountId),
      rows.map((row) => row.reason),
      rows.map((row) => row.slot),
      rows.map((row) => row.debits),
      rows.map((row) => row.credits),
      rows.map((row) => row.transfers),
    ],
  );
}

async function writeHolds(ctx: LedgerContext, { written }: Book): Promise<void> {
  const holds = [...written.holds];
  const opened = holds.filter((hold) => hold.isNew);
  await ctx.tx.execute(
    `insert into ledger.holds (tenant_id, transfer_id, amount, status, posted_amount, expires_at, resolved_at)
     select $1, transfer_id, amount, status, posted_amount, expires_at, case when status <> 'pending' then $2::timestamptz end
       from unnest($3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::timestamptz[]) n(transfer_id, amount, status, posted_amount, expires_at)`,
    [
      ctx.tenantId,
      ctx.now,
      opened.map((hold) => hold.transferId),
      opened.map((hold) => hold.amount),
      opened.map((hold) => hold.status),
      opened.map((hold) => hold.postedAmount),
      opened.map((hold) => hold.expiresAt),
    ],
  );
  const resolved = holds.filter((hold) => !hold.isNew);
  if (resolved.length === 0) return;
  const changed = await ctx.tx.execute(
    `update ledger.holds h set status = n.status, posted_amount = n.posted_amount, resolved_at = $2
       from unnest($3::bigint[], $4::text[], $5::bigint[]) n(transfer_id, status, posted_amount)
      where h.tenant_id = $1 and h.transfer_id = n.transfer_id and h.status = 'pending'`,
    [
      ctx.tenantId,
      ctx.now,
      resolved.map((hold) => hold.transferId),
      resolved.map((hold) => hold.status),
      resolved.map((hold) => hold.postedAmount),
    ],
  );
  if (changed !== resolved.length) throw new TransferInProgress();
}

async function writeLots(ctx: LedgerContext, { written }: Book): Promise<void> {
  const lots = [...written.lots];
  const opened = lots.filter((lot) => lot.isNew);
  const changed = lots.filter((lot) => !lot.isNew);
  if (opened.length > 0) {
    await ctx.tx.execute(
      `insert into ledger.lots (tenant_id, lot_id, account_id, transfer_id, reference, amount, remaining, held, version,
                                granted_at, available_at, released_at, expires_at)
       select $1, lot_id, account_id, transfer_id, reference, amount, remaining, held, version, granted_at, available_at,
              case when available_at <= granted_at then granted_at end, expires_at
         from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::int[],
                     $10::timestamptz[], $11::timestamptz[], $12::timestamptz[])
              n(lot_id, account_id, transfer_id, reference, amount, remaining, held, version, granted_at, available_at, expires_at)`,
      [
        ctx.tenantId,
        opened.map((lot) => lot.lotId),
        opened.map((lot) => lot.accountId),
        opened.map((lot) => lot.transferId),
        opened.map((lot) => lot.reference),
        opened.map((lot) => lot.amount),
        opened.map((lot) => lot.remaining),
        opened.map((lot) => lot.held),
        opened.map((lot) => lot.version),
        opened.map((lot) => lot.grantedAt),
        opened.map((lot) => lot.availableAt),
        opened.map((lot) => lot.expiresAt),
      ],
    );
  }
  const { lotEntries } = written;
  await ctx.tx.execute(
    `with entered as (
       insert into ledger.lot_entries (tenant_id, lot_id, lot_version, transfer_id, amount, held, restores_id)
       select $1, * from unnest($2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]))
     update ledger.lots l set remaining = n.remaining, held = n.held, version = n.version
       from unnest($8::bigint[], $9::bigint[], $10::bigint[], $11::int[]) n(lot_id, remaining, held, version)
      where l.tenant_id = $1 and l.lot_id = n.lot_id`,
    [
      ctx.tenantId,
      lotEntries.map((row) => row.lotId),
      lotEntries.map((row) => row.lotVersion),
      lotEntries.map((row) => row.transferId),
      lotEntries.map((row) => row.amount),
      lotEntries.map((row) => row.held),
      lotEntries.map((row) => row.restoresId),
      changed.map((lot) => lot.lotId),
      changed.map((lot) => lot.remaining),
      changed.map((lot) => lot.held),
      changed.map((lot) => lot.version),
    ],
  );
}

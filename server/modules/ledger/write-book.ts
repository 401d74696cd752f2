import { actorRef } from '#platform/context';

import type { AccountState, Book, EntryRow, TransferRow } from './book.ts';
import type { LedgerContext } from './context.ts';
import { TransferInProgress } from './errors.ts';

/** Writes what was decided: a few statements however large the batch. */
export async function writeBook(ctx: LedgerContext, book: Book): Promise<void> {
  if (book.written.transfers.length === 0) return;
  await writeMovements(ctx, book);
  await writeTotals(ctx, book);
  if (book.written.holds.size > 0) await writeHolds(ctx, book);
  if (book.written.lots.size > 0) await writeLots(ctx, book);
}

/**
 * Transfers, entries and balances in one statement: the schema checks at its end that every transfer balances.
 * The balances exist and are locked; an upsert finds them by key whatever the planner knows of the table.
 */
async function writeMovements(ctx: LedgerContext, { accounts, written: { transfers, entries } }: Book): Promise<void> {
  const touched = [...accounts.values()].filter((account) => account.touched);
  try {
    await ctx.tx.execute(
      `with moved as (
         insert into ledger.transfers (tenant_id, posted_at, actor, transfer_id, key, kind, debit_account_id, credit_account_id, amount, unit,
                                       reason, reference, resolves_id, reverses_id, allow_debt, timeout_s)
         select $1, $2, $3, * from unnest($4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[],
                                          $11::text[], $12::text[], $13::bigint[], $14::bigint[], $15::boolean[], $16::int[])),
       entered as (
         insert into ledger.entries (tenant_id, entered_at, account_id, slot, account_seq, transfer_id, side, unit, amount, held,
                                     balance_after, held_after)
         select $1, $2, * from unnest($17::bigint[], $18::smallint[], $19::bigint[], $20::bigint[], $21::text[], $22::text[], $23::bigint[],
                                      $24::bigint[], $25::bigint[], $26::bigint[]))
       insert into ledger.balances (tenant_id, account_id, slot, overdraft, account_seq, balance, held, incoming, debt)
       select $1, * from unnest($27::bigint[], $28::smallint[], $29::text[], $30::bigint[], $31::bigint[], $32::bigint[], $33::bigint[], $34::bigint[])
       on conflict (tenant_id, account_id, slot) do update
          set account_seq = excluded.account_seq, balance = excluded.balance, held = excluded.held, incoming = excluded.incoming,
              debt = excluded.debt`,
      [
        ctx.tenantId,
        ctx.now,
        actorRef(ctx.actor),
        ...transferColumns(transfers),
        ...entryColumns(entries),
        ...balanceColumns(touched),
      ],
    );
  } catch (error) {
    // Reached only when two transactions post one key at the same moment and have no account row in common to take turns on.
    if ((error as { constraint?: string }).constraint === 'transfers_key') throw new TransferInProgress();
    throw error;
  }
}

function transferColumns(rows: readonly TransferRow[]): unknown[][] {
  return [
    rows.map((row) => row.transferId),
    rows.map((row) => row.key),
    rows.map((row) => row.kind),
    rows.map((row) => row.debitAccountId),
    rows.map((row) => row.creditAccountId),
    rows.map((row) => row.amount),
    rows.map((row) => row.unit),
    rows.map((row) => row.reason),
    rows.map((row) => row.reference),
    rows.map((row) => row.resolvesId),
    rows.map((row) => row.reversesId),
    rows.map((row) => row.allowDebt),
    rows.map((row) => row.timeoutS),
  ];
}

function entryColumns(rows: readonly EntryRow[]): unknown[][] {
  return [
    rows.map((row) => row.accountId),
    rows.map((row) => row.slot),
    rows.map((row) => row.accountSeq),
    rows.map((row) => row.transferId),
    rows.map((row) => row.side),
    rows.map((row) => row.unit),
    rows.map((row) => row.amount),
    rows.map((row) => row.held),
    rows.map((row) => row.balanceAfter),
    rows.map((row) => row.heldAfter),
  ];
}

function balanceColumns(rows: readonly AccountState[]): unknown[][] {
  return [
    rows.map((row) => row.accountId),
    rows.map((row) => row.slot),
    rows.map((row) => row.kind.overdraft),
    rows.map((row) => row.seq),
    rows.map((row) => row.balance),
    rows.map((row) => row.held),
    rows.map((row) => row.incoming),
    rows.map((row) => row.debt),
  ];
}

/** Adds to the hourly turnover of the shared accounts: one row per reason, in this connection's slot. */
async function writeTotals(ctx: LedgerContext, { accounts, written }: Book): Promise<void> {
  const reasons = new Map(written.transfers.map(({ transferId, reason }) => [transferId, reason]));
  const totals = new Map<
    string,
    { accountId: number; slot: number; reason: string; debits: number; credits: number; transfers: number }
  >();
  for (const { accountId, slot, amount, transferId } of written.entries) {
    if (amount === 0 || accounts.get(accountId)?.kind.shared !== true) continue;
    const reason = reasons.get(transferId) ?? '';
    const total = totals.get(`${accountId}/${reason}`) ?? {
      accountId,
      slot,
      reason,
      debits: 0,
      credits: 0,
      transfers: 0,
    };
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

/** Opens new lots and changes known ones, with the entries that explain each change. */
async function writeLots(ctx: LedgerContext, { written }: Book): Promise<void> {
  const lots = [...written.lots].toSorted((a, b) => a.lotId - b.lotId);
  const { lotEntries } = written;
  await ctx.tx.execute(
    `with entered as (
       insert into ledger.lot_entries (tenant_id, lot_id, lot_version, transfer_id, amount, held, restores_id)
       select $1, * from unnest($2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]))
     insert into ledger.lots as l (tenant_id, lot_id, account_id, transfer_id, reference, amount, remaining, held, version, granted_at,
                                   available_at, released_at, expires_at)
     select $1, lot_id, account_id, transfer_id, reference, amount, remaining, held, version, granted_at, available_at,
            case when available_at <= granted_at then granted_at end, expires_at
       from unnest($8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::int[],
                   $16::timestamptz[], $17::timestamptz[], $18::timestamptz[])
            n(lot_id, account_id, transfer_id, reference, amount, remaining, held, version, granted_at, available_at, expires_at)
     on conflict (tenant_id, lot_id) do update set remaining = excluded.remaining, held = excluded.held, version = excluded.version`,
    [
      ctx.tenantId,
      lotEntries.map((row) => row.lotId),
      lotEntries.map((row) => row.lotVersion),
      lotEntries.map((row) => row.transferId),
      lotEntries.map((row) => row.amount),
      lotEntries.map((row) => row.held),
      lotEntries.map((row) => row.restoresId),
      lots.map((lot) => lot.lotId),
      lots.map((lot) => lot.accountId),
      lots.map((lot) => lot.transferId),
      lots.map((lot) => lot.reference),
      lots.map((lot) => lot.amount),
      lots.map((lot) => lot.remaining),
      lots.map((lot) => lot.held),
      lots.map((lot) => lot.version),
      lots.map((lot) => lot.grantedAt),
      lots.map((lot) => lot.availableAt),
      lots.map((lot) => lot.expiresAt),
    ],
  );
}

import type { AccountKind, AccountRef, Owner } from './account.ts';
import type { LedgerContext } from './context.ts';
import { accountsById, lockAccounts } from './open-accounts.ts';
import { postTransfers } from './post-transfers.ts';

/** A lot as its owner sees it. */
export interface Lot {
  readonly lotId: number;
  readonly customerId: number | null;
  readonly originCustomerId: number | null;
  readonly reference: string;
  readonly amount: number;
  readonly remaining: number;
  readonly held: number;
  readonly grantedAt: Date;
  readonly availableAt: Date | null;
  readonly expiresAt: Date | null;
}

const lotColumns = `l.lot_id as "lotId", a.customer_id as "customerId", a.origin_customer_id as "originCustomerId", l.reference, l.amount,
  l.remaining, l.held, l.granted_at as "grantedAt", l.available_at as "availableAt", l.expires_at as "expiresAt"`;

/** A customer's lots that still hold something, over all merged accounts, in the order they will be spent. */
export function openLots(ctx: LedgerContext, kind: AccountKind, customerId: number): Promise<Lot[]> {
  return ctx.tx.query<Lot>(
    `select ${lotColumns} from ledger.accounts a join ledger.lots l using (tenant_id, account_id)
      where a.tenant_id = $1 and a.code = $2 and a.unit = $3 and a.customer_id = $4 and l.remaining > 0
      order by l.expires_at nulls last, l.lot_id`,
    [ctx.tenantId, kind.code, kind.unit, customerId],
  );
}

/** Sets when the lots of earlier transfers (by key) become spendable; lots already released keep their time. Answers how many changed. */
export async function setLotsAvailable(
  ctx: LedgerContext,
  changes: readonly { readonly transferKey: string; readonly availableAt: Date }[],
): Promise<number> {
  if (changes.length === 0) return 0;
  const keys = changes.map(({ transferKey }) => transferKey);
  const rows = await ctx.tx.query<{ account_id: number }>(
    `select distinct l.account_id from ledger.transfers t join ledger.lots l using (tenant_id, transfer_id)
      where t.tenant_id = $1 and t.key = any($2)`,
    [ctx.tenantId, keys],
  );
  await lockAccounts(
    ctx,
    await accountsById(
      ctx,
      rows.map((row) => row.account_id),
    ),
  );
  return ctx.tx.execute(
    `update ledger.lots l set available_at = n.available_at
       from unnest($2::text[], $3::timestamptz[]) n(key, available_at)
       join ledger.transfers t on t.tenant_id = $1 and t.key = n.key
      where l.tenant_id = $1 and l.transfer_id = t.transfer_id and l.released_at is null
        and l.available_at is distinct from n.available_at`,
    [ctx.tenantId, keys, changes.map(({ availableAt }) => availableAt)],
  );
}

/** Marks lots whose time has come as released, at most `limit`, and answers them once each, for announcing. */
export function releaseDueLots(ctx: LedgerContext, kind: AccountKind, limit = 1000): Promise<Lot[]> {
  return ctx.tx.query<Lot>(
    `update ledger.lots l set released_at = $4
       from ledger.accounts a
      where l.tenant_id = $1 and a.tenant_id = $1 and a.account_id = l.account_id and l.lot_id in (
        select d.lot_id from ledger.lots d join ledger.accounts o using (tenant_id, account_id)
         where d.tenant_id = $1 and o.code = $2 and o.unit = $3 and d.remaining > 0 and d.released_at is null and d.available_at <= $4
         order by d.available_at limit $5 for update of d skip locked)
      returning ${lotColumns}`,
    [ctx.tenantId, kind.code, kind.unit, ctx.now, limit],
  );
}

/** What customers will lose between two instants if they do not spend it, per customer in order; `after` is the last one of the page before. */
export function expiringSoon(
  ctx: LedgerContext,
  kind: AccountKind,
  { from, until, after, limit }: { from: Date; until: Date; after: number; limit: number },
): Promise<{ customerId: number; amount: number }[]> {
  return ctx.tx.query(
    `select a.customer_id as "customerId", sum(l.remaining - l.held)::bigint as amount
       from ledger.lots l join ledger.accounts a using (tenant_id, account_id)
      where l.tenant_id = $1 and a.code = $2 and a.unit = $3 and l.expires_at >= $4 and l.expires_at < $5 and l.remaining > l.held
        and a.customer_id > $6
      group by a.customer_id order by a.customer_id limit $7`,
    [ctx.tenantId, kind.code, kind.unit, from, until, after, limit],
  );
}

interface ExpiringRow {
  account_id: number;
  owner_kind: string;
  owner_id: string;
  origin_customer_id: number | null;
  customer_id: number | null;
  lot_id: number;
  version: number;
  reference: string;
  amount: number;
  expires_at: Date;
}

/** A lot's remainder that ran out. */
export interface ExpiredLot {
  readonly lotId: number;
  readonly originCustomerId: number | null;
  readonly customerId: number | null;
  readonly amount: number;
  readonly expiredAt: Date;
}

/** Moves what is left of overdue lots of a kind to `sink`, at most `limit` lots; held parts wait until their hold ends. */
export async function expireLots(
  ctx: LedgerContext,
  { kind, sink, reason, limit = 1000 }: { kind: AccountKind; sink: AccountRef; reason: string; limit?: number },
): Promise<ExpiredLot[]> {
  const candidates = await expiringLots(ctx, kind, null, limit);
  if (candidates.length === 0) return [];
  const accountIds = [...new Set(candidates.map((row) => row.account_id))];
  await lockAccounts(ctx, await accountsById(ctx, accountIds));
  // Read again under the lock: a spend may have used a lot up in between.
  const due = await expiringLots(ctx, kind, accountIds, limit);
  await postTransfers(
    ctx,
    due.map((row) => ({
      key: `lot-expiry:${row.lot_id}:${row.version}`,
      debit: { kind, owner: ownerOf(row) },
      credit: sink,
      amount: row.amount,
      reason,
      reference: row.reference,
      fromLot: row.lot_id,
    })),
  );
  return due.map((row) => ({
    lotId: row.lot_id,
    originCustomerId: row.origin_customer_id,
    customerId: row.customer_id,
    amount: row.amount,
    expiredAt: row.expires_at,
  }));
}

function ownerOf(row: ExpiringRow): Owner {
  return row.origin_customer_id === null || row.customer_id === null
    ? { kind: row.owner_kind, id: row.owner_id }
    : { kind: 'customer', originCustomerId: row.origin_customer_id, customerId: row.customer_id };
}

function expiringLots(
  ctx: LedgerContext,
  kind: AccountKind,
  accountIds: readonly number[] | null,
  limit: number,
): Promise<ExpiringRow[]> {
  return ctx.tx.query<ExpiringRow>(
    `select l.account_id, a.owner_kind, a.owner_id, a.origin_customer_id, a.customer_id, l.lot_id, l.version, l.reference,
            l.remaining - l.held as amount, l.expires_at
       from ledger.lots l join ledger.accounts a using (tenant_id, account_id)
      where l.tenant_id = $1 and a.code = $2 and a.unit = $3 and l.expires_at < $4 and l.remaining > l.held
        and ($5::bigint[] is null or l.account_id = any($5))
      order by l.expires_at, l.lot_id limit $6`,
    [ctx.tenantId, kind.code, kind.unit, ctx.now, accountIds, limit],
  );
}

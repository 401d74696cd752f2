import type { AccountKind, AccountRef } from './account.ts';
import { ownerIdOf } from './account.ts';
import type { LedgerContext } from './context.ts';

type Reader = Pick<LedgerContext, 'tx' | 'tenantId'>;

/** One line of a statement: what a transfer did, in the sense of the account (money in is positive). */
export interface StatementLine {
  readonly transferId: number;
  readonly accountId: number;
  readonly slot: number;
  readonly accountSeq: number;
  readonly kind: string;
  readonly reason: string;
  readonly reference: string;
  readonly amount: number;
  readonly held: number;
  readonly balanceAfter: number;
  readonly enteredAt: Date;
}

const lineColumns = `e.transfer_id as "transferId", e.account_id as "accountId", e.slot, e.account_seq as "accountSeq", t.kind, t.reason,
  t.reference, e.amount * case a.normal_side when 'credit' then 1 else -1 end as amount, e.held, e.balance_after as "balanceAfter",
  e.entered_at as "enteredAt"`;

/** The newest entries of one account before a transfer (exclusive), holds included. */
export function accountStatement(
  ctx: Reader,
  { accountId, before, limit }: { accountId: number; before?: number | undefined; limit: number },
): Promise<StatementLine[]> {
  return ctx.tx.query<StatementLine>(
    `select ${lineColumns}
       from ledger.entries e join ledger.transfers t using (tenant_id, transfer_id) join ledger.accounts a using (tenant_id, account_id)
      where e.tenant_id = $1 and e.account_id = $2 and ($3::bigint is null or e.transfer_id < $3)
      order by e.transfer_id desc limit $4`,
    [ctx.tenantId, accountId, before ?? null, limit],
  );
}

/**
 * What moved a customer's value of one kind, newest first, over all merged accounts; `balanceAfter` is the person's balance after each
 * line. Holds that moved nothing are left out.
 */
export function customerStatement(
  ctx: Reader,
  {
    kind,
    customerId,
    before,
    limit,
  }: { kind: AccountKind; customerId: number; before?: number | undefined; limit: number },
): Promise<StatementLine[]> {
  return ctx.tx.query<StatementLine>(
    `select * from (
       select ${lineColumns.replace(
         'e.balance_after as "balanceAfter"',
         `(sum(e.amount * case a.normal_side when 'credit' then 1 else -1 end) over (order by e.transfer_id))::bigint as "balanceAfter"`,
       )}
         from ledger.accounts a join ledger.entries e using (tenant_id, account_id) join ledger.transfers t using (tenant_id, transfer_id)
        where a.tenant_id = $1 and a.customer_id = $2 and a.code = $3 and a.unit = $4 and e.amount <> 0) s
      where $5::bigint is null or "transferId" < $5 order by "transferId" desc limit $6`,
    [ctx.tenantId, customerId, kind.code, kind.unit, before ?? null, limit],
  );
}

export interface TransferView {
  readonly transferId: number;
  readonly key: string;
  readonly kind: 'direct' | 'hold' | 'post' | 'void' | 'expire';
  readonly debit: string;
  readonly debitAccountId: number;
  readonly credit: string;
  readonly creditAccountId: number;
  readonly amount: number;
  readonly unit: string;
  readonly reason: string;
  readonly reference: string;
  readonly resolvesId: number | null;
  readonly reversesId: number | null;
  readonly actor: string;
  readonly postedAt: Date;
  /** Of a hold: what became of it. */
  readonly holdStatus: 'pending' | 'posted' | 'voided' | 'expired' | null;
}

export interface TransferFilter {
  readonly key?: string | undefined;
  readonly reason?: string | undefined;
  readonly reference?: string | undefined;
  readonly accountId?: number | undefined;
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Transfers that match a filter, newest first. */
export function findTransfers(ctx: Reader, filter: TransferFilter): Promise<TransferView[]> {
  return ctx.tx.query<TransferView>(
    `select t.transfer_id as "transferId", t.key, t.kind, d.code || '/' || d.owner_id as debit, t.debit_account_id as "debitAccountId",
            c.code || '/' || c.owner_id as credit, t.credit_account_id as "creditAccountId", t.amount, t.unit, t.reason, t.reference,
            t.resolves_id as "resolvesId", t.reverses_id as "reversesId", t.actor, t.posted_at as "postedAt", h.status as "holdStatus"
       from ledger.transfers t
       join ledger.accounts d on d.tenant_id = t.tenant_id and d.account_id = t.debit_account_id
       join ledger.accounts c on c.tenant_id = t.tenant_id and c.account_id = t.credit_account_id
       left join ledger.holds h on h.tenant_id = t.tenant_id and h.transfer_id = t.transfer_id
      where t.tenant_id = $1 and ($2::text is null or t.key = $2) and ($3::text is null or t.reason = $3)
        and ($4::text is null or t.reference = $4)
        and ($5::bigint is null or t.transfer_id in (select transfer_id from ledger.entries where tenant_id = $1 and account_id = $5))
        and ($6::timestamptz is null or t.posted_at >= $6) and ($7::timestamptz is null or t.posted_at < $7)
        and ($8::bigint is null or t.transfer_id < $8)
      order by t.transfer_id desc limit $9`,
    [
      ctx.tenantId,
      filter.key ?? null,
      filter.reason ?? null,
      filter.reference ?? null,
      filter.accountId ?? null,
      filter.from ?? null,
      filter.until ?? null,
      filter.before ?? null,
      filter.limit,
    ],
  );
}

export interface AccountView {
  readonly accountId: number;
  readonly code: string;
  readonly unit: string;
  readonly ownerKind: string;
  readonly ownerId: string;
  readonly customerId: number | null;
  readonly normalSide: 'debit' | 'credit';
  readonly balance: number;
  readonly held: number;
  readonly debt: number;
  readonly openedAt: Date;
}

export interface AccountFilter {
  readonly accountId?: number | undefined;
  readonly code?: string | undefined;
  readonly ownerKind?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly customerId?: number | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
}

/** Accounts that match a filter with their balances, in the order they were opened. */
export function findAccountViews(ctx: Reader, filter: AccountFilter): Promise<AccountView[]> {
  return ctx.tx.query<AccountView>(
    `select a.account_id as "accountId", a.code, a.unit, a.owner_kind as "ownerKind", a.owner_id as "ownerId", a.customer_id as "customerId",
            a.normal_side as "normalSide", b.balance, b.held, b.debt, a.opened_at as "openedAt"
       from (select * from ledger.accounts
              where tenant_id = $1 and ($2::bigint is null or account_id = $2) and ($3::text is null or code = $3)
                and ($4::text is null or owner_kind = $4) and ($5::text is null or owner_id = $5)
                and ($6::bigint is null or customer_id = $6) and ($7::bigint is null or account_id > $7)
              order by account_id limit $8) a
       cross join lateral (
         select coalesce(sum(balance), 0)::bigint as balance, coalesce(sum(held), 0)::bigint as held, coalesce(sum(debt), 0)::bigint as debt
           from ledger.balances where tenant_id = a.tenant_id and account_id = a.account_id) b
      order by a.account_id`,
    [
      ctx.tenantId,
      filter.accountId ?? null,
      filter.code ?? null,
      filter.ownerKind ?? null,
      filter.ownerId ?? null,
      filter.customerId ?? null,
      filter.after ?? null,
      filter.limit,
    ],
  );
}

export interface Turnover {
  /** First day of the month, day or hour of the tenant's clock. */
  readonly periodOn: string;
  readonly reason: string;
  readonly debits: number;
  readonly credits: number;
  readonly transfers: number;
}

/** What moved on a shared account per month and reason, in a time zone; reads the hourly totals, never the entries. */
export function monthlyTurnover(
  ctx: Reader,
  { account, from, until, zone }: { account: AccountRef; from: Date; until: Date; zone: string },
): Promise<Turnover[]> {
  return ctx.tx.query<Turnover>(
    `select date_trunc('month', h.hour_at at time zone $8)::date as "periodOn", h.reason, sum(h.debits)::bigint as debits,
            sum(h.credits)::bigint as credits, sum(h.transfers)::bigint as transfers
       from ledger.accounts a join ledger.hourly_totals h using (tenant_id, account_id)
      where a.tenant_id = $1 and a.owner_kind = $2 and a.owner_id = $3 and a.code = $4 and a.unit = $5
        and h.hour_at >= $6 and h.hour_at < $7
      group by 1, 2 order by 1, 2`,
    [
      ctx.tenantId,
      account.owner.kind,
      ownerIdOf(account.owner),
      account.kind.code,
      account.kind.unit,
      from,
      until,
      zone,
    ],
  );
}

/** The trial balance: per kind of account its count and sum, whose total per unit is zero when debit accounts count negative. */
export function trialBalance(ctx: Reader): Promise<
  {
    code: string;
    unit: string;
    normalSide: 'debit' | 'credit';
    accounts: number;
    balance: number;
    held: number;
    debt: number;
  }[]
> {
  return ctx.tx.query(
    `select a.code, a.unit, a.normal_side as "normalSide", count(distinct a.account_id) as accounts, sum(b.balance)::bigint as balance,
            sum(b.held)::bigint as held, sum(b.debt)::bigint as debt
       from ledger.accounts a join ledger.balances b using (tenant_id, account_id)
      where a.tenant_id = $1 group by a.code, a.unit, a.normal_side order by a.unit, a.code`,
    [ctx.tenantId],
  );
}

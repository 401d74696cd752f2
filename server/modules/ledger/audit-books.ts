import type { LedgerContext } from './context.ts';

/** One rule of the books and how many rows break it; `sample` names the first. */
export interface BookCheck {
  readonly check: string;
  readonly faults: number;
  readonly sample: string | null;
}

/** Each query answers one row per fault with a name for it; $1 is the tenant. */
const checks: Readonly<Record<string, string>> = {
  every_transfer_balances: `
    select t.transfer_id::text as name from ledger.transfers t left join ledger.entries e using (tenant_id, transfer_id)
     where t.tenant_id = $1 group by t.transfer_id
    having count(e.transfer_id) <> 2 or coalesce(sum(e.amount), 0) <> 0`,
  units_sum_to_zero: `
    select e.unit as name from ledger.entries e where e.tenant_id = $1 group by e.unit having sum(e.amount) <> 0`,
  balance_is_sum_of_entries: `
    select a.code || '/' || a.owner_id || '/' || b.slot as name
      from ledger.balances b join ledger.accounts a using (tenant_id, account_id)
      left join ledger.entries e using (tenant_id, account_id, slot)
     where b.tenant_id = $1 group by a.code, a.owner_id, a.normal_side, b.account_id, b.slot, b.balance, b.held, b.account_seq
    having b.balance <> coalesce(sum(e.amount), 0) * case a.normal_side when 'credit' then 1 else -1 end
        or b.held <> coalesce(sum(e.held), 0)
        or b.account_seq <> count(e.transfer_id) or b.account_seq <> coalesce(max(e.account_seq), 0)`,
  history_is_continuous: `
    select account_id || '/' || slot || '#' || account_seq as name from (
      select e.account_id, e.slot, e.account_seq, e.balance_after, e.held_after,
             sum(e.amount) over w * case a.normal_side when 'credit' then 1 else -1 end as balance, sum(e.held) over w as held
        from ledger.entries e join ledger.accounts a using (tenant_id, account_id) where e.tenant_id = $1
      window w as (partition by e.account_id, e.slot order by e.account_seq)) h
     where balance <> balance_after or held <> held_after`,
  nothing_below_its_floor: `
    select a.code || '/' || a.owner_id as name from ledger.balances b join ledger.accounts a using (tenant_id, account_id)
     where b.tenant_id = $1 and a.overdraft <> 'allowed'
       and (b.balance + b.debt - b.held < 0 or b.held < 0 or b.incoming < 0 or (b.debt > 0 and a.overdraft <> 'debt'))`,
  lots_minus_debt_is_balance: `
    select a.code || '/' || a.owner_id as name
      from ledger.balances b join ledger.accounts a using (tenant_id, account_id) left join ledger.lots l using (tenant_id, account_id)
     where b.tenant_id = $1 and a.has_lots group by a.code, a.owner_id, b.account_id, b.balance, b.held, b.debt
    having coalesce(sum(l.remaining), 0) - b.debt <> b.balance or coalesce(sum(l.held), 0) <> b.held`,
  lot_is_sum_of_its_entries: `
    select l.lot_id::text as name from ledger.lots l left join ledger.lot_entries e using (tenant_id, lot_id)
     where l.tenant_id = $1 group by l.lot_id, l.remaining, l.held, l.version
    having l.remaining <> coalesce(sum(e.amount), 0) or l.held <> coalesce(sum(e.held), 0) or l.version <> count(e.lot_id)`,
  holds_match_their_accounts: `
    select a.code || '/' || a.owner_id as name
      from ledger.balances b join ledger.accounts a using (tenant_id, account_id)
      left join (select x.tenant_id, x.account_id, sum(x.held) as held, sum(x.incoming) as incoming from (
              select t.tenant_id, t.debit_account_id as account_id,
                     case d.normal_side when 'credit' then h.amount else 0 end as held,
                     case d.normal_side when 'credit' then 0 else h.amount end as incoming
                from ledger.holds h join ledger.transfers t using (tenant_id, transfer_id)
                join ledger.accounts d on d.tenant_id = t.tenant_id and d.account_id = t.debit_account_id where h.status = 'pending'
              union all
              select t.tenant_id, t.credit_account_id,
                     case c.normal_side when 'debit' then h.amount else 0 end,
                     case c.normal_side when 'debit' then 0 else h.amount end
                from ledger.holds h join ledger.transfers t using (tenant_id, transfer_id)
                join ledger.accounts c on c.tenant_id = t.tenant_id and c.account_id = t.credit_account_id where h.status = 'pending') x
             group by x.tenant_id, x.account_id) p using (tenant_id, account_id)
     where b.tenant_id = $1 group by a.code, a.owner_id, b.account_id, p.held, p.incoming
    having sum(b.held) <> coalesce(p.held, 0) or sum(b.incoming) <> coalesce(p.incoming, 0)`,
  hourly_totals_match_entries: `
    select a.code as name
      from ledger.accounts a
      left join (select tenant_id, account_id, sum(credits - debits) as net from ledger.hourly_totals group by 1, 2) t using (tenant_id, account_id)
      left join (select tenant_id, account_id, sum(amount) as net from ledger.entries group by 1, 2) e using (tenant_id, account_id)
     where a.tenant_id = $1 and a.shared and coalesce(t.net, 0) <> coalesce(e.net, 0)`,
};

/** Recomputes the books of the tenant from their entries and answers every rule with the number of faults; all zeros is a clean audit. */
export async function auditBooks(ctx: Pick<LedgerContext, 'tx' | 'tenantId'>): Promise<BookCheck[]> {
  const results: BookCheck[] = [];
  for (const [check, query] of Object.entries(checks)) {
    const [row] = await ctx.tx.query<{ faults: number; sample: string | null }>(
      `select count(*) as faults, min(name) as sample from (${query}) f`,
      [ctx.tenantId],
    );
    results.push({ check, faults: row?.faults ?? 0, sample: row?.sample ?? null });
  }
  return results;
}

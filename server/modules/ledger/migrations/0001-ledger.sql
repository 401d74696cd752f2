-- Double-entry books for every kind of value: points, stored value, commission, deposits, coupon budgets.
-- A transfer never changes once written; corrections are reversing transfers. Amounts are whole units (fen, points), always positive.

create sequence ledger.account_ids;
create sequence ledger.transfer_ids;
create sequence ledger.lot_ids;

-- Who owns value of which unit. A customer's account belongs for ever to the customer it was opened for (origin); `customer_id` is
-- the person today, re-pointed by merge and unmerge. A customer's balance is the sum over the accounts of the person.
create table ledger.accounts (
  tenant_id          int not null,
  account_id         bigint not null default nextval('ledger.account_ids'),
  code               text not null check (code ~ '^[a-z][a-z0-9_]{0,62}$'),
  unit               text not null check (unit ~ '^[A-Z][A-Z0-9_]{0,31}$'),
  owner_kind         text not null check (owner_kind ~ '^[a-z][a-z_]{0,31}$'),
  owner_id           text not null check (length(owner_id) <= 100),
  origin_customer_id bigint,
  customer_id        bigint,
  normal_side        text not null check (normal_side in ('debit', 'credit')),
  -- refused: never below zero; debt: below zero only by transfers that say so; allowed: no floor.
  overdraft          text not null check (overdraft in ('refused', 'debt', 'allowed')),
  -- A shared account is touched by everybody, so its balance is spread over slots and summed when read.
  shared             boolean not null,
  has_lots           boolean not null,
  opened_at          timestamptz not null default now(),
  primary key (tenant_id, account_id),
  unique (tenant_id, code, owner_kind, owner_id, unit),
  unique (tenant_id, account_id, overdraft),
  check ((owner_kind = 'customer') = (origin_customer_id is not null)),
  check ((origin_customer_id is null) = (customer_id is null)),
  check (not shared or (overdraft = 'allowed' and not has_lots))
);
create index accounts_customer on ledger.accounts (tenant_id, customer_id, code) where customer_id is not null;
create index accounts_origin on ledger.accounts (tenant_id, origin_customer_id) where origin_customer_id is not null;

-- The moving part of an account, in the sense of its normal side. `held` is what pending transfers may still take, `incoming` what they
-- may still bring, `debt` what was taken below zero. With lots: balance = sum of remaining lots - debt.
create table ledger.balances (
  tenant_id   int not null,
  account_id  bigint not null,
  slot        smallint not null default 0,
  overdraft   text not null,
  account_seq bigint not null default 0 check (account_seq >= 0),
  balance     bigint not null default 0 check (balance between -9007199254740991 and 9007199254740991),
  held        bigint not null default 0 check (held between -9007199254740991 and 9007199254740991),
  incoming    bigint not null default 0 check (incoming between -9007199254740991 and 9007199254740991),
  debt        bigint not null default 0 check (debt between 0 and 9007199254740991),
  primary key (tenant_id, account_id, slot),
  foreign key (tenant_id, account_id, overdraft) references ledger.accounts (tenant_id, account_id, overdraft),
  constraint balance_not_below_floor check (overdraft = 'allowed' or balance + debt - held >= 0),
  constraint debt_only_where_allowed check (debt = 0 or overdraft = 'debt'),
  constraint holds_not_negative check (overdraft = 'allowed' or (held >= 0 and incoming >= 0))
) with (fillfactor = 60);

create table ledger.transfers (
  tenant_id         int not null,
  transfer_id       bigint not null,
  -- The caller's idempotency key: same key and content is the same transfer.
  key               text not null check (length(key) between 1 and 200),
  kind              text not null check (kind in ('direct', 'hold', 'post', 'void', 'expire')),
  debit_account_id  bigint not null,
  credit_account_id bigint not null,
  amount            bigint not null check (amount between 1 and 9007199254740991),
  unit              text not null,
  -- Why value moved, e.g. `points.earn`; and for what, e.g. `order:1234`.
  reason            text not null check (length(reason) between 1 and 64),
  reference         text not null default '' check (length(reference) <= 200),
  resolves_id       bigint,
  reverses_id       bigint,
  allow_debt        boolean not null default false,
  timeout_s         int check (timeout_s > 0),
  actor             text not null,
  posted_at         timestamptz not null,
  primary key (tenant_id, transfer_id),
  constraint transfers_key unique (tenant_id, key),
  check (debit_account_id <> credit_account_id),
  check ((kind in ('post', 'void', 'expire')) = (resolves_id is not null)),
  check (timeout_s is null or kind = 'hold')
);
create index transfers_reference on ledger.transfers (tenant_id, reference) where reference <> '';
create index transfers_time on ledger.transfers (tenant_id, posted_at, transfer_id);
create index transfers_reverses on ledger.transfers (tenant_id, reverses_id) where reverses_id is not null;
select platform.append_only('ledger.transfers');

-- What each transfer did to each account. `amount` counts credits positive and debits negative, so a transfer's entries sum to zero;
-- `held` is the change of the account's holds. `account_seq` is dense per account and slot: the history has no gaps.
create table ledger.entries (
  tenant_id     int not null,
  account_id    bigint not null,
  slot          smallint not null,
  account_seq   bigint not null check (account_seq > 0),
  transfer_id   bigint not null,
  side          text not null check (side in ('debit', 'credit')),
  unit          text not null,
  amount        bigint not null check (case side when 'debit' then amount <= 0 else amount >= 0 end),
  held          bigint not null,
  balance_after bigint not null,
  held_after    bigint not null,
  entered_at    timestamptz not null,
  primary key (tenant_id, account_id, slot, account_seq)
);
create unique index entries_transfer on ledger.entries (tenant_id, transfer_id, side);
create index entries_statement on ledger.entries (tenant_id, account_id, entered_at desc, transfer_id desc);
select platform.append_only('ledger.entries');

-- Transfers and their entries are written by one statement. At its end every transfer has its two entries with its amount, and the
-- entries of each transfer sum to zero; the unique side keeps later statements from adding to it.
-- Checked per statement: deferred row triggers cost half of a batch's time. Look-ups row by row, because a plan kept from when the
-- tables were young would scan the grown ones.
create function ledger.check_transfers_have_entries() returns trigger language plpgsql set enable_seqscan = off as $$
declare broken bigint;
begin
  select w.transfer_id into broken from written w
   where (select count(*) from ledger.entries e
           where e.tenant_id = w.tenant_id and e.transfer_id = w.transfer_id and e.unit = w.unit
             and e.account_id = case e.side when 'debit' then w.debit_account_id else w.credit_account_id end
             and abs(e.amount) = case when w.kind in ('direct', 'post') then w.amount else 0 end) <> 2
   limit 1;
  if found then raise exception 'transfer % does not balance', broken using errcode = '23514'; end if;
  return null;
end $$;
create trigger transfers_balance after insert on ledger.transfers
  referencing new table as written for each statement execute function ledger.check_transfers_have_entries();

create function ledger.check_entries_balance() returns trigger language plpgsql as $$
declare broken bigint;
begin
  select w.transfer_id into broken from written w
   group by w.tenant_id, w.transfer_id having count(*) <> 2 or sum(w.amount) <> 0 or min(w.unit) <> max(w.unit) limit 1;
  if found then raise exception 'the entries of transfer % do not balance', broken using errcode = '23514'; end if;
  return null;
end $$;
create trigger entries_balance after insert on ledger.entries
  referencing new table as written for each statement execute function ledger.check_entries_balance();

-- The state of a two-phase transfer: pending until posted (wholly or partly), voided, or expired.
create table ledger.holds (
  tenant_id     int not null,
  transfer_id   bigint not null,
  amount        bigint not null check (amount > 0),
  status        text not null check (status in ('pending', 'posted', 'voided', 'expired')),
  posted_amount bigint not null default 0,
  expires_at    timestamptz,
  resolved_at   timestamptz,
  primary key (tenant_id, transfer_id),
  check (posted_amount between 0 and amount and (status = 'posted') = (posted_amount > 0)),
  check ((status = 'pending') = (resolved_at is null))
);
create index holds_expiring on ledger.holds (expires_at) where status = 'pending' and expires_at is not null;

-- A parcel of value with its own life: spendable from available_at (null: not yet known) until expires_at (null: never), oldest first.
create table ledger.lots (
  tenant_id    int not null,
  lot_id       bigint not null,
  account_id   bigint not null,
  transfer_id  bigint not null,
  reference    text not null,
  amount       bigint not null check (amount > 0),
  remaining    bigint not null,
  held         bigint not null default 0,
  version      int not null default 0,
  granted_at   timestamptz not null,
  available_at timestamptz,
  -- When the change from pending to available was announced.
  released_at  timestamptz,
  expires_at   timestamptz,
  primary key (tenant_id, lot_id),
  check (held >= 0 and held <= remaining and remaining <= amount)
) with (fillfactor = 80);
create index lots_open on ledger.lots (tenant_id, account_id, expires_at, lot_id) where remaining > 0;
create index lots_reference on ledger.lots (tenant_id, reference) where reference <> '';
create index lots_expiring on ledger.lots (expires_at) where remaining > 0 and expires_at is not null;
create index lots_releasing on ledger.lots (available_at) where remaining > 0 and released_at is null;

-- What each transfer did to each lot; their sum is the lot's remaining and held amount.
create table ledger.lot_entries (
  tenant_id    int not null,
  lot_id       bigint not null,
  lot_version  int not null,
  transfer_id  bigint not null,
  amount       bigint not null,
  held         bigint not null,
  -- The spend this entry gives back.
  restores_id  bigint,
  primary key (tenant_id, lot_id, lot_version)
);
create index lot_entries_transfer on ledger.lot_entries (tenant_id, transfer_id);
create index lot_entries_restores on ledger.lot_entries (tenant_id, restores_id) where restores_id is not null;
select platform.append_only('ledger.lot_entries');

-- Turnover of shared accounts by hour (UTC) and reason, kept while posting: reports never scan the entries.
create table ledger.hourly_totals (
  tenant_id  int not null,
  account_id bigint not null,
  hour_at    timestamptz not null,
  reason     text not null,
  slot       smallint not null,
  debits     bigint not null default 0,
  credits    bigint not null default 0,
  transfers  bigint not null default 0,
  primary key (tenant_id, account_id, hour_at, reason, slot)
) with (fillfactor = 80);

select platform.tag_columns('ledger.accounts',
  p0 => 'code unit normal_side overdraft shared has_lots',
  p1 => 'tenant_id account_id owner_kind owner_id origin_customer_id customer_id opened_at');
select platform.tag_columns('ledger.balances',
  p0 => 'overdraft', p1 => 'tenant_id account_id slot account_seq balance held incoming debt');
select platform.tag_columns('ledger.transfers',
  p0 => 'kind unit reason',
  p1 => 'tenant_id transfer_id key debit_account_id credit_account_id amount reference resolves_id reverses_id allow_debt timeout_s actor posted_at');
select platform.tag_columns('ledger.entries',
  p0 => 'side unit', p1 => 'tenant_id account_id slot account_seq transfer_id amount held balance_after held_after entered_at');
select platform.tag_columns('ledger.holds',
  p0 => 'status', p1 => 'tenant_id transfer_id amount posted_amount expires_at resolved_at');
select platform.tag_columns('ledger.lots',
  p1 => 'tenant_id lot_id account_id transfer_id reference amount remaining held version granted_at available_at released_at expires_at');
select platform.tag_columns('ledger.lot_entries',
  p1 => 'tenant_id lot_id lot_version transfer_id amount held restores_id');
select platform.tag_columns('ledger.hourly_totals',
  p0 => 'reason', p1 => 'tenant_id account_id hour_at slot debits credits transfers');

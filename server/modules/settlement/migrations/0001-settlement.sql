-- One order that earns a partner commission under a plan; the version is that of the partner's period.
create table settlement.entries (
  tenant_id                  int not null,
  plan_id                    uuid not null,
  order_id                   uuid not null,
  partner_customer_id        bigint not null,
  partner_origin_customer_id bigint not null,
  buyer_customer_id          bigint not null,
  buyer_origin_customer_id   bigint not null,
  period_on                  date not null check (extract(day from period_on) = 1),
  currency                   text not null,
  paid_at                    timestamptz not null,
  is_first_order             boolean not null,
  received_at                timestamptz,
  -- From then on the commission is payable; what changes later moves the payable account.
  confirmed_at               timestamptz,
  -- Present target and what led to it.
  kept_base_minor            bigint not null default 0,
  target_minor               bigint not null default 0,
  rate_bps                   int not null default 0,
  band                       smallint not null default 0,
  primary key (tenant_id, plan_id, order_id)
);
create index entries_by_period on settlement.entries (tenant_id, plan_id, partner_origin_customer_id, period_on);
create index entries_by_order on settlement.entries (tenant_id, order_id);
create index entries_by_partner on settlement.entries (tenant_id, partner_customer_id, paid_at desc);
create index entries_to_confirm on settlement.entries (received_at) where confirmed_at is null and received_at is not null;
select platform.tag_columns('settlement.entries', p1 => 'tenant_id plan_id order_id partner_customer_id partner_origin_customer_id buyer_customer_id
  buyer_origin_customer_id period_on currency paid_at is_first_order received_at confirmed_at kept_base_minor target_minor rate_bps band');

-- A partner's month under a plan, bound to the version it began with; closed, its rates come from that version for ever.
create table settlement.periods (
  tenant_id                  int not null,
  plan_id                    uuid not null,
  partner_origin_customer_id bigint not null,
  partner_customer_id        bigint not null,
  period_on                  date not null,
  version                    int not null,
  closed_at                  timestamptz,
  primary key (tenant_id, plan_id, partner_origin_customer_id, period_on)
);
select platform.tag_columns('settlement.periods', p1 => 'tenant_id plan_id partner_origin_customer_id partner_customer_id period_on version closed_at');

-- A partner's bill of one month. Frozen: its lines never change; later corrections are lines of a later one.
create table settlement.statements (
  tenant_id                  int not null,
  statement_id               uuid not null,
  partner_customer_id        bigint not null,
  partner_origin_customer_id bigint not null,
  period_on                  date not null,
  currency                   text not null,
  total_minor                bigint not null,
  lines_count                int not null,
  state                      text not null default 'open' check (state in ('open', 'accepted', 'disputed')),
  dispute_reason             text check (length(dispute_reason) <= 500),
  created_at                 timestamptz not null default now(),
  answered_at                timestamptz,
  primary key (tenant_id, statement_id),
  unique (tenant_id, partner_origin_customer_id, period_on, currency)
);
create index statements_by_time on settlement.statements (tenant_id, period_on desc, created_at desc);
create index statements_by_partner on settlement.statements (tenant_id, partner_customer_id, period_on desc);
select platform.tag_columns('settlement.statements', p1 => 'tenant_id statement_id partner_customer_id partner_origin_customer_id period_on currency
  total_minor lines_count state dispute_reason created_at answered_at');

-- Every movement of commission, each with its ledger transfer of the same key: estimated, confirmed, reversed.
create table settlement.lines (
  tenant_id                  int not null,
  line_id                    uuid not null,
  plan_id                    uuid not null,
  version                    int not null,
  order_id                   uuid not null,
  partner_customer_id        bigint not null,
  partner_origin_customer_id bigint not null,
  period_on                  date not null,
  currency                   text not null,
  -- estimated: moves what is expected; payable: moves what is owed, and goes on a statement.
  kind                       text not null check (kind in ('estimated', 'payable')),
  amount_minor               bigint not null check (amount_minor <> 0),
  -- The rule that produced it: rate, band, mode, measure and the base before and after.
  reason                     jsonb not null,
  ledger_key                 text not null,
  at                         timestamptz not null,
  statement_id               uuid,
  primary key (tenant_id, line_id),
  unique (tenant_id, ledger_key),
  foreign key (tenant_id, statement_id) references settlement.statements,
  check (statement_id is null or kind = 'payable')
);
create index lines_by_order on settlement.lines (tenant_id, plan_id, order_id);
create index lines_to_state on settlement.lines (tenant_id, partner_origin_customer_id, currency) where kind = 'payable' and statement_id is null;
create index lines_by_statement on settlement.lines (tenant_id, statement_id) where statement_id is not null;
select platform.tag_columns('settlement.lines', p1 => 'tenant_id line_id plan_id version order_id partner_customer_id partner_origin_customer_id
  period_on currency kind amount_minor reason ledger_key at statement_id');

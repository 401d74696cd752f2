-- One shared link: who shared what, and from whose link they had it. Following parents leads to the origin.
create table referral.traces (
  tenant_id                 int not null,
  trace_id                  uuid not null,
  -- Opaque, typeable and with a checksum; says nothing about who or what.
  code                      text not null check (code ~ '^[2-9A-HJ-NP-Z]{17}$'),
  parent_trace_id           uuid,
  origin_trace_id           uuid not null,
  depth                     int not null check (depth between 0 and 1000),
  sharer_customer_id        bigint not null,
  sharer_origin_customer_id bigint not null,
  shared_kind               text not null check (shared_kind in ('mall', 'product', 'coupon')),
  shared_id                 text not null default '',
  created_at                timestamptz not null,
  primary key (tenant_id, trace_id),
  foreign key (tenant_id, parent_trace_id) references referral.traces,
  check ((parent_trace_id is null) = (depth = 0)),
  check ((parent_trace_id is null) = (origin_trace_id = trace_id))
);
create unique index traces_code on referral.traces (code);
-- The same person sharing the same thing from the same link gets the same link again.
create unique index traces_same on referral.traces
  (tenant_id, sharer_origin_customer_id, shared_kind, shared_id, coalesce(parent_trace_id, '00000000-0000-0000-0000-000000000000'));
create index traces_children on referral.traces (tenant_id, parent_trace_id, created_at) where parent_trace_id is not null;
create index traces_by_sharer on referral.traces (tenant_id, sharer_customer_id, created_at desc);
create index traces_by_origin on referral.traces (tenant_id, origin_trace_id);
select platform.tag_columns('referral.traces', p1 => 'tenant_id trace_id code parent_trace_id origin_trace_id depth sharer_customer_id
  sharer_origin_customer_id shared_kind shared_id created_at');

-- Someone opened a link. Once per visitor and day, however often they reload.
create table referral.visits (
  tenant_id          int not null,
  visit_id           uuid not null,
  trace_id           uuid not null,
  customer_id        bigint not null,
  origin_customer_id bigint not null,
  visited_on         date not null,
  first_at           timestamptz not null,
  last_at            timestamptz not null,
  primary key (tenant_id, visit_id),
  foreign key (tenant_id, trace_id) references referral.traces,
  unique (tenant_id, trace_id, origin_customer_id, visited_on)
);
create index visits_by_customer on referral.visits (tenant_id, customer_id, last_at desc);
create index visits_by_trace on referral.visits (tenant_id, trace_id);
select platform.tag_columns('referral.visits', p1 => 'tenant_id visit_id trace_id customer_id origin_customer_id visited_on first_at last_at');

-- To whom an order is owed, and why. Decided once, when it is paid.
create table referral.attributions (
  tenant_id                 int not null,
  order_id                  uuid not null,
  trace_id                  uuid not null,
  sharer_customer_id        bigint not null,
  sharer_origin_customer_id bigint not null,
  buyer_customer_id         bigint not null,
  buyer_origin_customer_id  bigint not null,
  amount_minor              bigint not null,
  currency                  text not null,
  paid_at                   timestamptz not null,
  visited_at                timestamptz not null,
  is_first_order            boolean not null,
  -- `last_touch` or `order_link`; the screens put it into words with the visit's time.
  reason                    text not null check (reason in ('last_touch', 'order_link')),
  primary key (tenant_id, order_id),
  foreign key (tenant_id, trace_id) references referral.traces
);
create index attributions_by_trace on referral.attributions (tenant_id, trace_id);
create index attributions_by_sharer on referral.attributions (tenant_id, sharer_customer_id, paid_at desc);
select platform.tag_columns('referral.attributions', p1 => 'tenant_id order_id trace_id sharer_customer_id sharer_origin_customer_id buyer_customer_id
  buyer_origin_customer_id amount_minor currency paid_at visited_at is_first_order reason');

-- A link is opened before anybody knows which company it belongs to: the code alone finds it, and it cannot be guessed.
create function referral.find_trace(wanted text)
returns table (tenant_id int, trace_id uuid, shared_kind text, shared_id text) language sql stable security definer
set search_path = pg_catalog as
$$ select t.tenant_id, t.trace_id, t.shared_kind, t.shared_id from referral.traces t where t.code = wanted $$;
revoke all on function referral.find_trace from public;

-- What a coupon promises. Terms are fixed once published: a coupon in a customer's hand never changes its meaning.
create table coupons.templates (
  tenant_id          int not null,
  template_id        uuid not null,
  name               text not null check (length(name) between 1 and 80),
  description        text not null default '' check (length(description) <= 500),
  status             text not null default 'draft' check (status in ('draft', 'published', 'ended')),
  kind               text not null check (kind in ('amount_off', 'percent_off')),
  rule               jsonb not null,
  scope              jsonb not null,
  -- One coupon per group in an order; an exclusive one goes with no other.
  stacking_group     text not null default 'coupon' check (length(stacking_group) between 1 and 40),
  is_exclusive       boolean not null default false,
  priority           int not null default 100,
  -- Either fixed days, or a number of days from receipt.
  valid_from         timestamptz,
  valid_until        timestamptz,
  valid_days         int check (valid_days between 1 and 3650),
  is_claimable       boolean not null default false,
  claim_from         timestamptz,
  claim_until        timestamptz,
  -- How many may be issued at all, and to one person.
  cap                bigint check (cap > 0),
  per_customer_limit int not null default 1 check (per_customer_limit between 1 and 1000),
  budget_fen         bigint check (budget_fen > 0),
  -- The most one coupon can cost, for the budget; null when it has no ceiling.
  unit_cost_fen      bigint check (unit_cost_fen > 0),
  created_at         timestamptz not null,
  changed_at         timestamptz not null,
  published_at       timestamptz,
  ended_at           timestamptz,
  primary key (tenant_id, template_id),
  check ((valid_days is null) <> (valid_until is null)),
  check (valid_from is null or valid_until is null or valid_from < valid_until),
  check (budget_fen is null or unit_cost_fen is not null),
  check (status = 'draft' or published_at is not null)
);
create index templates_status on coupons.templates (tenant_id, status, created_at desc);

create function coupons.keep_terms() returns trigger language plpgsql as $$
begin
  if old.status <> 'draft' and (new.kind, new.rule, new.scope, new.stacking_group, new.is_exclusive, new.valid_from, new.valid_until,
      new.valid_days, new.unit_cost_fen, new.per_customer_limit)
    is distinct from (old.kind, old.rule, old.scope, old.stacking_group, old.is_exclusive, old.valid_from, old.valid_until,
      old.valid_days, old.unit_cost_fen, old.per_customer_limit) then
    raise exception 'the terms of a published coupon do not change' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger keep_terms before update on coupons.templates for each row execute function coupons.keep_terms();

-- How many are out: the row everybody who issues takes turns on, kept apart so that the template's own row stays still.
create table coupons.issuance (
  tenant_id   int not null,
  template_id uuid not null,
  ceiling     bigint,
  issued      bigint not null default 0 check (issued >= 0),
  primary key (tenant_id, template_id),
  foreign key (tenant_id, template_id) references coupons.templates,
  constraint issued_within_ceiling check (ceiling is null or issued <= ceiling)
) with (fillfactor = 50);

create table coupons.coupons (
  tenant_id          int not null,
  coupon_id          uuid not null,
  template_id        uuid not null,
  -- What a store scans or types.
  code               text not null check (code ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  origin_customer_id bigint not null,
  customer_id        bigint not null,
  status             text not null default 'issued' check (status in ('issued', 'locked', 'used', 'expired', 'voided')),
  -- The act that issued it; repeating the act issues nothing more.
  issue_key          text not null check (length(issue_key) between 1 and 200),
  valid_from         timestamptz not null,
  valid_until        timestamptz not null,
  issued_at          timestamptz not null,
  order_id           uuid,
  locked_at          timestamptz,
  used_at            timestamptz,
  ended_at           timestamptz,
  void_reason        text,
  discount_fen       bigint check (discount_fen >= 0),
  used_channel       text,
  used_store_id      int,
  primary key (tenant_id, coupon_id),
  unique (tenant_id, code),
  unique (tenant_id, template_id, issue_key, origin_customer_id),
  check ((status = 'locked') <= (order_id is not null and locked_at is not null)),
  check ((status = 'used') = (used_at is not null)),
  check ((status = 'voided') = (void_reason is not null))
) with (fillfactor = 85);
create index coupons_customer on coupons.coupons (tenant_id, customer_id, template_id);
create index coupons_origin on coupons.coupons (tenant_id, origin_customer_id);
create index coupons_template on coupons.coupons (tenant_id, template_id, status);
create index coupons_order on coupons.coupons (tenant_id, order_id) where order_id is not null;
create index coupons_expiring on coupons.coupons (valid_until) where status = 'issued';

-- Issuing to many: resumable, each step one transaction that moves the cursor with the coupons it issued.
create table coupons.batches (
  tenant_id   int not null,
  batch_id    uuid not null,
  template_id uuid not null,
  segment_id  uuid,
  status      text not null default 'running' check (status in ('running', 'done', 'stopped')),
  stop_reason text,
  -- The last customer of the segment, or the last chunk of the list, that is done.
  cursor      bigint not null default 0,
  planned     bigint not null,
  seen        bigint not null default 0,
  issued      bigint not null default 0,
  created_by  text not null,
  created_at  timestamptz not null,
  finished_at timestamptz,
  primary key (tenant_id, batch_id),
  foreign key (tenant_id, template_id) references coupons.templates,
  check ((status = 'running') = (finished_at is null))
);
create index batches_time on coupons.batches (tenant_id, created_at desc);

create table coupons.batch_chunks (
  tenant_id    int not null,
  batch_id     uuid not null,
  chunk_no     int not null,
  customer_ids bigint[] not null,
  primary key (tenant_id, batch_id, chunk_no),
  foreign key (tenant_id, batch_id) references coupons.batches
);

select platform.tag_columns('coupons.templates',
  p0 => 'name description status kind rule scope stacking_group is_exclusive priority valid_from valid_until valid_days is_claimable
    claim_from claim_until cap per_customer_limit',
  p1 => 'tenant_id template_id budget_fen unit_cost_fen created_at changed_at published_at ended_at');
select platform.tag_columns('coupons.issuance', p1 => 'tenant_id template_id ceiling issued');
select platform.tag_columns('coupons.coupons',
  p1 => 'tenant_id coupon_id template_id code origin_customer_id customer_id status issue_key valid_from valid_until issued_at order_id
    locked_at used_at ended_at void_reason discount_fen used_channel used_store_id');
select platform.tag_columns('coupons.batches',
  p1 => 'tenant_id batch_id template_id segment_id status stop_reason cursor planned seen issued created_by created_at finished_at');
select platform.tag_columns('coupons.batch_chunks', p1 => 'tenant_id batch_id chunk_no customer_ids');

-- What is known about a customer. Every fact stands under its origin (the identifier that brought it), so that merging and splitting
-- only re-points `customer_id`; the columns on the customer's row are projections of these facts.
alter table customers.customers rename column spend_fen to spend_minor;
alter table customers.customers add column spend_currency text not null default 'CNY' check (spend_currency ~ '^[A-Z]{3}$');
select platform.tag_columns('customers.customers', p1 => 'spend_minor spend_currency');
create index customers_spend on customers.customers (tenant_id, spend_minor desc, customer_id) where status = 'active' and is_known;
create index customers_orders on customers.customers (tenant_id, orders_count desc, customer_id) where status = 'active' and is_known;
create index customers_created on customers.customers (tenant_id, created_at desc, customer_id) where status = 'active' and is_known;

-- What one source says of one attribute under one identifier. The golden value of a customer is chosen among all of theirs: locked by
-- staff first, then priority, then the newest; a golden null means the attribute was deleted.
create table customers.traits (
  tenant_id     int not null,
  identifier_id bigint not null,
  name          text not null check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  source_id     int not null,
  customer_id   bigint not null,
  value         jsonb,
  value_cipher  bytea,
  -- For attributes staff search by (the name).
  blind_index   bytea,
  said_at       timestamptz not null,
  priority      smallint not null default 0,
  is_locked     boolean not null default false,
  primary key (tenant_id, identifier_id, name, source_id),
  check (value is null or value_cipher is null)
) with (fillfactor = 90);
create index traits_customer on customers.traits (tenant_id, customer_id, name);
create index traits_blind on customers.traits (tenant_id, blind_index) where blind_index is not null;
select platform.tag_columns('customers.traits',
  p1 => 'tenant_id identifier_id name source_id customer_id value said_at priority is_locked', p2 => 'value_cipher blind_index');

-- Attributes a tenant adds to the built-in ones.
create table customers.attributes (
  tenant_id  int not null,
  name       text not null check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  label      text not null check (length(label) between 1 and 60),
  type       text not null check (type in ('text', 'number', 'date', 'boolean', 'choice')),
  choices    text[] not null default '{}',
  group_code text not null default 'custom',
  is_personal boolean not null default false,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (tenant_id, name),
  check ((type = 'choice') = (cardinality(choices) > 0))
);
select platform.tag_columns('customers.attributes',
  p1 => 'tenant_id name label type choices group_code is_personal created_at archived_at');

-- Orders that count, per origin and currency; a customer's figures are sums over their origins.
create table customers.order_totals (
  tenant_id          int not null,
  origin_customer_id bigint not null,
  currency           text not null,
  customer_id        bigint not null,
  orders_count       int not null,
  spend_minor        bigint not null,
  first_order_at     timestamptz,
  last_order_at      timestamptz,
  primary key (tenant_id, origin_customer_id, currency)
) with (fillfactor = 80);
create index order_totals_customer on customers.order_totals (tenant_id, customer_id);
select platform.tag_columns('customers.order_totals',
  p1 => 'tenant_id origin_customer_id currency customer_id orders_count spend_minor first_order_at last_order_at');

-- What a person agreed to and took back, for ever. In force is the newest per purpose, channel and origin; over the origins of one
-- customer the most restrictive.
create table customers.consents (
  tenant_id          int not null,
  consent_id         uuid not null,
  origin_customer_id bigint not null,
  customer_id        bigint not null,
  purpose            text not null,
  channel            text not null default '',
  is_granted         boolean not null,
  policy_version     text not null,
  source             text not null,
  given_at           timestamptz not null,
  primary key (tenant_id, consent_id)
);
create index consents_customer on customers.consents (tenant_id, customer_id, purpose, channel);
create index consents_origin on customers.consents (tenant_id, origin_customer_id, purpose, channel, given_at desc);
select platform.tag_columns('customers.consents',
  p1 => 'tenant_id consent_id origin_customer_id customer_id purpose channel is_granted policy_version source given_at');

-- Every event of everybody, compact: read by the origins of a customer, so that merging and splitting never touch it.
create table customers.timeline (
  tenant_id          int not null,
  origin_customer_id bigint not null,
  at                 timestamptz not null,
  -- 53 bits of the message id: an order among events of one instant, and no event twice.
  n                  bigint not null,
  name               text not null,
  channel            text not null default '',
  source_id          int not null,
  -- What staff may look the event up by: an order number, a ticket number.
  reference          text not null default '',
  details            jsonb not null,
  primary key (tenant_id, origin_customer_id, at, n)
) partition by range (at);
create index timeline_reference on customers.timeline (tenant_id, reference) where reference <> '';
select platform.tag_columns('customers.timeline',
  p1 => 'tenant_id origin_customer_id at n name channel source_id reference details');

-- Adds the partitions of the given months. Attaching one to the table lets writers of the others go on.
create function customers.ensure_timeline_months(months date[]) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare month date; partition text;
begin
  foreach month in array months loop
    if month <> date_trunc('month', month)::date or month < '1990-01-01' or month > '2100-01-01' then
      raise exception 'not a month of the timeline: %', month using errcode = '22023';
    end if;
    partition := 'timeline_' || to_char(month, 'YYYYMM');
    if to_regclass('customers.' || partition) is null then
      perform pg_advisory_xact_lock(7301003);
      if to_regclass('customers.' || partition) is null then
        execute format('create table customers.%I (like customers.timeline including all)', partition);
        execute format('alter table customers.%I enable row level security', partition);
        execute format('alter table customers.timeline attach partition customers.%I for values from (%L) to (%L)',
                       partition, month::timestamptz, (month + interval '1 month')::timestamptz);
      end if;
    end if;
  end loop;
end $$;
revoke all on function customers.ensure_timeline_months from public;

-- Projections onto the scoped customer rows, whatever stores the caller may see; each checks the tenant itself.
create function customers.project(
  tenant int, ids bigint[], stores int[], tiers text[], orders int[], spends bigint[], currencies text[], firsts timestamptz[], lasts timestamptz[]
) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform customers.assert_tenant(tenant);
  update customers.customers c
     set store_id = n.store, tier_code = n.tier, orders_count = n.orders, spend_minor = n.spend, spend_currency = n.currency,
         first_order_at = n.first, last_order_at = n.last
    from unnest(ids, stores, tiers, orders, spends, currencies, firsts, lasts) n(id, store, tier, orders, spend, currency, first, last)
   where c.tenant_id = tenant and c.customer_id = n.id
     and (c.store_id, c.tier_code, c.orders_count, c.spend_minor, c.spend_currency, c.first_order_at, c.last_order_at)
         is distinct from (n.store, n.tier, n.orders, n.spend, n.currency, n.first, n.last);
end $$;

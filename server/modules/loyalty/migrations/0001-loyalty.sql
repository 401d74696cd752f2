-- What an order has earned so far. The ledger holds the points; this row holds the target they follow: floor(rate * kept base).
create table loyalty.order_points (
  tenant_id          int not null,
  order_id           uuid not null,
  origin_customer_id bigint not null,
  customer_id        bigint not null,
  -- Points per 10,000 whole units of money, fixed at the first earning: rate times the member's multiplier then.
  rate_bps           int not null check (rate_bps >= 0),
  base_minor         bigint not null,
  points             bigint not null,
  -- Counts the changes; part of each transfer's key.
  version            int not null default 0,
  -- Earnings that a refund may take back, oldest first: [{ "version", "points", "left" }].
  earnings           jsonb not null default '[]',
  -- The points spread over the lines by largest remainder: [{ "sku", "points" }].
  lines              jsonb not null default '[]',
  bought_at          timestamptz not null,
  received_at        timestamptz,
  available_at       timestamptz not null,
  expires_at         timestamptz not null,
  changed_at         timestamptz not null,
  primary key (tenant_id, order_id)
);
create index order_points_customer on loyalty.order_points (tenant_id, customer_id, bought_at desc);
create index order_points_origin on loyalty.order_points (tenant_id, origin_customer_id);

-- Orders whose receipt was announced before their payment was.
create table loyalty.early_receipts (
  tenant_id   int not null,
  order_id    uuid not null,
  received_at timestamptz not null,
  primary key (tenant_id, order_id)
);

-- Points put into an order as part of its payment: reserved at checkout, spent when paid, freed when not.
create table loyalty.redemptions (
  tenant_id     int not null,
  order_id      uuid not null,
  customer_id   bigint not null,
  status        text not null default 'held' check (status in ('held', 'posted', 'released')),
  points        bigint not null check (points > 0),
  offset_fen    bigint not null check (offset_fen > 0),
  -- Whose accounts of the merged person it came from: [{ "originCustomerId", "points" }].
  parts         jsonb not null,
  returned      bigint not null default 0,
  held_at       timestamptz not null,
  ended_at      timestamptz,
  primary key (tenant_id, order_id),
  check (returned between 0 and points),
  check (returned = 0 or status = 'posted')
);

-- Spent points given back, once per refund.
create table loyalty.point_returns (
  tenant_id   int not null,
  order_id    uuid not null,
  refund_key  text not null check (length(refund_key) between 1 and 100),
  points      bigint not null check (points > 0),
  returned_at timestamptz not null,
  primary key (tenant_id, order_id, refund_key),
  foreign key (tenant_id, order_id) references loyalty.redemptions
);

-- A customer's place in a programme.
create table loyalty.members (
  tenant_id      int not null,
  programme_id   uuid not null,
  customer_id    bigint not null,
  status         text not null default 'active' check (status in ('active', 'merged')),
  joined_at      timestamptz not null,
  tier_code      text,
  -- When the tier was reached, and the start of the period that renewal looks at.
  tier_since     timestamptz,
  period_from    timestamptz,
  valid_until    timestamptz,
  -- Granted by a person or bought: refunds do not take it back before this time.
  granted_until  timestamptz,
  observed_until timestamptz,
  primary key (tenant_id, programme_id, customer_id),
  check ((tier_code is null) = (tier_since is null))
);
create index members_customer on loyalty.members (tenant_id, customer_id);
create index members_tier on loyalty.members (tenant_id, programme_id, tier_code, customer_id) where status = 'active';
create index members_renewal on loyalty.members (valid_until) where status = 'active' and valid_until is not null;

create table loyalty.tier_changes (
  tenant_id    int not null,
  change_id    uuid not null,
  programme_id uuid not null,
  customer_id  bigint not null,
  from_tier    text,
  to_tier      text,
  cause        text not null check (cause in ('reached', 'refund', 'renewal', 'inactivity', 'granted', 'merged')),
  -- In codes and numbers, for the screen to put in words.
  reason       jsonb not null,
  actor        text not null,
  changed_at   timestamptz not null,
  primary key (tenant_id, change_id)
);
create index tier_changes_customer on loyalty.tier_changes (tenant_id, customer_id, changed_at desc);
create index tier_changes_time on loyalty.tier_changes (tenant_id, programme_id, changed_at);
select platform.append_only('loyalty.tier_changes');

-- How often a customer was rewarded for a behaviour, per day of the brand, for the caps.
create table loyalty.behaviour_days (
  tenant_id   int not null,
  customer_id bigint not null,
  rule        text not null,
  day_on      date not null,
  times       int not null check (times > 0),
  primary key (tenant_id, customer_id, rule, day_on)
);

select platform.tag_columns('loyalty.order_points',
  p1 => 'tenant_id order_id origin_customer_id customer_id rate_bps base_minor points version earnings lines bought_at received_at
    available_at expires_at changed_at');
select platform.tag_columns('loyalty.early_receipts', p1 => 'tenant_id order_id received_at');
select platform.tag_columns('loyalty.redemptions',
  p1 => 'tenant_id order_id customer_id status points offset_fen parts returned held_at ended_at');
select platform.tag_columns('loyalty.point_returns', p1 => 'tenant_id order_id refund_key points returned_at');
select platform.tag_columns('loyalty.members',
  p1 => 'tenant_id programme_id customer_id status joined_at tier_code tier_since period_from valid_until granted_until observed_until');
select platform.tag_columns('loyalty.tier_changes',
  p1 => 'tenant_id change_id programme_id customer_id from_tier to_tier cause reason actor changed_at');
select platform.tag_columns('loyalty.behaviour_days', p1 => 'tenant_id customer_id rule day_on times');

-- The shop's settings; absent means the defaults.
create table mall.shops (
  tenant_id      int not null primary key,
  settings       jsonb,
  revision       int not null default 0,
  -- Signs what the sandbox payment provider reports; sealed.
  sandbox_secret bytea,
  updated_at     timestamptz not null default now(),
  updated_by     text not null
);
select platform.tag_columns('mall.shops', p1 => 'tenant_id settings revision updated_at updated_by', p4 => 'sandbox_secret');

-- A browser or mini-program that shops without being signed in; only the hash of its secret is kept.
create table mall.visitors (
  tenant_id          int not null,
  visitor_id         uuid not null,
  token_sha256       bytea not null,
  customer_id        bigint,
  origin_customer_id bigint,
  buyer_name         bytea,
  buyer_phone        bytea,
  created_at         timestamptz not null,
  primary key (tenant_id, visitor_id),
  unique (tenant_id, token_sha256),
  check ((customer_id is null) = (origin_customer_id is null)),
  check ((buyer_name is null) = (buyer_phone is null))
);
create index visitors_by_origin on mall.visitors (tenant_id, origin_customer_id) where origin_customer_id is not null;
select platform.tag_columns('mall.visitors', p1 => 'tenant_id visitor_id token_sha256 customer_id origin_customer_id created_at',
  p2 => 'buyer_name buyer_phone');

-- One code per phone at a time; the code itself is kept as a keyed hash only.
create table mall.sign_in_codes (
  tenant_id   int not null,
  phone_index bytea not null,
  code_hash   bytea not null,
  expires_at  timestamptz not null,
  attempts    int not null default 0,
  primary key (tenant_id, phone_index)
);
select platform.tag_columns('mall.sign_in_codes', p1 => 'tenant_id expires_at attempts', p2 => 'phone_index code_hash');

-- A cart belongs to a visitor until sign-in, then to the customer. After customers merge, one person may own several.
create table mall.carts (
  tenant_id          int not null,
  cart_id            uuid not null,
  visitor_id         uuid,
  customer_id        bigint,
  origin_customer_id bigint,
  changed_at         timestamptz not null,
  primary key (tenant_id, cart_id),
  check ((customer_id is null) = (origin_customer_id is null)),
  check ((visitor_id is null) <> (customer_id is null))
);
create unique index carts_by_visitor on mall.carts (tenant_id, visitor_id) where visitor_id is not null;
create unique index carts_by_origin on mall.carts (tenant_id, origin_customer_id) where origin_customer_id is not null;
create index carts_by_customer on mall.carts (tenant_id, customer_id) where customer_id is not null;
select platform.tag_columns('mall.carts', p1 => 'tenant_id cart_id visitor_id customer_id origin_customer_id changed_at');

create table mall.cart_lines (
  tenant_id   int not null,
  cart_id     uuid not null,
  sku_id      uuid not null,
  quantity    int not null check (quantity between 1 and 999),
  is_selected boolean not null default true,
  added_at    timestamptz not null,
  primary key (tenant_id, cart_id, sku_id),
  foreign key (tenant_id, cart_id) references mall.carts on delete cascade
);
select platform.tag_columns('mall.cart_lines', p1 => 'tenant_id cart_id sku_id quantity is_selected added_at');

create table mall.addresses (
  tenant_id          int not null,
  address_id         uuid not null,
  visitor_id         uuid,
  customer_id        bigint,
  origin_customer_id bigint,
  name               bytea not null,
  phone              bytea not null,
  province           text not null,
  city               text not null,
  district           text not null,
  street             bytea not null,
  is_default         boolean not null,
  changed_at         timestamptz not null,
  primary key (tenant_id, address_id),
  check ((customer_id is null) = (origin_customer_id is null)),
  check ((visitor_id is null) <> (customer_id is null))
);
create index addresses_by_visitor on mall.addresses (tenant_id, visitor_id) where visitor_id is not null;
create index addresses_by_customer on mall.addresses (tenant_id, customer_id) where customer_id is not null;
create index addresses_by_origin on mall.addresses (tenant_id, origin_customer_id) where origin_customer_id is not null;
select platform.tag_columns('mall.addresses', p1 => 'tenant_id address_id visitor_id customer_id origin_customer_id province city district
  is_default changed_at', p2 => 'name phone street');

-- The mall is the source of these orders: their state is decided here and reported to the pool of all channels' orders.
create table mall.orders (
  tenant_id          int not null,
  order_id           uuid not null,
  order_no           text not null,
  visitor_id         uuid,
  customer_id        bigint not null,
  origin_customer_id bigint not null,
  -- Chosen by the client: the same checkout submitted twice is one order.
  submitted_by       text not null,
  submit_key         uuid not null,
  submit_hash        bytea not null,
  state              text not null check (state in ('unpaid', 'paid', 'shipped', 'received', 'cancelled', 'refunded')),
  -- Time of the last report to the pool: each report is later than the one before, whoever's clock made it.
  reported_at        timestamptz not null,
  currency           text not null,
  payable_fen        bigint not null check (payable_fen >= 0),
  goods_fen          bigint not null check (goods_fen >= 0),
  discount_fen       bigint not null check (discount_fen >= 0),
  points_fen         bigint not null check (points_fen >= 0),
  freight_fen        bigint not null check (freight_fen >= 0),
  points             bigint not null check (points >= 0),
  refunded_fen       bigint not null default 0,
  -- Lines with what was paid for each in which way, and the steps of the price.
  lines              jsonb not null,
  steps              jsonb not null,
  coupon_ids         uuid[] not null default '{}',
  attribution        jsonb not null default '{}',
  -- The stock reservation in force.
  reservation_ref    text not null,
  receiver           bytea not null,
  remark             bytea,
  placed_at          timestamptz not null,
  pay_before         timestamptz not null,
  paid_at            timestamptz,
  shipped_at         timestamptz,
  received_at        timestamptz,
  cancelled_at       timestamptz,
  cancel_reason      text not null default '',
  primary key (tenant_id, order_id),
  unique (tenant_id, order_no),
  unique (tenant_id, submitted_by, submit_key),
  -- The order adds up.
  check (payable_fen = goods_fen - discount_fen - points_fen + freight_fen),
  check (refunded_fen between 0 and payable_fen)
);
create index orders_by_customer on mall.orders (tenant_id, customer_id, order_id desc);
create index orders_by_origin on mall.orders (tenant_id, origin_customer_id);
create index orders_by_visitor on mall.orders (tenant_id, visitor_id, order_id desc) where visitor_id is not null;
create index orders_unpaid on mall.orders (pay_before) where state = 'unpaid';
create index orders_shipped on mall.orders (shipped_at) where state = 'shipped';
select platform.tag_columns('mall.orders', p1 => 'tenant_id order_id order_no visitor_id customer_id origin_customer_id submitted_by submit_key
  submit_hash state reported_at currency payable_fen goods_fen discount_fen points_fen freight_fen points refunded_fen lines steps coupon_ids
  attribution reservation_ref placed_at pay_before paid_at shipped_at received_at cancelled_at cancel_reason', p2 => 'receiver remark');

create table mall.shipments (
  tenant_id   int not null,
  order_id    uuid not null,
  shipment_no text not null,
  carrier     text not null,
  tracking_no text not null,
  shipped_at  timestamptz not null,
  primary key (tenant_id, order_id, shipment_no),
  unique (tenant_id, order_id, carrier, tracking_no),
  foreign key (tenant_id, order_id) references mall.orders
);
select platform.tag_columns('mall.shipments', p1 => 'tenant_id order_id shipment_no carrier tracking_no shipped_at');

create table mall.payments (
  tenant_id    int not null,
  payment_id   uuid not null,
  order_id     uuid not null,
  provider     text not null check (provider in ('sandbox')),
  amount_fen   bigint not null check (amount_fen >= 0),
  state        text not null check (state in ('open', 'paid', 'declined', 'closed', 'refunding', 'refunded')),
  -- The provider's own number of the payment.
  provider_no  text,
  opened_at    timestamptz not null,
  paid_at      timestamptz,
  refunded_fen bigint not null default 0,
  primary key (tenant_id, payment_id),
  foreign key (tenant_id, order_id) references mall.orders,
  -- Never more goes back than came.
  check (refunded_fen between 0 and amount_fen)
);
create unique index payments_open on mall.payments (tenant_id, order_id) where state = 'open';
create index payments_by_order on mall.payments (tenant_id, order_id);
create unique index payments_by_provider_no on mall.payments (tenant_id, provider, provider_no) where provider_no is not null;
select platform.tag_columns('mall.payments', p1 => 'tenant_id payment_id order_id provider amount_fen state provider_no opened_at paid_at
  refunded_fen');

-- Everything a provider reported and what was made of it. A repeat only counts up.
create table mall.payment_notices (
  tenant_id      int not null,
  notice_id      uuid not null,
  provider       text not null,
  notice_no      text not null,
  content_sha256 bytea not null,
  provider_no    text not null,
  payment_id     uuid,
  order_id       uuid,
  state          text not null,
  amount_fen     bigint not null,
  outcome        text not null,
  received_at    timestamptz not null,
  repeats        int not null default 0,
  primary key (tenant_id, notice_id),
  unique (tenant_id, provider, notice_no)
);
create index payment_notices_by_order on mall.payment_notices (tenant_id, order_id) where order_id is not null;
select platform.tag_columns('mall.payment_notices', p1 => 'tenant_id notice_id provider notice_no content_sha256 provider_no payment_id order_id
  state amount_fen outcome received_at repeats');

create table mall.refunds (
  tenant_id          int not null,
  refund_id          uuid not null,
  order_id           uuid not null,
  customer_id        bigint not null,
  origin_customer_id bigint not null,
  kind               text not null check (kind in ('refund_only', 'return', 'automatic')),
  state              text not null check (state in ('requested', 'approved', 'done', 'refused', 'withdrawn')),
  -- Per line: quantity, money and points.
  lines              jsonb not null,
  freight_fen        bigint not null check (freight_fen >= 0),
  amount_fen         bigint not null check (amount_fen >= freight_fen),
  points             bigint not null check (points >= 0),
  reason             text not null,
  description        bytea,
  reply              text not null default '',
  requested_at       timestamptz not null,
  done_at            timestamptz,
  primary key (tenant_id, refund_id),
  foreign key (tenant_id, order_id) references mall.orders,
  check ((state = 'done') = (done_at is not null))
);
create index refunds_by_order on mall.refunds (tenant_id, order_id);
create index refunds_by_time on mall.refunds (tenant_id, refund_id desc);
create index refunds_by_origin on mall.refunds (tenant_id, origin_customer_id);
select platform.tag_columns('mall.refunds', p1 => 'tenant_id refund_id order_id customer_id origin_customer_id kind state lines freight_fen
  amount_fen points reason reply requested_at done_at', p2 => 'description');

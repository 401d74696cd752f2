-- Orders of all channels in one shape. Amounts are integers in the minor unit of the order's currency.
create table orders.orders (
  tenant_id           int not null,
  order_id            uuid not null,
  -- 0 is our own mall; else the source (shop, POS, file) that reported the order.
  source_id           int not null default 0,
  source_order_no     text not null check (length(source_order_no) between 1 and 64),
  channel             text not null check (length(channel) between 1 and 32),
  shop                text not null default '',
  store_id            int,
  kind                text not null default 'sale' check (kind in ('sale', 'return', 'adjustment')),
  currency            text not null default 'CNY' check (currency ~ '^[A-Z]{3}$'),
  status              text not null check (status in ('placed', 'paid', 'shipped', 'received', 'cancelled', 'refunded')),
  placed_at           timestamptz not null,
  paid_at             timestamptz,
  shipped_at          timestamptz,
  received_at         timestamptz,
  cancelled_at        timestamptz,
  goods_minor         bigint not null default 0,
  discount_minor      bigint not null default 0,
  freight_minor       bigint not null default 0,
  tax_minor           bigint not null default 0,
  payable_minor       bigint not null default 0,
  paid_minor          bigint not null default 0,
  refunded_minor      bigint not null default 0,
  -- What analysis counts: the goods lines that are not excluded; 0 when the order is. Refunds are subtracted from it.
  counted_minor       bigint not null default 0,
  customer_id         bigint,
  origin_customer_id  bigint,
  receiver_name       bytea,
  receiver_phone      bytea,
  receiver_address    bytea,
  receiver_phone_index bytea,
  province            text not null default '',
  city                text not null default '',
  district            text not null default '',
  remark              bytea,
  attribution         jsonb not null default '{}',
  flags               text[] not null default '{}',
  review              text not null default 'auto' check (review in ('auto', 'included', 'excluded')),
  is_excluded         boolean not null default false,
  rules_version       int not null default 0,
  -- Milestones already announced: 1 placed, 2 paid, 4 shipped, 8 received, 16 cancelled, 32 returned.
  announced           smallint not null default 0,
  -- Version of each part: source time, stage, upload, content hash; the greater one wins, whatever arrives first.
  head_version        bytea,
  receiver_version    bytea,
  lines_version       bytea,
  payments_version    bytea,
  refunds_version     bytea,
  shipments_version   bytea,
  import_id           uuid,
  recorded_at         timestamptz not null,
  changed_at          timestamptz not null,
  primary key (tenant_id, order_id),
  unique (tenant_id, source_id, source_order_no),
  check ((customer_id is null) = (origin_customer_id is null)),
  check (refunded_minor >= 0)
);
create index orders_by_time on orders.orders (tenant_id, placed_at desc, order_id desc);
create index orders_by_customer on orders.orders (tenant_id, customer_id, placed_at desc) where customer_id is not null;
create index orders_by_origin on orders.orders (tenant_id, origin_customer_id) where origin_customer_id is not null;
create index orders_by_phone on orders.orders (tenant_id, receiver_phone_index) where receiver_phone_index is not null;
create index orders_by_store on orders.orders (tenant_id, store_id, placed_at desc) where store_id is not null;
create index orders_by_import on orders.orders (tenant_id, import_id) where import_id is not null;
create index orders_flagged on orders.orders (tenant_id, placed_at desc, order_id desc) where flags <> '{}';
select platform.scope_by_store('orders.orders');
select platform.tag_columns('orders.orders',
  p0 => 'kind currency status',
  p1 => 'tenant_id order_id source_id source_order_no channel shop store_id placed_at paid_at shipped_at received_at cancelled_at goods_minor
    discount_minor freight_minor tax_minor payable_minor paid_minor refunded_minor counted_minor customer_id origin_customer_id province city
    district attribution flags review is_excluded rules_version announced head_version receiver_version lines_version payments_version refunds_version
    shipments_version import_id recorded_at changed_at',
  p2 => 'receiver_name receiver_phone receiver_address receiver_phone_index remark');

create table orders.order_lines (
  tenant_id         int not null,
  order_id          uuid not null,
  line_no           int not null check (line_no > 0),
  source_line_no    text not null default '',
  kind              text not null default 'goods' check (kind in ('goods', 'freight', 'fee', 'discount', 'gift_card', 'adjustment')),
  sku_id            uuid,
  product_id        uuid,
  sku_code          text not null default '',
  title             text not null default '',
  spec              text not null default '',
  quantity          int not null default 0,
  unit_price_minor  bigint not null default 0,
  discount_minor    bigint not null default 0,
  -- What the buyer owes for the whole line after all discounts; negative on returns.
  amount_minor      bigint not null default 0,
  -- Only when a line was rung up at another minute than its order.
  added_at          timestamptz,
  flags             text[] not null default '{}',
  review            text not null default 'auto' check (review in ('auto', 'included', 'excluded')),
  is_excluded       boolean not null default false,
  -- No foreign key: lines are only ever written with their order, and checking each costs three times what storing it does.
  primary key (tenant_id, order_id, line_no)
);
select platform.tag_columns('orders.order_lines', p0 => 'kind', p1 => 'tenant_id order_id line_no source_line_no sku_id product_id sku_code
  title spec quantity unit_price_minor discount_minor amount_minor added_at flags review is_excluded');

create table orders.payments (
  tenant_id    int not null,
  order_id     uuid not null,
  payment_no   text not null,
  method       text not null default '',
  amount_minor bigint not null default 0 check (amount_minor >= 0),
  paid_at      timestamptz not null,
  primary key (tenant_id, order_id, payment_no),
  foreign key (tenant_id, order_id) references orders.orders
);
select platform.tag_columns('orders.payments', p1 => 'tenant_id order_id payment_no method amount_minor paid_at');

create table orders.refunds (
  tenant_id       int not null,
  order_id        uuid not null,
  refund_no       text not null,
  line_no         int,
  status          text not null check (status in ('requested', 'done', 'refused')),
  quantity        int not null default 0 check (quantity >= 0),
  amount_minor    bigint not null default 0 check (amount_minor >= 0),
  reason          text not null default '',
  requested_at    timestamptz,
  refunded_at     timestamptz,
  -- How much of it has been announced as 'Order Refunded'.
  announced_minor bigint not null default 0,
  primary key (tenant_id, order_id, refund_no),
  foreign key (tenant_id, order_id) references orders.orders,
  check (status <> 'done' or refunded_at is not null)
);
select platform.tag_columns('orders.refunds', p1 => 'tenant_id order_id refund_no line_no status quantity amount_minor reason requested_at
  refunded_at announced_minor');

create table orders.shipments (
  tenant_id   int not null,
  order_id    uuid not null,
  shipment_no text not null,
  carrier     text not null default '',
  tracking_no text not null default '',
  shipped_at  timestamptz,
  received_at timestamptz,
  primary key (tenant_id, order_id, shipment_no),
  foreign key (tenant_id, order_id) references orders.orders
);
select platform.tag_columns('orders.shipments', p1 => 'tenant_id order_id shipment_no carrier tracking_no shipped_at received_at');

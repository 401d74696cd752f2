-- Where goods stand: a warehouse, or a store that ships and hands over.
create table catalog.locations (
  tenant_id   int not null,
  location_id int not null,
  kind        text not null check (kind in ('warehouse', 'store')),
  store_id    int,
  name        text not null check (length(name) between 1 and 60),
  -- Smaller is preferred when several locations can deliver.
  priority    int not null default 100,
  is_enabled  boolean not null default true,
  primary key (tenant_id, location_id),
  check ((kind = 'store') = (store_id is not null))
);
create unique index locations_by_store on catalog.locations (tenant_id, store_id) where store_id is not null;
select platform.tag_columns('catalog.locations', p0 => 'tenant_id location_id kind store_id name priority is_enabled');

-- Pieces on hand and how many of them are promised. Hot SKUs are spread over several buckets so that buyers do not queue on one row.
create table catalog.stock (
  tenant_id   int not null,
  sku_id      uuid not null,
  location_id int not null,
  bucket      smallint not null default 0 check (bucket >= 0),
  on_hand     int not null default 0 check (on_hand >= 0),
  reserved    int not null default 0 check (reserved >= 0),
  primary key (tenant_id, sku_id, location_id, bucket),
  foreign key (tenant_id, sku_id) references catalog.skus,
  foreign key (tenant_id, location_id) references catalog.locations,
  constraint stock_never_oversold check (reserved <= on_hand)
) with (fillfactor = 50);
select platform.tag_columns('catalog.stock', p1 => 'tenant_id sku_id location_id bucket on_hand reserved');

-- Every change of a quantity on hand, with its reason. The sum over a stock row is its quantity on hand.
create table catalog.stock_moves (
  tenant_id   int not null,
  move_id     uuid not null,
  sku_id      uuid not null,
  location_id int not null,
  bucket      smallint not null default 0,
  moved_at    timestamptz not null,
  reason      text not null check (reason in
    ('received', 'sold', 'returned', 'counted', 'damaged', 'transferred_out', 'transferred_in', 'rebalanced')),
  quantity    int not null check (quantity <> 0),
  reference   text not null default '',
  actor       text not null,
  primary key (tenant_id, move_id)
);
create index stock_moves_by_sku on catalog.stock_moves (tenant_id, sku_id, location_id, moved_at desc, move_id desc);
select platform.append_only('catalog.stock_moves');
select platform.tag_columns('catalog.stock_moves', p1 => 'tenant_id move_id sku_id location_id bucket moved_at reason quantity reference actor');

-- A promise of stock to one order (its reference), until it is committed, released, or its time runs out.
create table catalog.reservations (
  tenant_id      int not null,
  reservation_id uuid not null,
  reference      text not null check (length(reference) between 1 and 100),
  state          text not null default 'held' check (state in ('held', 'committed', 'released', 'expired')),
  held_at        timestamptz not null,
  expires_at     timestamptz not null,
  ended_at       timestamptz,
  primary key (tenant_id, reservation_id),
  unique (tenant_id, reference),
  check (expires_at > held_at),
  check ((state = 'held') = (ended_at is null))
);
create index reservations_due on catalog.reservations (expires_at) where state = 'held';
select platform.tag_columns('catalog.reservations', p1 => 'tenant_id reservation_id reference state held_at expires_at ended_at');

create table catalog.reservation_lines (
  tenant_id      int not null,
  reservation_id uuid not null,
  sku_id         uuid not null,
  location_id    int not null,
  bucket         smallint not null,
  quantity       int not null check (quantity > 0),
  primary key (tenant_id, reservation_id, sku_id, location_id, bucket),
  foreign key (tenant_id, reservation_id) references catalog.reservations
);
select platform.tag_columns('catalog.reservation_lines', p1 => 'tenant_id reservation_id sku_id location_id bucket quantity');

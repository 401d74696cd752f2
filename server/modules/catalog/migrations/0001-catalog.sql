-- What is sold, for how much, and how many of it stand where.
create table catalog.categories (
  tenant_id   int not null,
  category_id uuid not null,
  parent_id   uuid,
  name        text not null check (length(name) between 1 and 60),
  position    int not null default 0,
  is_hidden   boolean not null default false,
  primary key (tenant_id, category_id),
  foreign key (tenant_id, parent_id) references catalog.categories,
  check (parent_id <> category_id)
);
select platform.tag_columns('catalog.categories', p0 => 'tenant_id category_id parent_id name position is_hidden');

create table catalog.products (
  tenant_id      int not null,
  product_id     uuid not null,
  code           text not null check (length(code) between 1 and 64),
  title          text not null check (length(title) between 1 and 120),
  subtitle       text not null default '' check (length(subtitle) <= 200),
  kind           text not null check (kind in ('goods', 'bundle', 'virtual', 'service', 'card')),
  status         text not null default 'draft' check (status in ('draft', 'on_sale', 'off_sale')),
  category_id    uuid,
  brand_name     text not null default '',
  media          jsonb not null default '[]',
  details        jsonb not null default '[]',
  attributes     jsonb not null default '{}',
  spec_names     text[] not null default '{}',
  -- Lowest and highest sale price over the enabled SKUs, for lists sorted by price.
  min_price_fen  bigint,
  max_price_fen  bigint,
  sold_quantity  bigint not null default 0,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  on_sale_since  timestamptz,
  primary key (tenant_id, product_id),
  unique (tenant_id, code),
  foreign key (tenant_id, category_id) references catalog.categories,
  check (min_price_fen >= 0 and max_price_fen >= min_price_fen)
);
create index products_by_category on catalog.products (tenant_id, category_id, status, on_sale_since desc, product_id);
create index products_by_age on catalog.products (tenant_id, status, on_sale_since desc, product_id);
create index products_by_price on catalog.products (tenant_id, status, min_price_fen, product_id);
create index products_by_sold on catalog.products (tenant_id, status, sold_quantity desc, product_id);
create index products_by_creation on catalog.products (tenant_id, created_at desc, product_id desc);
select platform.tag_columns('catalog.products', p0 => 'tenant_id product_id code title subtitle kind status category_id brand_name media
  details attributes spec_names min_price_fen max_price_fen on_sale_since', p1 => 'sold_quantity created_at updated_at');

create table catalog.skus (
  tenant_id      int not null,
  sku_id         uuid not null,
  product_id     uuid not null,
  code           text not null check (length(code) between 1 and 64),
  barcode        text check (length(barcode) between 1 and 64),
  spec           jsonb not null default '{}',
  -- What is crossed out beside the price; the sale price is what everybody pays without any promotion.
  list_price_fen bigint not null check (list_price_fen >= 0),
  sale_price_fen bigint not null check (sale_price_fen >= 0),
  cost_fen       bigint check (cost_fen >= 0),
  weight_g       int check (weight_g >= 0),
  image_file_id  text,
  position       int not null default 0,
  is_enabled     boolean not null default true,
  primary key (tenant_id, sku_id),
  unique (tenant_id, code),
  foreign key (tenant_id, product_id) references catalog.products
);
create index skus_by_product on catalog.skus (tenant_id, product_id, position);
create index skus_by_barcode on catalog.skus (tenant_id, barcode) where barcode is not null;
select platform.tag_columns('catalog.skus', p0 => 'tenant_id sku_id product_id code barcode spec list_price_fen sale_price_fen weight_g
  image_file_id position is_enabled', p1 => 'cost_fen');

-- Prices other than the everyday one: for a time, a member tier or a region. The lowest that applies wins.
create table catalog.prices (
  tenant_id  int not null,
  price_id   uuid not null,
  sku_id     uuid not null,
  kind       text not null check (kind in ('sale', 'member', 'region')),
  tier_code  text,
  region_id  int,
  amount_fen bigint not null check (amount_fen >= 0),
  starts_at  timestamptz,
  ends_at    timestamptz,
  primary key (tenant_id, price_id),
  foreign key (tenant_id, sku_id) references catalog.skus,
  check ((kind = 'member') = (tier_code is not null)),
  check ((kind = 'region') = (region_id is not null)),
  check (ends_at > starts_at)
);
create index prices_by_sku on catalog.prices (tenant_id, sku_id);
select platform.tag_columns('catalog.prices', p0 => 'tenant_id price_id sku_id kind tier_code region_id amount_fen starts_at ends_at');

create table catalog.bundle_items (
  tenant_id        int not null,
  bundle_sku_id    uuid not null,
  component_sku_id uuid not null,
  quantity         int not null check (quantity > 0),
  primary key (tenant_id, bundle_sku_id, component_sku_id),
  foreign key (tenant_id, bundle_sku_id) references catalog.skus,
  foreign key (tenant_id, component_sku_id) references catalog.skus,
  check (bundle_sku_id <> component_sku_id)
);
select platform.tag_columns('catalog.bundle_items', p0 => 'tenant_id bundle_sku_id component_sku_id quantity');

-- Which of our SKUs a channel means by its own code.
create table catalog.channel_skus (
  tenant_id        int not null,
  source_id        int not null,
  channel_sku_code text not null,
  sku_id           uuid not null,
  primary key (tenant_id, source_id, channel_sku_code),
  foreign key (tenant_id, sku_id) references catalog.skus
);
create index channel_skus_by_sku on catalog.channel_skus (tenant_id, sku_id);
select platform.tag_columns('catalog.channel_skus', p0 => 'tenant_id source_id channel_sku_code sku_id');

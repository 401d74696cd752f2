-- Search words of a product: characters, pairs of characters and words of its texts, kept by the program that writes it.
alter table catalog.products add column search_tokens text[] not null default '{}';
create index products_by_tokens on catalog.products using gin (search_tokens);
select platform.tag_columns('catalog.products', p0 => 'search_tokens');

-- Words a shop's customers use for the same thing.
create table catalog.synonyms (
  tenant_id  int not null,
  synonym_id uuid not null,
  words      text[] not null check (cardinality(words) between 2 and 20),
  primary key (tenant_id, synonym_id)
);
select platform.tag_columns('catalog.synonyms', p0 => 'tenant_id synonym_id words');

-- Row-level security keeps array operators from their index, so the search runs as the owner and checks the tenant itself.
-- A product matches when it has at least min_hits of the words; those with all of the first words come first.
create function catalog.search_products(tenant int, tokens text[], min_hits int, only_on_sale boolean, row_offset int, row_limit int)
returns table (product_id uuid, hits int) language sql stable security definer set search_path = pg_catalog as $$
  select p.product_id, h.hits
    from catalog.products p
    cross join lateral (select count(*)::int as hits from unnest(tokens) t where t = any (p.search_tokens)) h
   where p.tenant_id = tenant
     and tenant = coalesce(platform.tenant_id_or_null(), tenant)
     and p.search_tokens && tokens and h.hits >= min_hits
     and (p.status = 'on_sale' or not only_on_sale)
   order by h.hits desc, p.sold_quantity desc, p.product_id
   offset row_offset limit row_limit
$$;
revoke all on function catalog.search_products from public;

-- Pictures uploaded for products; only these are served to the public.
create table catalog.images (
  tenant_id  int not null,
  file_id    text not null,
  width      int not null,
  height     int not null,
  created_at timestamptz not null,
  primary key (tenant_id, file_id)
);
select platform.tag_columns('catalog.images', p0 => 'tenant_id file_id width height created_at');

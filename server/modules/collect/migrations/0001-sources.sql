-- A place events come from, with the key it signs its requests with. The key itself is shown once and kept as a hash.
create table collect.sources (
  tenant_id          int not null,
  source_id          int generated always as identity,
  name               text not null check (name <> ''),
  kind               text not null check (kind in ('browser', 'mini_program', 'app', 'server', 'device')),
  enabled            boolean not null default true,
  -- A trusted source may report business facts (an order paid) under the names of our own announcements.
  trusted            boolean not null default false check (not trusted or kind = 'server'),
  write_key_hash     bytea not null check (length(write_key_hash) = 32),
  write_key_hint     text not null,
  previous_key_hash  bytea check (length(previous_key_hash) = 32),
  previous_key_until timestamptz,
  allowed_origins    text[] not null default '{}',
  events_per_s       int not null default 2000 check (events_per_s between 1 and 1000000),
  created_at         timestamptz not null default now(),
  primary key (tenant_id, source_id),
  unique (source_id),
  check ((previous_key_hash is null) = (previous_key_until is null))
);
create unique index sources_key on collect.sources (write_key_hash);
create index sources_previous_key on collect.sources (previous_key_hash) where previous_key_hash is not null;
select platform.tag_columns('collect.sources',
  p1 => 'tenant_id source_id name kind enabled trusted write_key_hint previous_key_until allowed_origins events_per_s created_at',
  p4 => 'write_key_hash previous_key_hash');

-- The key is known before the tenant is.
create function collect.find_source(key_hash bytea)
returns table (tenant_id int, source_id int, kind text, enabled boolean, trusted boolean, allowed_origins text[], events_per_s int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.tenant_id, s.source_id, s.kind, s.enabled, s.trusted, s.allowed_origins, s.events_per_s
    from collect.sources s where s.write_key_hash = key_hash
  union all
  select s.tenant_id, s.source_id, s.kind, s.enabled, s.trusted, s.allowed_origins, s.events_per_s
    from collect.sources s where s.previous_key_hash = key_hash and s.previous_key_until > now()
  limit 1
$$;

-- What each source sends: one row per event name, with the ways it departs from the catalogue.
create table collect.event_names (
  tenant_id  int not null,
  source_id  int not null,
  event_name text not null,
  events     bigint not null,
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  -- {"<property>: <problem>": {"events": n, "last_at": "…"}}
  drift      jsonb not null default '{}',
  primary key (tenant_id, source_id, event_name)
) with (fillfactor = 70);
select platform.tag_columns('collect.event_names', p1 => 'tenant_id source_id event_name events first_at last_at drift');

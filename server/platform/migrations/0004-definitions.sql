-- Journeys, segments, rules, plans …: everything that acts on customers or money is versioned data. Versions never change.
create table platform.definitions (
  tenant_id         int not null,
  definition_id     uuid not null,
  kind              text not null,
  name              text not null check (length(name) between 1 and 120),
  status            text not null default 'active' check (status in ('active', 'paused', 'archived')),
  -- Content being edited; null when the published version is the latest.
  draft             jsonb,
  -- Grows with every save, so that two editors never overwrite each other unseen.
  revision          int not null default 1,
  published_version int,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  updated_by        text not null,
  primary key (tenant_id, definition_id),
  check (draft is not null or published_version is not null)
);
create index definitions_by_kind on platform.definitions (tenant_id, kind, updated_at desc);

create table platform.definition_versions (
  tenant_id     int not null,
  definition_id uuid not null,
  version       int not null check (version > 0),
  content       jsonb not null,
  note          text not null default '',
  published_at  timestamptz not null default now(),
  published_by  text not null,
  -- Set when this version brings back the content of an earlier one.
  restores      int,
  primary key (tenant_id, definition_id, version),
  foreign key (tenant_id, definition_id) references platform.definitions
);
select platform.append_only('platform.definition_versions');
select platform.tag_columns('platform.definitions',
  p1 => 'tenant_id definition_id kind name status draft revision published_version created_at updated_at updated_by');
select platform.tag_columns('platform.definition_versions',
  p1 => 'tenant_id definition_id version content note published_at published_by restores');

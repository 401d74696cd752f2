-- Keys that protect personal data, each wrapped by the master key, which is never in the database.
create sequence platform.data_key_numbers as bigint minvalue 1 maxvalue 4294967295;
create table platform.data_keys (
  kid          bigint primary key check (kid between 1 and 4294967295),
  tenant_id    int not null,
  purpose      text not null check (purpose in ('P2', 'P3', 'P4', 'log', 'index')),
  generation   int not null check (generation >= 1),
  master_mark  bytea not null,
  wrapped      bytea not null,
  -- Later than its creation for a rotated key: by then every process has reloaded its cache and can read what the key writes.
  activates_at timestamptz not null,
  created_at   timestamptz not null default now(),
  unique (tenant_id, purpose, generation)
);
select platform.tag_columns('platform.data_keys', p1 => 'kid tenant_id purpose generation master_mark activates_at created_at', p4 => 'wrapped');

-- Acts waiting for the sealer, written in the transaction of the act.
create table platform.audit_pending (
  id              uuid primary key,
  tenant_id       int not null,
  at              timestamptz not null,
  actor_type      text not null,
  actor           text not null,
  request_id      text not null,
  ip              bytea not null,
  user_agent_hash bytea not null,
  action          text not null,
  object_type     text not null,
  object_id       text not null,
  purpose         text not null,
  result          text not null check (result in ('ok', 'denied')),
  details         jsonb not null
);
create index audit_pending_at on platform.audit_pending (tenant_id, at, id);
select platform.tag_columns('platform.audit_pending',
  p1 => 'id tenant_id at actor_type actor request_id user_agent_hash action object_type object_id purpose result details', p2 => 'ip');

-- The audit log: one unbroken hash chain per tenant (0 = the installation itself).
create table platform.audit_entries (
  tenant_id       int not null,
  seq             bigint not null check (seq >= 1),
  id              uuid not null,
  at              timestamptz not null,
  actor_type      text not null,
  actor           text not null,
  request_id      text not null,
  ip              bytea not null,
  user_agent_hash bytea not null,
  action          text not null,
  object_type     text not null,
  object_id       text not null,
  purpose         text not null,
  result          text not null check (result in ('ok', 'denied')),
  details         jsonb not null,
  prev            bytea not null check (length(prev) = 32),
  hash            bytea not null check (length(hash) = 32),
  primary key (tenant_id, seq),
  unique (tenant_id, id)
);
create index audit_entries_actor on platform.audit_entries (tenant_id, actor, seq desc);
create index audit_entries_action on platform.audit_entries (tenant_id, action, seq desc);
create index audit_entries_object on platform.audit_entries (tenant_id, object_type, object_id, seq desc);
select platform.append_only('platform.audit_entries');
select platform.tag_columns('platform.audit_entries',
  p1 => 'tenant_id seq id at actor_type actor request_id user_agent_hash action object_type object_id purpose result details prev hash',
  p2 => 'ip');

create table platform.audit_heads (
  tenant_id int primary key,
  seq       bigint not null,
  hash      bytea not null check (length(hash) = 32)
);
select platform.tag_columns('platform.audit_heads', p1 => 'tenant_id seq hash');

-- How many personal values an actor has revealed on a UTC day.
create table platform.reveal_counts (
  tenant_id int not null,
  actor     text not null,
  day_on    date not null,
  reveals   int not null check (reveals >= 1),
  primary key (tenant_id, actor, day_on)
);
select platform.tag_columns('platform.reveal_counts', p1 => 'tenant_id actor day_on reveals');

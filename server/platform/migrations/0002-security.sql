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

-- The web role makes no change to keys, records acts and does nothing else with the audit log: the sealer, under the worker role, moves it on.
create function platform.refuse_unless_worker() returns trigger language plpgsql as $$
begin
  if current_user = 'shuke_web' then
    raise exception '% on % is not for the web role', tg_op, tg_table_name using errcode = '42501';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger worker_only before insert or update or delete on platform.data_keys for each row execute function platform.refuse_unless_worker();
create trigger sealer_only before update or delete on platform.audit_pending for each row execute function platform.refuse_unless_worker();
create trigger sealer_only before insert on platform.audit_entries for each row execute function platform.refuse_unless_worker();
create trigger sealer_only before insert or update or delete on platform.audit_heads for each row execute function platform.refuse_unless_worker();

-- A signed-in browser. The secret in its cookie is stored only as a hash.
create table platform.sessions (
  tenant_id         int not null,
  session_id        uuid not null,
  subject_kind      text not null check (subject_kind in ('staff', 'customer')),
  subject_id        text not null,
  token_sha256      bytea not null unique check (length(token_sha256) = 32),
  created_at        timestamptz not null,
  last_seen_at      timestamptz not null,
  -- Ends when unused for so long, and at expires_at in any case.
  idle_s            int not null check (idle_s > 0),
  expires_at        timestamptz not null,
  -- When password (and second factor) were last given; sensitive acts ask again after ten minutes.
  reauthenticated_at timestamptz not null,
  second_factor     boolean not null,
  ip                bytea not null,
  user_agent        text not null,
  revoked_at        timestamptz,
  primary key (tenant_id, session_id)
);
create index sessions_subject on platform.sessions (tenant_id, subject_kind, subject_id) where revoked_at is null;
select platform.tag_columns('platform.sessions',
  p1 => 'tenant_id session_id subject_kind subject_id created_at last_seen_at idle_s expires_at reauthenticated_at second_factor user_agent revoked_at',
  p2 => 'ip', p4 => 'token_sha256');

-- The live session of a secret, before any tenant is known; marks it seen at most once a minute.
create function platform.find_session(secret_sha256 bytea) returns setof platform.sessions
language plpgsql security definer set search_path = pg_catalog as $$
declare live platform.sessions;
begin
  select * into live from platform.sessions s
   where s.token_sha256 = secret_sha256 and s.revoked_at is null and s.expires_at > now()
     and s.last_seen_at + make_interval(secs => s.idle_s) > now();
  if not found then return; end if;
  if live.last_seen_at < now() - interval '1 minute' then
    update platform.sessions s set last_seen_at = now() where s.tenant_id = live.tenant_id and s.session_id = live.session_id;
  end if;
  return next live;
end $$;

-- A person's time-based one-time password; each 30-second step counts once.
create table platform.second_factors (
  tenant_id    int not null,
  subject_kind text not null check (subject_kind in ('staff', 'customer')),
  subject_id   text not null,
  secret       bytea not null,
  last_step    bigint not null default 0,
  confirmed_at timestamptz,
  primary key (tenant_id, subject_kind, subject_id)
);
select platform.tag_columns('platform.second_factors', p1 => 'tenant_id subject_kind subject_id last_step confirmed_at', p4 => 'secret');

create table platform.recovery_codes (
  tenant_id    int not null,
  subject_kind text not null,
  subject_id   text not null,
  code_hash    bytea not null check (length(code_hash) = 16),
  used_at      timestamptz,
  primary key (tenant_id, subject_kind, subject_id, code_hash),
  foreign key (tenant_id, subject_kind, subject_id) references platform.second_factors on delete cascade
);
select platform.tag_columns('platform.recovery_codes', p1 => 'tenant_id subject_kind subject_id used_at', p4 => 'code_hash');

-- Attempts per login, device or address, counted before the tenant is known. Keys are keyed hashes.
create table platform.throttles (
  bucket        text not null,
  key           bytea not null check (length(key) = 16),
  attempts      int not null,
  since_at      timestamptz not null,
  last_at       timestamptz not null,
  blocked_until timestamptz not null,
  primary key (bucket, key)
);
create index throttles_last_at on platform.throttles (last_at);
select platform.declare_global('platform.throttles', 'attempts are counted before a tenant is known; keys are keyed hashes');
select platform.tag_columns('platform.throttles', p1 => 'bucket attempts since_at last_at blocked_until', p2 => 'key');

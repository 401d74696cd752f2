-- The one log. Behaviour enters through lanes, business facts through the outbox; the pipeline writes both, deduplicated and with
-- their person known, as one densely numbered sequence of batches, which every other reader and the archive follow.
create schema log;
grant usage on schema log to shuke_web, shuke_worker;

-- One lane belongs to one ingest process at a time. The head row fences it: an append moves last_seq by exactly one and only for
-- the holder, so numbers are dense, become visible in order, and a process that lost its lane cannot write any more.
create table log.lane_leases (
  lane       smallint primary key check (lane > 0),
  holder     uuid not null,
  expires_at timestamptz not null,
  last_seq   bigint not null default 0,
  last_day   date not null default '2000-01-01',
  bytes      bigint not null default 0
) with (fillfactor = 50);

-- One row per group commit: a sealed, compressed list of events. `end_bytes` counts the lane's bytes so far, for the lag in bytes;
-- `json_bytes` is what the list takes when opened, for the memory of who reads it.
create table log.lanes (
  lane       smallint not null,
  seq        bigint not null,
  day        date not null,
  n          int not null check (n > 0),
  at         timestamptz not null default clock_timestamp(),
  end_bytes  bigint not null,
  json_bytes int not null,
  body       bytea not null,
  primary key (lane, seq, day)
) partition by range (day);
alter table log.lanes alter body set storage external;

-- Business facts, written in the transaction of the change. Ids commit out of order, so the reader's position is a snapshot.
create table log.outbox (
  xid       xid8 not null default pg_current_xact_id(),
  id        bigint generated always as identity,
  tenant_id int not null,
  at        timestamptz not null default clock_timestamp(),
  body      bytea not null,
  primary key (xid, id)
) with (autovacuum_vacuum_scale_factor = 0.02);

-- The log itself: one row per micro-batch of the pipeline. `counts` is [[tenant, hour of receipt as epoch hours, events], …].
create table log.batches (
  n      bigint not null,
  day    date not null,
  at     timestamptz not null default clock_timestamp(),
  events int not null check (events between 1 and 8192),
  counts jsonb not null,
  body   bytea not null,
  primary key (n, day)
) partition by range (day);
alter table log.batches alter body set storage external;

-- Messages seen, in two living periods of seven days each: at least seven days of memory for one insert and one look-up.
create table log.seen (
  period_on date not null,
  message   uuid not null,
  lane      smallint not null,
  seq       bigint not null,
  primary key (period_on, message)
) partition by list (period_on);

-- Where the pipeline stands, and the number of its last batch. With `target` set it works off a backlog of the outbox
-- between `snapshot` and `target` and has come as far as (cursor_xid, cursor_id).
create table log.pipeline (
  only_row    boolean primary key default true check (only_row),
  -- Which log the numbers belong to; part of every deduplication token, so that a new log never meets the memory of an old one.
  log_id      uuid not null default gen_random_uuid(),
  batch       bigint not null default 0,
  events      bigint not null default 0,
  duplicates  bigint not null default 0,
  lanes       jsonb not null default '{}',
  snapshot    pg_snapshot not null,
  target      pg_snapshot,
  cursor_xid  xid8,
  cursor_id   bigint,
  updated_at  timestamptz not null default now(),
  check ((target is null) = (cursor_xid is null) and (target is null) = (cursor_id is null))
) with (fillfactor = 50);
insert into log.pipeline (snapshot) values (pg_snapshot '1:1:');

-- Readers of the batches. A reader with effects outside this database plans a range, commits the plan, performs it, then moves on.
create table log.readers (
  name       text primary key,
  batch      bigint not null default 0,
  plan_to    bigint not null default 0 check (plan_to >= batch),
  updated_at timestamptz not null default now()
) with (fillfactor = 50);

-- Events that were refused at intake or that a subscriber could not take. Nothing is lost: each can be looked at and replayed.
create table log.dead_letters (
  tenant_id           int not null,
  dead_letter_id      uuid not null,
  at                  timestamptz not null default now(),
  source_id           int not null,
  subscriber          text not null,
  reason              text not null,
  message             text not null,
  event_name          text not null,
  message_id          text not null,
  body                bytea not null,
  attempts            int not null default 1,
  replay_requested_at timestamptz,
  replayed_at         timestamptz,
  primary key (tenant_id, dead_letter_id)
);
create index dead_letters_replay on log.dead_letters (replay_requested_at) where replay_requested_at is not null and replayed_at is null;
alter table log.dead_letters alter body set storage external;

-- What left the database: a verified copy in the file store comes before a partition is dropped.
create table log.archives (
  day              date primary key,
  first_n          bigint not null,
  last_n           bigint not null,
  batches          int not null,
  events           bigint not null,
  bytes            bigint not null,
  sha256           bytea not null,
  counts           jsonb not null,
  segment_file_id  text not null,
  manifest_file_id text not null,
  verified_at      timestamptz not null,
  dropped_at       timestamptz
);

-- Makes the partitions from yesterday to the given day (UTC) ready. Attaching takes no lock that stops appends.
create function log.ensure_partitions(until_on date default null) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  today date := (clock_timestamp() at time zone 'utc')::date;
  last  date := least(coalesce(until_on, today + 2), today + 31);
  made  int := 0;
  parent text; part text; day date; period date;
begin
  perform pg_advisory_xact_lock(7301003);
  for day in select generate_series(today - 1, last, interval '1 day')::date loop
    foreach parent in array array['lanes', 'batches'] loop
      part := parent || '_' || to_char(day, 'YYYYMMDD');
      continue when to_regclass('log.' || part) is not null;
      execute format(
        'create table log.%I (like log.%I including all)
           with (autovacuum_vacuum_insert_threshold = -1, toast.autovacuum_vacuum_insert_threshold = -1)', part, parent);
      execute format('alter table log.%I attach partition log.%I for values from (%L) to (%L)', parent, part, day, day + 1);
      made := made + 1;
    end loop;
  end loop;
  for period in select distinct log.period_of(d::date) from generate_series(today - 7, last, interval '1 day') d loop
    part := 'seen_' || to_char(period, 'YYYYMMDD');
    continue when to_regclass('log.' || part) is not null;
    execute format('create table log.%I (like log.seen including all) with (autovacuum_vacuum_insert_threshold = -1)', part);
    execute format('alter table log.seen attach partition log.%I for values in (%L)', part, period);
    made := made + 1;
  end loop;
  return made;
end $$;

create function log.period_of(day date) returns date language sql immutable parallel safe as
$$ select date '1970-01-01' + 7 * ((day - date '1970-01-01') / 7) $$;

select log.ensure_partitions();

revoke execute on all functions in schema log from public;
grant execute on all functions in schema log to shuke_web, shuke_worker;
grant insert (tenant_id, body) on log.outbox to shuke_web, shuke_worker;
grant select, delete on log.outbox to shuke_worker;
grant select, insert, update on log.lane_leases to shuke_worker;
grant select, insert on log.lanes to shuke_worker;
grant select, insert on log.batches to shuke_worker;
grant select, insert on log.seen to shuke_worker;
grant select, update on log.pipeline to shuke_worker;
grant select, insert, update on log.readers to shuke_worker;
grant select on log.archives to shuke_worker;
grant select, insert, update on log.dead_letters to shuke_worker;
-- Bodies are sealed; the console reads lag, recent batches and the dead letters of its own tenant.
grant select on log.lane_leases, log.lanes, log.batches, log.pipeline, log.readers, log.archives to shuke_web;
grant select, update (replay_requested_at) on log.dead_letters to shuke_web;

alter table log.outbox enable row level security;
create policy web_tenant on log.outbox to shuke_web using (false) with check (tenant_id = (select platform.tenant_id()));
-- A security condition would keep the reader's snapshot comparison off the index (not leakproof); the worker may see every row here.
create policy worker_tenant on log.outbox to shuke_worker using (true) with check (true);
alter table log.dead_letters enable row level security;
create policy web_tenant on log.dead_letters to shuke_web
  using (tenant_id = (select platform.tenant_id())) with check (tenant_id = (select platform.tenant_id()));
create policy worker_tenant on log.dead_letters to shuke_worker
  using ((select platform.tenant_id_or_null()) is null or tenant_id = (select platform.tenant_id_or_null()))
  with check ((select platform.tenant_id_or_null()) is null or tenant_id = (select platform.tenant_id_or_null()));

select platform.declare_global('log.lane_leases', 'a lane carries the events of all tenants, sealed');
select platform.declare_global('log.lanes', 'a row carries the events of all tenants, sealed');
select platform.declare_global('log.batches', 'a row carries the events of all tenants, sealed');
select platform.declare_global('log.seen', 'keyed by a hash over tenant, source and message');
select platform.declare_global('log.pipeline', 'one position for all tenants');
select platform.declare_global('log.readers', 'one position for all tenants');
select platform.declare_global('log.archives', 'a segment carries the events of all tenants, sealed');
select platform.tag_columns('log.lane_leases', p0 => 'lane holder expires_at last_seq last_day bytes');
select platform.tag_columns('log.lanes', p0 => 'lane seq day n at end_bytes json_bytes', p3 => 'body');
select platform.tag_columns('log.outbox', p1 => 'xid id tenant_id at', p3 => 'body');
select platform.tag_columns('log.batches', p0 => 'n day at events', p1 => 'counts', p3 => 'body');
select platform.tag_columns('log.seen', p1 => 'period_on message lane seq');
select platform.tag_columns('log.pipeline',
  p0 => 'only_row log_id batch events duplicates lanes snapshot target cursor_xid cursor_id updated_at');
select platform.tag_columns('log.readers', p0 => 'name batch plan_to updated_at');
select platform.tag_columns('log.dead_letters',
  p1 => 'tenant_id dead_letter_id at source_id subscriber reason message event_name message_id attempts replay_requested_at replayed_at',
  p3 => 'body');
select platform.tag_columns('log.archives',
  p0 => 'day first_n last_n batches events bytes sha256 segment_file_id manifest_file_id verified_at dropped_at', p1 => 'counts');

-- One customer's way through one version of a journey. `due_at` set: it waits until then (or for an event); null: it has ended.
create table journeys.runs (
  tenant_id          int not null,
  run_id             uuid not null,
  journey_id         uuid not null,
  version            int not null,
  customer_id        bigint not null,
  origin_customer_id bigint not null,
  -- What started it: an event's message id, or the name of a one-off entry. One run per cause.
  entry_key          text not null,
  node_id            text not null,
  -- It has been at this node before and waited until due_at; false when it has just come.
  is_waiting         boolean not null default false,
  -- The awaited event came.
  arrived            boolean not null default false,
  waiting_event      text,
  steps              int not null default 0,
  due_at             timestamptz,
  started_at         timestamptz not null,
  ended_at           timestamptz,
  exit_reason        text,
  primary key (tenant_id, run_id),
  unique (tenant_id, journey_id, entry_key, origin_customer_id),
  check ((ended_at is null) = (due_at is not null)),
  check ((ended_at is null) = (exit_reason is null))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
-- Nobody is in the same journey twice at the same time. By origin, because a merge may bring two runs together; the less advanced
-- one is ended then.
create unique index runs_active on journeys.runs (tenant_id, journey_id, origin_customer_id) where ended_at is null;
create index runs_present on journeys.runs (tenant_id, journey_id, customer_id) where ended_at is null;
create index runs_due on journeys.runs (due_at) where due_at is not null;
create index runs_by_customer on journeys.runs (tenant_id, customer_id, started_at desc);
create index runs_waiting on journeys.runs (tenant_id, waiting_event, customer_id) where waiting_event is not null;
create index runs_by_journey on journeys.runs (tenant_id, journey_id, started_at desc);
select platform.tag_columns('journeys.runs', p1 => 'tenant_id run_id journey_id version customer_id origin_customer_id entry_key node_id is_waiting arrived
  waiting_event steps due_at started_at ended_at exit_reason');

-- Every step with what was decided and why: "why did she (not) get it".
create table journeys.step_log (
  tenant_id  int not null,
  run_id     uuid not null,
  step       int not null,
  journey_id uuid not null,
  node_id    text not null,
  at         timestamptz not null,
  outcome    text not null,
  reason     text,
  primary key (tenant_id, run_id, step)
);
create index step_log_by_node on journeys.step_log (tenant_id, journey_id, node_id);
select platform.append_only('journeys.step_log');
select platform.tag_columns('journeys.step_log', p1 => 'tenant_id run_id step journey_id node_id at outcome reason');

-- A one-off entry of a whole segment, done in chunks that a crash resumes.
create table journeys.bulk_entries (
  tenant_id   int not null,
  entry_id    uuid not null,
  journey_id  uuid not null,
  version     int not null,
  segment_id  uuid not null,
  last_id     bigint not null default 0,
  entered     int not null default 0,
  finished_at timestamptz,
  created_at  timestamptz not null default now(),
  created_by  text not null,
  primary key (tenant_id, entry_id)
);
select platform.tag_columns('journeys.bulk_entries', p1 => 'tenant_id entry_id journey_id version segment_id last_id entered finished_at created_at created_by');

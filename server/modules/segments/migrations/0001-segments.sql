-- Who is in a segment now. The definition and its versions are in platform.definitions.
create table segments.members (
  tenant_id   int not null,
  segment_id  uuid not null,
  customer_id bigint not null,
  entered_at  timestamptz not null,
  primary key (tenant_id, segment_id, customer_id)
);
create index members_by_customer on segments.members (tenant_id, customer_id);
select platform.tag_columns('segments.members', p1 => 'tenant_id segment_id customer_id entered_at');

-- What is known of a segment's last full recompute, for lists and for `shuke check`.
create table segments.states (
  tenant_id        int not null,
  segment_id       uuid not null,
  version          int not null,
  members_count    int not null,
  recomputed_at    timestamptz not null,
  duration_ms      int not null,
  primary key (tenant_id, segment_id)
);
select platform.tag_columns('segments.states', p1 => 'tenant_id segment_id version members_count recomputed_at duration_ms');

-- How often a customer did what on which day: the buckets that event conditions count. Windows are whole days, so that
-- incremental and full recompute agree exactly.
create table segments.event_days (
  tenant_id          int not null,
  event              text not null,
  day                date not null,
  customer_id        bigint not null,
  origin_customer_id bigint not null,
  occurrences        int not null check (occurrences > 0),
  primary key (tenant_id, origin_customer_id, event, day)
);
create index event_days_by_customer on segments.event_days (tenant_id, customer_id, event, day);
create index event_days_by_event on segments.event_days (tenant_id, event, day);
select platform.tag_columns('segments.event_days', p1 => 'tenant_id event day customer_id origin_customer_id occurrences');

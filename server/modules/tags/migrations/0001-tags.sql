create table tags.tags (
  tenant_id   int not null,
  -- Dense and small on purpose: it names a bitmap in the warehouse.
  tag_id      int not null,
  code        text not null check (code ~ '^[a-z0-9][a-z0-9_.-]{0,62}$'),
  name        text not null check (length(name) between 1 and 60),
  group_name  text not null default '' check (length(group_name) <= 60),
  description text not null default '' check (length(description) <= 500),
  color       text not null default '#0F766E' check (color ~ '^#[0-9A-Fa-f]{6}$'),
  kind        text not null check (kind in ('manual', 'rfm')),
  archived_at timestamptz,
  created_at  timestamptz not null default now(),
  created_by  text not null,
  primary key (tenant_id, tag_id),
  unique (tenant_id, code)
);
select platform.tag_columns('tags.tags',
  p1 => 'tenant_id tag_id code name group_name description color kind archived_at created_at created_by');

-- The tags a customer has now.
create table tags.customer_tags (
  tenant_id          int not null,
  customer_id        bigint not null,
  origin_customer_id bigint not null,
  tag_id             int not null,
  since              timestamptz not null default now(),
  source             text not null,
  primary key (tenant_id, tag_id, origin_customer_id),
  foreign key (tenant_id, tag_id) references tags.tags
);
create index customer_tags_by_customer on tags.customer_tags (tenant_id, customer_id);
select platform.tag_columns('tags.customer_tags', p1 => 'tenant_id customer_id origin_customer_id tag_id since source');

-- When a tag came and went and why: "since when is she 高潜力".
create table tags.tag_changes (
  tenant_id          int not null,
  change_id          bigint generated always as identity,
  origin_customer_id bigint not null,
  tag_id             int not null,
  added              boolean not null,
  at                 timestamptz not null default now(),
  source             text not null,
  primary key (tenant_id, change_id)
);
create index tag_changes_by_customer on tags.tag_changes (tenant_id, origin_customer_id, at desc);
select platform.append_only('tags.tag_changes');
select platform.tag_columns('tags.tag_changes', p1 => 'tenant_id change_id origin_customer_id tag_id added at source');

-- One computation of RFM over all customers: its settings, cuts and progress.
create table tags.rfm_runs (
  tenant_id       int not null,
  run_id          uuid not null,
  state           text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
  settings        jsonb not null,
  -- Recency counts days back from here.
  as_of_on        date,
  from_on         date,
  currency        text,
  customers_count int,
  cuts            jsonb,
  failure         text,
  requested_at    timestamptz not null default now(),
  requested_by    text not null,
  finished_at     timestamptz,
  primary key (tenant_id, run_id)
);
create index rfm_runs_by_time on tags.rfm_runs (tenant_id, requested_at desc);
select platform.tag_columns('tags.rfm_runs', p1 => 'tenant_id run_id state settings as_of_on from_on currency customers_count cuts failure
  requested_at requested_by finished_at');

-- Each customer's latest scores.
create table tags.rfm_scores (
  tenant_id       int not null,
  customer_id     bigint not null,
  run_id          uuid not null,
  -- The customer's home store at the run: staff of a store see their own people only.
  store_id        int,
  last_bought_on  date not null,
  recency_days    int not null,
  frequency       int not null check (frequency > 0),
  monetary_minor  bigint not null,
  r               smallint not null check (r between 1 and 5),
  f               smallint not null check (f between 1 and 5),
  m               smallint not null check (m between 1 and 5),
  -- 8 R + 6 F + 6 M, 20 to 100: the 40/30/30 weighting over five bins.
  weighted_score  smallint not null check (weighted_score = 8 * r + 6 * f + 6 * m),
  group_code      text not null,
  is_top          boolean not null,
  primary key (tenant_id, customer_id)
);
create index rfm_scores_by_cell on tags.rfm_scores (tenant_id, r, f, monetary_minor desc);
create index rfm_scores_by_group on tags.rfm_scores (tenant_id, group_code, weighted_score desc, customer_id);
select platform.tag_columns('tags.rfm_scores', p1 => 'tenant_id customer_id run_id store_id last_bought_on recency_days frequency monetary_minor r f m
  weighted_score group_code is_top');

select platform.scope_by_store('tags.rfm_scores');

-- Group of every customer at each run that is kept, for migration between periods.
create table tags.rfm_history (
  tenant_id   int not null,
  run_id      uuid not null,
  customer_id bigint not null,
  group_code  text not null,
  primary key (tenant_id, run_id, customer_id)
);
select platform.tag_columns('tags.rfm_history', p1 => 'tenant_id run_id customer_id group_code');

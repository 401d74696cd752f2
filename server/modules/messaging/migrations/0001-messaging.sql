create table messaging.templates (
  tenant_id   int not null,
  template_id uuid not null,
  name        text not null check (length(name) between 1 and 120),
  channel     text not null check (channel in ('inbox', 'email', 'log')),
  -- Marketing is capped and needs consent; service (order, refund, security) is not.
  touch_class text not null check (touch_class in ('service', 'marketing')),
  subject     text not null default '' check (length(subject) <= 200),
  body        text not null check (length(body) between 1 and 20000),
  archived_at timestamptz,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  updated_by  text not null,
  primary key (tenant_id, template_id)
);
select platform.tag_columns('messaging.templates', p1 => 'tenant_id template_id name channel touch_class subject body archived_at created_at
  updated_at updated_by');

-- Caps and quiet hours of a tenant; absent means the defaults.
create table messaging.settings (
  tenant_id  int not null primary key,
  content    jsonb not null,
  updated_at timestamptz not null default now(),
  updated_by text not null
);
select platform.tag_columns('messaging.settings', p1 => 'tenant_id content updated_at updated_by');

-- Locked while the caps of a customer are checked, and what the customer said about marketing.
create table messaging.contacts (
  tenant_id          int not null,
  customer_id        bigint not null,
  origin_customer_id bigint not null,
  marketing_refused  text[] not null default '{}',
  primary key (tenant_id, origin_customer_id)
);
create index contacts_by_customer on messaging.contacts (tenant_id, customer_id);
select platform.tag_columns('messaging.contacts', p1 => 'tenant_id customer_id origin_customer_id marketing_refused');

-- One message to one customer. Reserved with its key before anything leaves the house: a key is never sent twice.
create table messaging.sends (
  tenant_id          int not null,
  send_id            uuid not null,
  idempotency_key    text not null check (length(idempotency_key) between 1 and 200),
  customer_id        bigint not null,
  origin_customer_id bigint not null,
  template_id        uuid,
  channel            text not null,
  touch_class        text not null,
  state              text not null check (state in ('reserved', 'sending', 'sent', 'failed', 'suppressed', 'unknown')),
  -- Why it was suppressed or failed, as a code the screens translate.
  reason             text,
  content            bytea not null,
  attempts           int not null default 0,
  not_before         timestamptz,
  journey_id         uuid,
  run_id             uuid,
  node_id            text,
  created_at         timestamptz not null default now(),
  sending_since      timestamptz,
  sent_at            timestamptz,
  opened_at          timestamptz,
  clicked_at         timestamptz,
  primary key (tenant_id, send_id),
  unique (tenant_id, idempotency_key),
  check ((state in ('failed', 'suppressed', 'unknown')) <= (reason is not null))
);
create index sends_by_customer on messaging.sends (tenant_id, customer_id, created_at desc);
create index sends_by_time on messaging.sends (tenant_id, created_at desc, send_id desc);
create index sends_waiting on messaging.sends (created_at) where state in ('reserved', 'sending');
select platform.tag_columns('messaging.sends',
  p1 => 'tenant_id send_id idempotency_key customer_id origin_customer_id template_id channel touch_class state reason attempts not_before
    journey_id run_id node_id created_at sending_since sent_at opened_at clicked_at',
  p2 => 'content');

-- One file of orders on its way in: what it is, how far it got, what came of it.
create table orders.imports (
  tenant_id        int not null,
  import_id        uuid not null,
  file_id          text not null,
  file_name        text not null check (length(file_name) between 1 and 200),
  size_bytes       bigint not null,
  sha256           text not null,
  state            text not null default 'uploaded' check (state in ('uploaded', 'queued', 'running', 'paused', 'done', 'failed')),
  settings         jsonb not null,
  rows_total       int,
  -- Rows whose outcome is committed; a resumed run skips them.
  rows_done        int not null default 0,
  -- After the rows in file order come orders whose rows lie apart, in so many further parts.
  parts_done       int not null default 0,
  rows_rejected    int not null default 0,
  orders_created   int not null default 0,
  orders_updated   int not null default 0,
  orders_unchanged int not null default 0,
  error_code       text,
  error_details    jsonb,
  created_at       timestamptz not null,
  created_by       text not null,
  started_at       timestamptz,
  finished_at      timestamptz,
  -- Who is at work on it and until when nobody else may be.
  runner           uuid,
  leased_until     timestamptz,
  primary key (tenant_id, import_id),
  check ((state = 'failed') = (error_code is not null))
);
create index imports_by_time on orders.imports (tenant_id, created_at desc, import_id desc);
create index imports_by_content on orders.imports (tenant_id, sha256);
create index imports_at_work on orders.imports (leased_until) where state in ('queued', 'running');
select platform.tag_columns('orders.imports', p1 => 'tenant_id import_id file_id file_name size_bytes sha256 state settings rows_total rows_done
  parts_done rows_rejected orders_created orders_updated orders_unchanged error_code error_details created_at created_by started_at
  finished_at runner leased_until');

-- Rows that could not be taken, with their reasons: one sealed body per committed chunk.
create table orders.import_rejects (
  tenant_id  int not null,
  import_id  uuid not null,
  chunk_no   int not null,
  row_count  int not null,
  body       bytea not null,
  primary key (tenant_id, import_id, chunk_no),
  foreign key (tenant_id, import_id) references orders.imports
);
select platform.tag_columns('orders.import_rejects', p1 => 'tenant_id import_id chunk_no row_count', p2 => 'body');

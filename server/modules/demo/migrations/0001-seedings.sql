-- Which tenants carry made-up data: the story they were filled with, and how far filling or removing it has come.
create table demo.seedings (
  tenant_id            int primary key,
  customers            int not null check (customers > 0),
  months               int not null check (months > 0),
  seed                 int not null,
  -- The moment on which the story ends: telling it again with the same one changes nothing.
  until_at             timestamptz not null,
  -- What the story founded and has to find again: ids of templates, stores, staff.
  marks                jsonb not null default '{}',
  started_at           timestamptz not null,
  finished_at          timestamptz,
  removal_requested_at timestamptz,
  removal_step         text not null default '',
  removal_error        text
);
select platform.tag_columns('demo.seedings', p1 => 'tenant_id customers months seed until_at marks started_at finished_at
  removal_requested_at removal_step removal_error');

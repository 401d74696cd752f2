-- The technical ground every module stands on: who sees which row, which table has which rule, which column holds what kind of data.
create function platform.tenant_id() returns int language plpgsql stable parallel safe as $$
declare value text := current_setting('app.tenant', true);
begin
  -- After a pool resets a connection the setting is '' and not null; both must refuse.
  if value is null or value = '' then raise exception 'no tenant is set on this connection' using errcode = '42501'; end if;
  return value::int;
end $$;

-- Workers may run across tenants (no tenant set) or for one (tenant set): null means all.
create function platform.tenant_id_or_null() returns int language sql stable parallel safe as
$$ select nullif(current_setting('app.tenant', true), '')::int $$;

create function platform.sees_all_stores() returns boolean language sql stable parallel safe as
$$ select coalesce(current_setting('app.stores', true), '') = 'all' $$;

create function platform.visible_stores() returns int[] language sql stable parallel safe as
$$ select case when coalesce(current_setting('app.stores', true), '') in ('', 'all') then '{}'::int[]
               else current_setting('app.stores', true)::int[] end $$;

create table platform.table_rules (
  table_name text not null,
  rule       text not null check (rule in ('global', 'append_only', 'store_scope')),
  argument   text not null default '',
  primary key (table_name, rule)
);

-- A table that belongs to no tenant, or is found before the tenant is known (sessions by their secret). Says why.
create function platform.declare_global(table_name text, reason text) returns void language sql as
$$ insert into platform.table_rules values (table_name, 'global', reason) on conflict do nothing $$;

-- Rows are only ever added: no role of the running product may change or remove them.
create function platform.append_only(table_name text) returns void language sql as
$$ insert into platform.table_rules values (table_name, 'append_only', '') on conflict do nothing $$;

-- Staff limited to some stores see only these stores' rows of the table.
create function platform.scope_by_store(table_name text, column_name text default 'store_id') returns void language sql as
$$ insert into platform.table_rules values (table_name, 'store_scope', column_name) on conflict do nothing $$;

-- Privacy class of each column (P0 public, P1 internal, P2 identifies a person, P3 sensitive, P4 secret). The suite fails on an untagged column.
create function platform.tag_columns(
  table_name text, p0 text default '', p1 text default '', p2 text default '', p3 text default '', p4 text default ''
) returns void language plpgsql as $$
declare class record; column_name text;
begin
  for class in select * from (values ('P0', p0), ('P1', p1), ('P2', p2), ('P3', p3), ('P4', p4)) t(tag, names) loop
    foreach column_name in array regexp_split_to_array(trim(class.names), '\s+') loop
      if column_name <> '' then
        execute format('comment on column %s.%I is %L', table_name, column_name, class.tag);
      end if;
    end loop;
  end loop;
end $$;

create function platform.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_schema || '.' || tg_table_name using errcode = '42501';
end $$;

-- An answer already given to a request with an Idempotency-Key: the same request gets it again, another content is refused.
create table platform.idempotency_keys (
  tenant_id      int not null,
  actor          text not null,
  key            text not null check (length(key) between 1 and 255),
  request_hash   bytea not null,
  status         int,
  response       bytea,
  created_at     timestamptz not null default now(),
  primary key (tenant_id, actor, key)
);
select platform.tag_columns('platform.idempotency_keys', p1 => 'tenant_id actor key request_hash status created_at', p2 => 'response');
select platform.declare_global('platform.table_rules', 'describes the schema itself');
select platform.declare_global('platform.migrations', 'describes the schema itself');
select platform.tag_columns('platform.table_rules', p0 => 'table_name rule argument');
select platform.tag_columns('platform.migrations', p0 => 'module name sha256 applied_at');

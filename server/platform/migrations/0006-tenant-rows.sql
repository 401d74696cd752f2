-- Emptying a tenant: its rows go for good, those of append-only tables too, but only through the functions below.
create or replace function platform.refuse_change() returns trigger language plpgsql as $$
begin
  -- Only platform.remove_rows runs as the table's owner and names the tenant whose rows it takes.
  if tg_op = 'DELETE' and tg_level = 'ROW' and to_jsonb(old) ->> 'tenant_id' = current_setting('app.removing_tenant', true)
     and current_user = (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid) then
    return old;
  end if;
  raise exception '% is append-only', tg_table_schema || '.' || tg_table_name using errcode = '42501';
end $$;

create function platform.refuse_removal(of_tenant int) returns void language plpgsql stable as $$
begin
  if session_user <> 'shuke_worker' or platform.tenant_id_or_null() is distinct from of_tenant then
    raise exception 'only a worker bound to the tenant may remove its rows' using errcode = '42501';
  end if;
end $$;

-- Removes a tenant's rows of one table, or of them those whose column is among the keys. Audit and keys always stay.
create function platform.remove_rows(of_tenant int, of_table text, of_column text default null, of_keys text[] default null)
returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare target regclass := of_table::regclass; removed bigint;
begin
  perform platform.refuse_removal(of_tenant);
  if of_table like 'platform.audit%' or of_table = 'platform.data_keys' then
    raise exception '% is kept', of_table using errcode = '42501';
  end if;
  perform set_config('app.removing_tenant', of_tenant::text, true);
  if of_column is null then
    execute format('delete from %s where tenant_id = $1', target) using of_tenant;
  else
    execute format('delete from %s where tenant_id = $1 and %I::text = any($2)', target, of_column) using of_tenant, of_keys;
  end if;
  get diagnostics removed = row_count;
  perform set_config('app.removing_tenant', '', true);
  return removed;
end $$;

-- A batch of the log without the events of the tenant that is being emptied; `counts` must name no more of it than what is left.
create function log.rewrite_batch(of_tenant int, of_n bigint, new_events int, new_counts jsonb, new_body bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform platform.refuse_removal(of_tenant);
  update log.batches set events = new_events, counts = new_counts, body = new_body where n = of_n;
end $$;

-- Messages that were removed with their tenant may be sent again.
create function log.forget_messages(of_tenant int, messages uuid[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare forgotten bigint;
begin
  perform platform.refuse_removal(of_tenant);
  delete from log.seen where message = any(messages);
  get diagnostics forgotten = row_count;
  return forgotten;
end $$;
revoke all on function log.rewrite_batch, log.forget_messages from public;
grant execute on function log.rewrite_batch, log.forget_messages to shuke_worker;
revoke all on function platform.remove_rows from public;

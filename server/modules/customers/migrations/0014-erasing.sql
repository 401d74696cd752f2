-- Marks a customer and everybody absorbed by them as erased, whatever stores the caller may see; returns their ids.
create function customers.erase(tenant int, erased bigint) returns setof bigint
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform customers.assert_tenant(tenant);
  return query
    update customers.customers c set status = 'erased', merged_into = null, store_id = null, tier_code = null
     where c.tenant_id = tenant and (c.customer_id = erased or c.merged_into = erased) returning c.customer_id;
end $$;

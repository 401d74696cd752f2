-- The living customers, for other modules' set-based reads: their front door to this schema. No personal data.
create view customers.people with (security_invoker = true) as
select tenant_id, customer_id, customer_no, is_known, store_id, tier_code, source_id, created_at, first_seen_at, last_seen_at
  from customers.customers where status = 'active';
grant select on customers.people to shuke_web, shuke_worker;

-- The figures of the living customers, beside who they are.
create or replace view customers.people with (security_invoker = true) as
select tenant_id, customer_id, customer_no, is_known, store_id, tier_code, source_id, created_at, first_seen_at, last_seen_at,
       orders_count, spend_minor, spend_currency, first_order_at, last_order_at
  from customers.customers where status = 'active';

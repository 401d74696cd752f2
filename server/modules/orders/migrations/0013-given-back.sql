-- What was given back to known customers, one row per refund that was made and per return document, on the day it happened: the front
-- door for other modules' set-based reads, beside `orders.purchases`, which nets refunds on the day of the order.
create view orders.given_back with (security_invoker = true) as
select tenant_id, order_id, customer_id, store_id, currency, (placed_at at time zone time_zone)::date as given_back_on,
       -counted_minor as amount_minor
  from orders.orders
 where kind = 'return' and customer_id is not null and not is_excluded
union all
select o.tenant_id, o.order_id, o.customer_id, o.store_id, o.currency, (r.refunded_at at time zone o.time_zone)::date, r.amount_minor
  from orders.refunds r
  join orders.orders o on o.tenant_id = r.tenant_id and o.order_id = r.order_id
 where r.status = 'done' and r.amount_minor > 0
   and o.kind = 'sale' and o.paid_at is not null and o.customer_id is not null and not o.is_excluded;
grant select on orders.given_back to shuke_web, shuke_worker;

-- The day an order counts for is the day on the clock of its source, not of the server.
alter table orders.orders add column time_zone text not null default 'Asia/Shanghai' check (length(time_zone) between 1 and 60);
select platform.tag_columns('orders.orders', p1 => 'time_zone');

create or replace view orders.purchases with (security_invoker = true) as
select tenant_id, order_id, customer_id, origin_customer_id, store_id, source_id, channel, shop, currency, kind,
       placed_at as bought_at, (placed_at at time zone time_zone)::date as bought_on,
       counted_minor - least(refunded_minor, greatest(counted_minor, 0)) as amount_minor
  from orders.orders
 where customer_id is not null and not is_excluded and kind in ('sale', 'return')
   and (kind = 'return' or paid_at is not null);

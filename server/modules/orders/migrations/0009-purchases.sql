-- What analysis counts as bought, one row per order of a known customer: the front door for other modules' set-based reads.
-- Excluded (test, duplicate, free, brushing) and cancelled-unpaid orders are not in it; a return carries a negative amount.
create view orders.purchases with (security_invoker = true) as
select tenant_id, order_id, customer_id, origin_customer_id, store_id, source_id, channel, shop, currency, kind,
       placed_at as bought_at, (placed_at at time zone 'Asia/Shanghai')::date as bought_on,
       counted_minor - least(refunded_minor, greatest(counted_minor, 0)) as amount_minor
  from orders.orders
 where customer_id is not null and not is_excluded and kind in ('sale', 'return')
   and (kind = 'return' or paid_at is not null);
grant select on orders.purchases to shuke_web, shuke_worker;

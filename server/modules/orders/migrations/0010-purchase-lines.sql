-- What was bought, line by line, of the orders that analysis counts: the front door for boards about goods.
create view orders.purchase_lines with (security_invoker = true) as
select p.tenant_id, p.order_id, p.customer_id, p.store_id, p.channel, p.currency, p.kind, p.bought_at, p.bought_on,
       l.sku_id, l.product_id, l.sku_code, l.title, l.quantity, l.amount_minor
  from orders.purchases p join orders.order_lines l using (tenant_id, order_id)
 where l.kind = 'goods' and not l.is_excluded;
grant select on orders.purchase_lines to shuke_web, shuke_worker;

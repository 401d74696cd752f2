-- Orders that were received before they were attributed had no start of their hold, so their commission never became payable.
update settlement.entries e set received_at = o.received_at
  from orders.orders o
 where o.tenant_id = e.tenant_id and o.order_id = e.order_id and e.received_at is null and o.received_at is not null;

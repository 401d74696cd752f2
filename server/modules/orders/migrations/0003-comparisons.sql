-- Up to where the orders of a tenant have been compared with each other (duplicates, brushing).
create table orders.comparisons (
  tenant_id      int primary key,
  compared_until timestamptz not null,
  last_order_id  uuid not null
);
select platform.tag_columns('orders.comparisons', p1 => 'tenant_id compared_until last_order_id');
create index orders_by_change on orders.orders (tenant_id, changed_at, order_id);

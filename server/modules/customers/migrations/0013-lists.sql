-- Lists are sorted over everybody, known or not; being known is a filter like others.
drop index customers.customers_seen;
drop index customers.customers_spend;
drop index customers.customers_orders;
drop index customers.customers_created;
create index customers_seen on customers.customers (tenant_id, last_seen_at desc, customer_id desc) where status = 'active';
create index customers_spend on customers.customers (tenant_id, spend_minor desc, customer_id desc) where status = 'active';
create index customers_orders on customers.customers (tenant_id, orders_count desc, customer_id desc) where status = 'active';
create index customers_created on customers.customers (tenant_id, created_at desc, customer_id desc) where status = 'active';

-- One measurement of identity per day: the boards' history, and the figures where counting everybody on every visit would take too long.
create table customers.quality_days (
  tenant_id   int not null,
  measured_on date not null,
  figures     jsonb not null,
  primary key (tenant_id, measured_on)
);
select platform.tag_columns('customers.quality_days', p1 => 'tenant_id measured_on figures');

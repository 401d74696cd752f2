-- Orders are compared once, when they are new; their ids are in the order of their creation, so the primary key finds them.
drop index orders.orders_by_change;
alter table orders.comparisons drop column compared_until;

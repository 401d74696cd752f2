-- The first transaction number that cannot have read who was who before the change: set once the change is seen committed.
alter table customers.identity_changes add column seen_xmax xid8;
select platform.tag_columns('customers.identity_changes', p1 => 'seen_xmax');

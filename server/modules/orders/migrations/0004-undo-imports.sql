-- An import can be taken back: the orders it brought leave analysis, and come back when the undo is undone.
alter table orders.imports add column undone_at timestamptz;
select platform.tag_columns('orders.imports', p1 => 'undone_at');

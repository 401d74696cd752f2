-- A visitor's cookie carries its own seal; a row exists only for one who said how they can be reached.
delete from mall.visitors where customer_id is null;
alter table mall.visitors drop column token_sha256;
alter table mall.visitors alter column customer_id set not null, alter column origin_customer_id set not null;

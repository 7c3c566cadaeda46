-- Verify shop:phone on pg
select 1 / count(kw.lookup('people', '*', 'phone'));
select kw.decrypt_text('people', id, 'phone', phone::bytea) from people limit 10;

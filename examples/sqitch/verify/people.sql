-- Verify shop:people on pg
select id, name, email, phone from people where false;
select 1 / count(kw.lookup('people', '*', 'email'));

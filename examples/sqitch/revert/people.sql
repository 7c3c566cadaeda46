-- Revert shop:people from pg
begin;
drop table people;
commit;

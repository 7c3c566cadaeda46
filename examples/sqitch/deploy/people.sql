-- Deploy shop:people to pg
-- requires: kwtools
\getenv app SHOP_APP
begin;
create table people (id uuid primary key, name text not null, email kw.ciphertext, phone text);
-- The name was bound before if the table was dropped and is made again.
select kw.reclaim_entity(entity_table) from kw.entities_to_reclaim() where entity_table = 'public.people';
select kw.bind('people', '*', 'email');
grant select, insert, update, delete on people to :"app";
commit;

select pg_advisory_xact_lock(hashtext('shop migrations'));

\getenv app SHOP_APP
create table if not exists people (id uuid primary key, name text not null, email kw.ciphertext, phone text);
-- The name was bound before if the table was dropped and is made again.
select kw.reclaim_entity(entity_table) from kw.entities_to_reclaim() where entity_table = 'public.people';
select kw.bind('people', '*', 'email');
grant select, insert, update, delete on people to :"app";

-- @param column_name: the column
-- @param key_scope: what a data key covers: `column`, `table`, `row` or `cell`
-- @returns: one row for each thing that the protection does, meets or leaves; the protection cannot begin while one is an obstacle
-- @example
--   create table patients (id bigint primary key, phone text not null);
--   insert into patients values (1, '+49 30 1234'), (2, '+33 1 2345');
--   select kind, name, is_obstacle from kw.plan_protection('patients', 'phone') where kind in ('column', 'lock', 'obstacle');
create or replace function kw.plan_protection(entity_table text, column_name text, key_scope text default 'column') returns setof kw.protection_step
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.plan_protection(entity_table, column_name, key_scope)
$function$;

comment on function kw.plan_protection(entity_table text, column_name text, key_scope text) is
'Returns what kw.protect would do with a column, and changes nothing: size and time, locks, the indexes and constraints that are dropped with the plaintext, what depends on the column and stops that, triggers and publications that the backfill fires, roles that may write the column but not encrypt, and where plaintext remains. For kw_client; requires the table owner. Errors: KW003, KW100.';

grant execute on function kw.plan_protection(entity_table text, column_name text, key_scope text) to kw_client;

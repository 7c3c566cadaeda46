-- @param column_name: the column
-- @param key_scope: what a data key covers: `column`, `table`, `row` or `cell`
-- @param shown_by: what has the name of the column after cut over: `column`: the encrypted column; `view`: a protected view that takes the name of the table
-- @param search: `equality`: values are found by a blind index; null: not at all
-- @param normaliser: of the blind index ([format.md](format.md#blind-indexes))
-- @returns: one row for each thing that the protection does, meets or leaves; the protection cannot begin while one is an obstacle
-- @example
--   create table patients (id bigint primary key, phone text not null);
--   insert into patients values (1, '+49 30 1234'), (2, '+33 1 2345');
--   select kind, name, is_obstacle from kw.plan_protection('patients', 'phone') where kind in ('column', 'lock', 'obstacle');
create or replace function kw.plan_protection(
    entity_table text,
    column_name text,
    key_scope text default 'column',
    shown_by text default 'column',
    search text default null,
    normaliser text default 'raw'
) returns setof kw.protection_step
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.plan_protection(entity_table, column_name, key_scope, shown_by, search, normaliser)
$function$;

comment on function kw.plan_protection(entity_table text, column_name text, key_scope text, shown_by text, search text, normaliser text) is
'Returns what kw.protect would do with a column, and changes nothing: size and time, locks, the indexes and constraints that are dropped with the plaintext, what depends on the column and stops that, triggers and publications that the backfill fires, roles that may write the column but not encrypt, with shown_by => view also what breaks when a view has the name of the table, and where plaintext remains. For kw_client; requires the table owner. Errors: KW003, KW100.';

grant execute on function kw.plan_protection(entity_table text, column_name text, key_scope text, shown_by text, search text, normaliser text) to kw_client;

-- @param column_name: the column
-- @param max_rows: how many rows are read in this call, 1 to 10000
-- @returns: how many rows were passed; 0: none is left
-- @example
--   select kw.protect_backfill('patients', 'phone') as passed;
--   select kw.protect_backfill('patients', 'phone') as passed;
create or replace function kw.protect_backfill(entity_table text, column_name text, max_rows integer default 1000) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
-- @typed-encoding
as $function$
@RUNTIME@
return api.protect_backfill(entity_table, column_name, max_rows)
$function$;

comment on function kw.protect_backfill(entity_table text, column_name text, max_rows integer) is
'Encrypts the values of the next rows of a column that is being protected, in the order of the primary key. Rows that another transaction holds are left for a later pass. Ends early where the rows of the call have been locked for 0.1 seconds, so that writers do not wait for long. Commit after each call, and call it until it returns 0. Triggers of the table fire, and see dates in the style ISO and time zone UTC. For kw_client; requires the table owner. Errors: KW100, KW101, KW102, and as kw.encrypt.';

grant execute on function kw.protect_backfill(entity_table text, column_name text, max_rows integer) to kw_client;

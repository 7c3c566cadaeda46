-- @param column_name: the column
-- @param max_rows: how many rows are read in this call, 1 to 10000
-- @param old_key: of a takeover, the key of that tool, as `key` of `kw.takeover_many`. Give it as a bind parameter. Nothing stores it
-- @returns: how many rows were passed; 0: none is left
-- @example
--   select kw.protect_backfill('patients', 'phone') as passed;
--   select kw.protect_backfill('patients', 'phone') as passed;
create or replace function kw.protect_backfill(
    entity_table text,
    column_name text,
    max_rows integer default 1000,
    old_key bytea default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
-- @typed-encoding
as $function$
@RUNTIME@
return api.protect_backfill(entity_table, column_name, max_rows, old_key)
$function$;

comment on function kw.protect_backfill(entity_table text, column_name text, max_rows integer, old_key bytea) is
'Encrypts the values of the next rows of a column that is being protected, in the order of the primary key. Rows that another transaction holds are left for a later pass. Ends early where the rows of the call have been locked for 0.1 seconds, so that writers do not wait for long. Commit after each call, and call it until it returns 0. Of a takeover, values that do not open fail the call, which names their keys; after the verification, it encrypts values that were written since, and returns 0 where fewer than max_rows were left. Triggers of the table fire, and see dates in the style ISO and time zone UTC. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, KW300, and as kw.encrypt.';

grant execute on function kw.protect_backfill(entity_table text, column_name text, max_rows integer, old_key bytea) to kw_client;

-- @param column_name: the column
-- @param max_rows: how many rows are verified in this call, 1 to 10000
-- @param old_key: of a takeover, the key of that tool, as `key` of `kw.takeover_many`. Give it as a bind parameter. Nothing stores it
-- @returns: how many rows were verified; 0: none is left
-- @example
--   select kw.protect_verify('patients', 'phone') as verified;
--   select kw.protect_verify('patients', 'phone') as verified;
--   select status, encrypted, verified, differing from kw.protection_status('patients');
-- row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.protect_verify(
    entity_table text,
    column_name text,
    max_rows integer default 1000,
    old_key bytea default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
-- @typed-encoding
as $function$
@RUNTIME@
return api.protect_verify(entity_table, column_name, max_rows, old_key)
$function$;

comment on function kw.protect_verify(entity_table text, column_name text, max_rows integer, old_key bytea) is
'Decrypts the next rows of a column that was backfilled, and compares the SHA-256 of each value with that of its plaintext, which of a takeover is opened with the old key. Commit after each call, and call it until it returns 0. If rows differ, the column is not verified: kw.protection_status names their keys, and the next call begins again. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102, and as kw.decrypt.';

grant execute on function kw.protect_verify(entity_table text, column_name text, max_rows integer, old_key bytea) to kw_client;

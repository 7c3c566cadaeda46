-- @param column_name: the column
-- @param max_rows: how many rows are verified in this call, 1 to 10000
-- @returns: how many rows were verified; 0: none is left
-- @example
--   select kw.protect_verify('patients', 'phone') as verified;
--   select kw.protect_verify('patients', 'phone') as verified;
--   select status, encrypted, verified, differing from kw.protection_status('patients');
-- row_security = off: rows that a policy hides raise an error, and are not left out.
create or replace function kw.protect_verify(entity_table text, column_name text, max_rows integer default 1000) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
-- @typed-encoding
as $function$
@RUNTIME@
return api.protect_verify(entity_table, column_name, max_rows)
$function$;

comment on function kw.protect_verify(entity_table text, column_name text, max_rows integer) is
'Decrypts the next rows of a column that was backfilled, and compares the SHA-256 of each value with that of its plaintext. Commit after each call, and call it until it returns 0. If rows differ, the column is not verified: kw.protection_status names their keys, and the next call begins again. For kw_client; requires the table owner. Errors: KW100, KW101, KW102, and as kw.decrypt.';

grant execute on function kw.protect_verify(entity_table text, column_name text, max_rows integer) to kw_client;

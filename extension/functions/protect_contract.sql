-- @param column_name: the column
-- @example
--   select kw.protect_contract('patients', 'phone');
-- row_security = off: of a takeover it reads rows, and those that a policy hides raise an error.
create or replace function kw.protect_contract(entity_table text, column_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
@RUNTIME@
return api.protect_contract(entity_table, column_name)
$function$;

comment on function kw.protect_contract(entity_table text, column_name text) is
'Drops the plaintext column of a column that was cut over, with its trigger. This cannot be undone. Of a takeover it reads the table before it locks it. Refused (KW102) while views, generated columns or other objects depend on the plaintext column. Old tuples keep plaintext until the table is rewritten; a notice says how. Audited. For kw_client; requires the table owner. Errors: KW100, KW101, KW102.';

grant execute on function kw.protect_contract(entity_table text, column_name text) to kw_client;

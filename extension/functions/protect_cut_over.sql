-- @param column_name: the column
-- @example
--   select kw.protect_cut_over('patients', 'phone');
--   select id, kw.decrypt_text('patients', id, 'phone', phone) as phone from patients order by id;
create or replace function kw.protect_cut_over(entity_table text, column_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
set row_security = off
as $function$
@RUNTIME@
return api.protect_cut_over(entity_table, column_name)
$function$;

comment on function kw.protect_cut_over(entity_table text, column_name text) is
'Gives the name of a verified column to the encrypted one: from now on writers encrypt. With shown_by => view a protected view takes the name of the table as well, so that readers and writers go on with plaintext; the table is then named with _protected at its end. A trigger keeps the plaintext in step until kw.protect_contract, so that kw.protect_undo loses nothing. If it is cut over, does nothing. Locks the table for milliseconds. Audited. For kw_client; requires the table owner. Errors: KW100, KW101, KW102, 55P03 while older transactions could still need the plaintext.';

grant execute on function kw.protect_cut_over(entity_table text, column_name text) to kw_client;

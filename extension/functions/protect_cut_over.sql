-- @param column_name: the column
-- @param way: `column`: the encrypted column takes the name of the column
-- @example
--   select kw.protect_cut_over('patients', 'phone');
--   select id, kw.decrypt_text('patients', id, 'phone', phone) as phone from patients order by id;
create or replace function kw.protect_cut_over(entity_table text, column_name text, way text default 'column') returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
as $function$
@RUNTIME@
return api.protect_cut_over(entity_table, column_name, way)
$function$;

comment on function kw.protect_cut_over(entity_table text, column_name text, way text) is
'Gives the name of a verified column to the encrypted one. From now on writers encrypt. A trigger keeps the plaintext in step until kw.protect_contract, so that kw.protect_undo loses nothing. If it is cut over, does nothing. Locks the table for milliseconds. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102.';

grant execute on function kw.protect_cut_over(entity_table text, column_name text, way text) to kw_client;

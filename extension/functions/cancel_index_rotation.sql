-- @returns: how many data keys were destroyed
-- @example
--   select kw.rotate_index_key('users', 'email');
--   select kw.cancel_index_rotation('users', 'email');
create or replace function kw.cancel_index_rotation(entity_table text, field_name text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.cancel_index_rotation(entity_table, field_name)
$function$;

comment on function kw.cancel_index_rotation(entity_table text, field_name text) is
'Destroys the next keys of a field whose keys are being replaced, and returns how many. The present keys and tokens stay. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW102 (not being replaced), KW302 (no blind index).';

grant execute on function kw.cancel_index_rotation(entity_table text, field_name text) to kw_client;

-- @param field_name: the column, or another name; null: each row as a whole
-- @returns: the wrappers, in the order of the keys
-- @example
--   select kw.lookup_many('users', array['2', '4'], 'notes');
-- @by entity_pks: bigint uuid
create or replace function kw.lookup_many(entity_table text, entity_pks text[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

comment on function kw.lookup_many(entity_table text, entity_pks text[], field_name text) is
'Looks up many keys, in order; null for null and if nothing is bound. For kw_client. Errors: as kw.lookup.';

grant execute on function kw.lookup_many(entity_table text, entity_pks text[], field_name text) to kw_client;

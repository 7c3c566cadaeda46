-- @param field_name: the column, or another name; null: every field of each row
-- @returns: the wrappers, in the order of the keys
-- @example
--   select kw.bind_many('users', array['2', '30'], 'notes');
-- @by entity_pks: bigint uuid
create or replace function kw.bind_many(
    entity_table text,
    entity_pks text[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

comment on function kw.bind_many(entity_table text, entity_pks text[], field_name text, policy text) is
'Binds each of many keys to a new wrapper, and returns the wrappers in order. For kw_client. Errors: as kw.bind.';

grant execute on function kw.bind_many(entity_table text, entity_pks text[], field_name text, policy text) to kw_client;

-- @param entity_pks: the keys that the values were encrypted for
-- @param field_name: the field that the values were encrypted for
-- @param to_entity_pks: the keys that the values are for now, in the same order; null: the same
-- @param to_field_name: the field that the values are for now; null: the same
-- @returns: the new ciphertexts, in the order of the old ones
-- @example
--   with old as (
--       select array_agg(id) as ids, array_agg(email) as emails from users
--   )
--   update users set email = new.email
--   from old, unnest(ids, kw.reencrypt_many_by_bigint('users', ids, 'email', emails)) as new(id, email)
--   where users.id = new.id;
-- @by entity_pks: bigint uuid
create or replace function kw.reencrypt_many(
    entity_table text,
    entity_pks text[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks text[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

comment on function kw.reencrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], to_entity_pks text[], to_field_name text) is
'Reencrypts many values, in order, as kw.reencrypt. For kw_client. Errors: as kw.reencrypt.';

grant execute on function kw.reencrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], to_entity_pks text[], to_field_name text) to kw_client;

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
'As kw.reencrypt, of many values, in order. For kw_client. Errors: as kw.reencrypt.';

grant execute on function kw.reencrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], to_entity_pks text[], to_field_name text) to kw_client;

-- @param entity_pk: the key that the value was encrypted for
-- @param field_name: the field that the value was encrypted for
-- @param to_entity_pk: the key that the value is for now, as text; null: the same
-- @param to_field_name: the field that the value is for now; null: the same
-- @returns: the new ciphertext
-- @example
--   update users set id = 30, email = kw.reencrypt('users', 3, 'email', email, to_entity_pk => '30') where id = 3;
--   select id, kw.decrypt_text('users', id, 'email', email) as email from users where id = 30;
-- @overload entity_pk: text bigint uuid
create or replace function kw.reencrypt(
    entity_table text,
    entity_pk text,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

comment on function kw.reencrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) is
'Decrypts a value from its old place and encrypts it for its present place (by default the same), under the newest key. Use it after a change of a key within a wider binding, and after kw.rotate. For kw_client; requires the privileges of kw.decrypt and kw.encrypt. Errors: as these.';

grant execute on function kw.reencrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea, to_entity_pk text, to_field_name text) to kw_client;

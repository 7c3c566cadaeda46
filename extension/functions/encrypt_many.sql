-- @returns: the ciphertexts, in the order of the values
-- @example
--   update users set email = new.ciphertext
--   from unnest(
--       array[1, 2],
--       kw.encrypt_many_by_bigint(
--           'users', array[1, 2], 'email', array['ada@example.org', 'grace@example.org']::bytea[]
--       )
--   ) as new(id, ciphertext)
--   where users.id = new.id;
-- @by entity_pks: bigint uuid
create or replace function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) is
'Encrypts many values of one field, in order; null for null. Much faster for each value than kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) to kw_client;

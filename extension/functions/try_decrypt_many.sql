-- @returns: the values, in the order of the ciphertexts; null for each that cannot be decrypted
-- @example
--   select kw.try_decrypt_many('users', array['1', '1'], 'email', array_agg(email order by id))
--   from users where id in (1, 2);
-- @by entity_pks: bigint uuid
create or replace function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many values of one field, in order, as kw.try_decrypt. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) to kw_client;

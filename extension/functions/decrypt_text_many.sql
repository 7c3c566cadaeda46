-- @returns: the values, in the order of the ciphertexts
-- @example
--   with stored as (
--       select array_agg(id::text order by id) as ids, array_agg(email order by id) as emails from users
--   )
--   select unnest(ids) as id, unnest(kw.decrypt_text_many('users', ids, 'email', emails)) as email from stored;
-- @by entity_pks: bigint uuid
create or replace function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

comment on function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) is
'Decrypts many texts of one field, as kw.decrypt_many. For kw_client. Errors: as kw.decrypt_text.';

grant execute on function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) to kw_client;

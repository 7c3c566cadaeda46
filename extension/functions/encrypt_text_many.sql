-- @returns: the ciphertexts, in the order of the values
-- @example
--   insert into users (id, name, email)
--   select id, name, email
--   from unnest(
--       array[4, 5],
--       array['Donald', 'Edsger'],
--       kw.encrypt_text_many('users', array['4', '5'], 'email', array['donald@example.org', 'edsger@example.org'])
--   ) as new(id, name, email);
-- @by entity_pks: bigint uuid
create or replace function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

comment on function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) is
'Encrypts many texts of one field, as kw.encrypt_many. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) to kw_client;

-- @returns: the value, or null
-- @example
--   select id, kw.try_decrypt_text('users', 1, 'email', email) as email_of_ada from users order by id limit 2;
-- @overload entity_pk: text bigint uuid
create or replace function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.try_decrypt; null also if it is not valid text in this encoding. For kw_client. Errors: as kw.try_decrypt.';

grant execute on function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

-- @returns: the ciphertext, for the column
-- @example
--   update users set email = kw.encrypt('users', id, 'email', 'ada@example.com'::bytea) where id = 1;
-- @overload entity_pk: text bigint uuid
create or replace function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) is
'Encrypts a value under the binding that covers its cell; null for null. For kw_client; requires INSERT or UPDATE on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW301 (shredded), KW302 (nothing bound).';

grant execute on function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) to kw_client;

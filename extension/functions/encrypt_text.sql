-- @returns: the ciphertext, for the column
-- @example
--   insert into users (id, name, email)
--   values (3, 'Barbara', kw.encrypt_text('users', 3, 'email', 'barbara@example.org'));
-- @overload entity_pk: text bigint uuid
create or replace function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

comment on function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) is
'Encrypts a text (as UTF-8), as kw.encrypt. For kw_client. Errors: as kw.encrypt.';

grant execute on function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) to kw_client;

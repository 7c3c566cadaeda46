-- @returns: the value
-- @example
--   select id, name, kw.decrypt_text('users', id, 'email', email) as email from users order by id;
-- @overload entity_pk: text bigint uuid
create or replace function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a text of a cell, as kw.decrypt. For kw_client. Errors: as kw.decrypt; KW300 also if the value is not valid text.';

grant execute on function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

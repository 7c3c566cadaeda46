-- @returns: the value
-- @example
--   select id, convert_from(kw.decrypt('users', id, 'email', email), 'UTF8') as email
--   from users order by id limit 2;
-- @overload entity_pk: text bigint uuid
create or replace function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a value of a cell; null for null. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212, KW300 (could not decrypt, for any cause), KW301 (shredded).';

grant execute on function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

-- @returns: the value, or null
-- @example
--   select id, kw.try_decrypt('users', 1, 'email', email) is not null as belongs_to_ada from users order by id limit 2;
-- @overload entity_pk: text bigint uuid
create or replace function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

comment on function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) is
'Decrypts a value of a cell, as kw.decrypt, but returns null if it is shredded or cannot be decrypted. It still fails if the role lacks the privilege, a KMS is unreachable, a key is disabled or a wrapper is retired. For kw_client; requires SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

grant execute on function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

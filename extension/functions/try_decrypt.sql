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
'As kw.decrypt, but null for what is shredded or does not decrypt, so that one such row spoils no list. Still an error: a role that may not, a KMS that cannot be reached, a key that is disabled, a wrapper that is retired. For kw_client; takes SELECT on the column or a grant. Errors: KW003, KW100, KW200 to KW212.';

grant execute on function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) to kw_client;

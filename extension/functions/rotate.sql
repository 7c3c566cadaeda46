-- @param entity_pk: the key that is bound; `*`: every row
-- @param field_name: the field that is bound; null: every field
-- @returns: the new wrapper
-- @example
--   select kw.rotate('users', '*', 'email');
--   select d.generation, d.is_current from users, kw.describe(email) d where id = 1;
-- @overload entity_pk: text bigint uuid
create or replace function kw.rotate(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.rotate(entity_table, entity_pk, field_name)
$function$;

comment on function kw.rotate(entity_table text, entity_pk text, field_name text) is
'Gives a binding a new data key for new values, and returns its wrapper. Existing ciphertexts stay readable. For kw_client, as kw.bind. Errors: KW003, KW100, KW301, KW302 (nothing is bound to exactly this place).';

grant execute on function kw.rotate(entity_table text, entity_pk text, field_name text) to kw_client;

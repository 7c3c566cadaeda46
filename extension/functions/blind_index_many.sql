-- @param plaintexts: the values, as texts
-- @param tenant: the tenant of the blind index; null: that of the whole table
-- @param next_key: while the key is being replaced: whether the next key makes the token
-- @returns: the tokens, in the order of the values
-- @example
--   select id from users
--   where email_token = any (kw.blind_index_many('users', 'email', array['donald@example.org', 'edsger@example.org']))
--   order by id;
create or replace function kw.blind_index_many(entity_table text, field_name text, plaintexts text[], tenant text default null, next_key boolean default false) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.blind_index_many(entity_table, field_name, plaintexts, tenant, next_key)
$function$;

comment on function kw.blind_index_many(entity_table text, field_name text, plaintexts text[], tenant text, next_key boolean) is
'Returns the tokens of many values of a field, in order, as kw.blind_index. For kw_client. Errors: as kw.blind_index.';

grant execute on function kw.blind_index_many(entity_table text, field_name text, plaintexts text[], tenant text, next_key boolean) to kw_client;

-- @param value: the value, as text
-- @param tenant: the tenant of the blind index; null: that of the whole table
-- @param next_key: while the key is being replaced: whether the next key makes the token
-- @returns: the token, for a column of type `bytea`
-- @example
--   update users set email_token = kw.blind_index('users', 'email', kw.decrypt_text('users', id, 'email', email));
--   select id, name from users where email_token = kw.blind_index('users', 'email', ' Donald@Example.org');
create or replace function kw.blind_index(entity_table text, field_name text, value text, tenant text default null, next_key boolean default false) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.blind_index(entity_table, field_name, value, tenant, next_key)
$function$;

comment on function kw.blind_index(entity_table text, field_name text, value text, tenant text, next_key boolean) is
'Returns the token of a value of a field: 5 bytes, and the bits of the blind index. Equal values, once normalised, have equal tokens. Null for null. A token confirms a guess of its value, so this requires the right to read the field, to store tokens too. For kw_client. Errors: KW003 (also a value that the normaliser does not take), KW100, KW101, KW301 (shredded), KW302 (no blind index).';

grant execute on function kw.blind_index(entity_table text, field_name text, value text, tenant text, next_key boolean) to kw_client;

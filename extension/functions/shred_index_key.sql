-- @param tenant: the tenant of the blind index; null: that of the whole table
-- @returns: how many data keys were destroyed
-- @example
--   update users set email_token = null;
--   select kw.shred_index_key('users', 'email');
create or replace function kw.shred_index_key(entity_table text, field_name text, tenant text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.shred_index_key(entity_table, field_name, tenant)
$function$;

comment on function kw.shred_index_key(entity_table text, field_name text, tenant text) is
'Destroys the key of a blind index and returns how many data keys. No token can be made of it any more. Tokens that are stored stay, and tell which values were equal: set them to null. Then kw.create_index_key can create another. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW302 (no blind index).';

grant execute on function kw.shred_index_key(entity_table text, field_name text, tenant text) to kw_client;

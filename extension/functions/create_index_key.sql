-- @param field_name: the field whose values get tokens
-- @param normaliser: what is done to a value before its token is made ([format.md](format.md#blind-indexes))
-- @param bits: how many bits of the hash a token has, 8 to 128
-- @param tenant: whose values compare with each other only; null: those of the whole table
-- @param policy: the policy; null: that of the field, else `default`
-- @returns: `kw.blind_indexes.index_uuid`
-- @example
--   select kw.create_index_key('users', 'email', 'email') is not null as created;
--   alter table users add column email_token bytea;
--   create unique index on users (email_token);
create or replace function kw.create_index_key(
    entity_table text,
    field_name text,
    normaliser text default 'raw',
    bits integer default 128,
    tenant text default null,
    policy text default null,
    if_not_exists boolean default false
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.create_index_key(entity_table, field_name, normaliser, bits, tenant, policy, if_not_exists)
$function$;

comment on function kw.create_index_key(entity_table text, field_name text, normaliser text, bits integer, tenant text, policy text, if_not_exists boolean) is
'Creates the key of a blind index over a field, wrapped by a policy like other data keys (null: that of the field, else default), and returns the index. Then kw.blind_index makes tokens: equal values have equal tokens, so a column of tokens finds, joins and keeps values unique. Normalisers: raw, trim, digits, phone, ascii-lower, unicode-14 (case), email. Normaliser, bits and tenant never change. Fewer bits hide frequency: some different values share a token, which the query has to filter. if_not_exists: if there is one of this normaliser and bits, returns it. Audited. For kw_client; requires the table owner. Errors: KW003, KW100, KW101, KW102 (already exists, or differs), KW104, KW200 to KW209.';

grant execute on function kw.create_index_key(entity_table text, field_name text, normaliser text, bits integer, tenant text, policy text, if_not_exists boolean) to kw_client;

-- @param field_name: the field; also the column of protected views
-- @param value_type: the type of its values, as SQL writes it; null: as it is, and text for a new field
-- @param key_scope: what one data key protects: table, column, row or cell; null: as it is, and column for a new field
-- @param token_column: the column of the tokens of its blind index; null: none
-- @param ciphertext_column: the column of the ciphertexts; null: as it is, and named as the field for a new one
-- @param tenant_column: the column that names the tenant of the blind index; null: the index of the whole table
-- @param next_token_column: the column of the tokens by the next key (kw.rotate_index_key), which views fill and do not show; null: none
-- @example
--   create table residents (id bigint primary key, name text not null, born bytea);
--   select kw.set_protected_field('residents', 'born', 'date', 'cell');
create or replace function kw.set_protected_field(
    entity_table text,
    field_name text,
    value_type text default null,
    key_scope text default null,
    token_column name default null,
    ciphertext_column name default null,
    tenant_column name default null,
    next_token_column name default null
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_protected_field(entity_table, field_name, value_type, key_scope, token_column, ciphertext_column, tenant_column, next_token_column)
$function$;

comment on function kw.set_protected_field(entity_table text, field_name text, value_type text, key_scope text, token_column name, ciphertext_column name, tenant_column name, next_token_column name) is
'Sets how protected views decrypt and encrypt a field of a table. Views that exist stay as they are until kw.remake_protected_view. Audited. For kw_client and kw_grantor; requires the table owner. Errors: KW003 (also for a type whose text depends on the session), KW100, KW102 (the field is being protected; a tenant_column where the trigger of kw.protect writes tokens), KW211.';

grant execute on function kw.set_protected_field(entity_table text, field_name text, value_type text, key_scope text, token_column name, ciphertext_column name, tenant_column name, next_token_column name) to kw_client, kw_grantor;

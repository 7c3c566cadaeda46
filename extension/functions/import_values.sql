-- @param wrapper: the carrier, which `kw.import_wrapper` imported
-- @param sealed: what `kw.export_values` of another database returned; null for null
-- @param sealed_as: the name of the table there; null: `entity_table`
-- @returns: the values, encrypted under the bindings of this database, in order
-- @example
--   with carrier as materialized (select kw.wrap() as uuid)
--   select kw.is_ciphertext(
--       (kw.import_values(
--           c.uuid, 'users', array['1'], 'email',
--           kw.export_values(c.uuid, 'users', array['1'], 'email', (select array[email] from users where id = 1))
--       ))[1]
--   ) as is_ciphertext
--   from carrier c;
create or replace function kw.import_values(
    wrapper uuid,
    entity_table text,
    entity_pks text[],
    field_name text,
    sealed bytea[],
    sealed_as text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.import_values(wrapper, entity_table, entity_pks, field_name, sealed, sealed_as)
$function$;

comment on function kw.import_values(wrapper uuid, entity_table text, entity_pks text[], field_name text, sealed bytea[], sealed_as text) is
'Opens values that kw.export_values of another database sealed under the data key of a carrier, and encrypts each under the binding that covers it here. The caller sees neither. Used by kwtools wrappers import. For kw_unwrap; requires the right to encrypt the field. Errors: KW003, KW100, KW101, KW102 (the carrier is bound), KW200 to KW212, KW300 (a value was changed, or is of another cell or move), KW301, KW302.';

grant execute on function kw.import_values(wrapper uuid, entity_table text, entity_pks text[], field_name text, sealed bytea[], sealed_as text) to kw_unwrap;

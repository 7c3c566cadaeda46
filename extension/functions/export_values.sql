-- @param wrapper: the carrier: an unbound wrapper that was made for the move
-- @param ciphertexts: the values, a key each; null for null
-- @param sealed_as: the name of the table that the values are sealed for; null: `entity_table`
-- @returns: the values, sealed under the carrier, in the order of the ciphertexts
-- @example
--   select octet_length(
--       (kw.export_values(kw.wrap(), 'users', array['1'], 'email', (select array[email] from users where id = 1)))[1]
--   ) > 16 as is_sealed;
create or replace function kw.export_values(
    wrapper uuid,
    entity_table text,
    entity_pks text[],
    field_name text,
    ciphertexts bytea[],
    sealed_as text default null
) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.export_values(wrapper, entity_table, entity_pks, field_name, ciphertexts, sealed_as)
$function$;

comment on function kw.export_values(wrapper uuid, entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], sealed_as text) is
'Decrypts values of one field and seals each under the data key of a carrier, for kw.import_values of another database that has this data key. The same value of the same cell is sealed to the same bytes each time. Used by kwtools wrappers export. For kw_unwrap; requires the right to decrypt the field. Errors: KW003, KW100, KW101, KW102 (the carrier is bound), KW200 to KW212, KW300, KW301.';

grant execute on function kw.export_values(wrapper uuid, entity_table text, entity_pks text[], field_name text, ciphertexts bytea[], sealed_as text) to kw_unwrap;

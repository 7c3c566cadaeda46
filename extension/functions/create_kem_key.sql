create or replace function kw.create_kem_key(
    external_key_ref text,
    algorithm text,
    sealed_by_key_id bigint
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return kw.create_kem_key(external_key_ref, algorithm, sealed_by_key_id)
$function$;

comment on function kw.create_kem_key(external_key_ref text, algorithm text, sealed_by_key_id bigint) is
'Makes a KEM key, which seals layers, and returns its id. Its private key is stored in kw.kem_private_keys, wrapped under another KMS key or branch; its provider is that one''s. (kw.create_kms_key of provider local makes one whose private key is a file.) For kw_admin. Errors: KW003, KW101, KW102 (exists, or too deep), KW200 to KW209.';

grant execute on function kw.create_kem_key(external_key_ref text, algorithm text, sealed_by_key_id bigint) to kw_admin;

create or replace function kw.create_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return kw.create_kms_key(provider, external_key_ref, purpose, algorithm)
$function$;

comment on function kw.create_kms_key(provider text, external_key_ref text, purpose text, algorithm text) is
'Makes a key in a KMS, registers it and returns its id. For a provider of kind wrapper it makes a branch key, and external_key_ref names the policy to wrap it by. For provider local, an algorithm of class kem makes a KEM key, which seals layers. For kw_admin. Errors: KW003, KW101, KW102 (exists, or too deep), KW201 to KW209 (what the KMS said).';

grant execute on function kw.create_kms_key(provider text, external_key_ref text, purpose text, algorithm text) to kw_admin;

create or replace function kw.add_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return kw.add_kms_key(provider, external_key_ref, purpose, algorithm)
$function$;

comment on function kw.add_kms_key(provider text, external_key_ref text, purpose text, algorithm text) is
'Registers a key that exists in a KMS, and returns its id. For kw_admin. Errors: KW003, KW101 (no such provider), KW102 (registered already), KW201 to KW209 (what the KMS said).';

grant execute on function kw.add_kms_key(provider text, external_key_ref text, purpose text, algorithm text) to kw_admin;

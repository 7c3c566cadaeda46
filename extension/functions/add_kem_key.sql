create or replace function kw.add_kem_key(
    provider text,
    external_key_ref text,
    algorithm text,
    public_key bytea,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.add_kem_key(provider, external_key_ref, algorithm, public_key, if_not_exists)
$function$;

comment on function kw.add_kem_key(provider text, external_key_ref text, algorithm text, public_key bytea, if_not_exists boolean) is
'Registers a KEM key by its public key, and returns its id: this database can seal layers to it and, unless its provider holds the private key here, not open them. if_not_exists: where it is registered already, with this algorithm and public key, nothing is done and its id returned. For kw_admin. Errors: KW003, KW101, KW102 (exists, or exists and differs).';

grant execute on function kw.add_kem_key(provider text, external_key_ref text, algorithm text, public_key bytea, if_not_exists boolean) to kw_admin;

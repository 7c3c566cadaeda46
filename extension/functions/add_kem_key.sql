create or replace function kw.add_kem_key(
    provider text,
    external_key_ref text,
    algorithm text,
    public_key bytea
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return kw.add_kem_key(provider, external_key_ref, algorithm, public_key)
$function$;

comment on function kw.add_kem_key(provider text, external_key_ref text, algorithm text, public_key bytea) is
'Registers a KEM key by its public key, and returns its id: this database can seal layers to it and, unless its provider holds the private key here, not open them. For kw_admin. Errors: KW003, KW101, KW102.';

grant execute on function kw.add_kem_key(provider text, external_key_ref text, algorithm text, public_key bytea) to kw_admin;

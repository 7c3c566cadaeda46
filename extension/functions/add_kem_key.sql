-- @param provider: the provider that holds the private key, if this database has one for it
-- @param external_key_ref: the name of the key in its provider
-- @param algorithm: the KEM, a name of `kw.crypto_algorithms`
-- @param public_key: the public key, in the form of its KEM
-- @returns: `kw.kms_keys.id`
-- @example
--   select kw.add_kem_key(
--       'local', 'users-offline', 'X25519', '\xde9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f'
--   );
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
'Registers a KEM key by its public key, and returns its id. This database can seal layers to it. It can open them only if its provider has the private key. if_not_exists: if the key is already registered with this algorithm and public key, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, or differs).';

grant execute on function kw.add_kem_key(provider text, external_key_ref text, algorithm text, public_key bytea, if_not_exists boolean) to kw_admin;

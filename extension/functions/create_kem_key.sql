-- @param external_key_ref: the name of the new key
-- @param algorithm: the KEM, a name of `kw.crypto_algorithms`
-- @param sealed_by_key_id: the KMS key or branch key that wraps the private key
-- @returns: `kw.kms_keys.id`
-- @example
--   select kw.create_kem_key('users-sealed', 'X25519', sealed_by_key_id => 1);
create or replace function kw.create_kem_key(
    external_key_ref text,
    algorithm text,
    sealed_by_key_id bigint,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.create_kem_key(external_key_ref, algorithm, sealed_by_key_id, if_not_exists)
$function$;

comment on function kw.create_kem_key(external_key_ref text, algorithm text, sealed_by_key_id bigint, if_not_exists boolean) is
'Creates a KEM key, which seals layers, and returns its id. Its private key is stored in kw.kem_private_keys, wrapped under another KMS key or branch. Its provider is the provider of that key. (With provider local, kw.create_kms_key creates a KEM key whose private key is a file.) if_not_exists: if it is already registered with this algorithm and seal, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, differs, or too deep), KW200 to KW209.';

grant execute on function kw.create_kem_key(external_key_ref text, algorithm text, sealed_by_key_id bigint, if_not_exists boolean) to kw_admin;

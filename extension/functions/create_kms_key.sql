-- @param external_key_ref: the name of the new key in its KMS; of a branch key, the policy that wraps it
-- @param algorithm: the algorithm of the key, for KMSs whose keys have several, or a KEM; null: the usual one
-- @returns: `kw.kms_keys.id`
-- @example
--   select kw.create_kms_key('local', 'users-4');
create or replace function kw.create_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.create_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

comment on function kw.create_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) is
'Creates a key in a KMS, registers it and returns its id. For a provider of kind wrapper it creates a branch key, and external_key_ref names its policy. With purpose sign it creates a key that signs in its KMS, of signature algorithm algorithm, for kw.create_signing_key. For provider local, an algorithm of class kem creates a KEM key, which seals layers. It reuses a key that a rolled-back call of this database left in a keystore. if_not_exists: if the key is already registered with this purpose and algorithm, returns its id. For a branch that is the oldest active one of the policy. A key that exists only in the KMS is registered. For kw_admin. Errors: KW003, KW101, KW102 (already exists, differs, or too deep), KW201 to KW209 (from the KMS).';

grant execute on function kw.create_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) to kw_admin;

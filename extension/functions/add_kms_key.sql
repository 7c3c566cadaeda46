-- @param external_key_ref: the name of the key in its KMS
-- @param algorithm: the algorithm of the key, for KMSs whose keys have several; null: the usual one
-- @returns: `kw.kms_keys.id`
-- @example
--   select kw.add_kms_key('local', 'users-4', if_not_exists => true);
create or replace function kw.add_kms_key(
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
return api.add_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

comment on function kw.add_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) is
'Registers an existing key of a KMS, and returns its id. A key of purpose sign signs in its KMS and is for kw.create_signing_key; it never wraps, and no other key signs there. if_not_exists: if it is already registered with this purpose and, if given, this algorithm, returns its id. For kw_admin. Errors: KW003, KW101 (provider does not exist), KW102 (already exists, or differs), KW201 to KW209 (from the KMS).';

grant execute on function kw.add_kms_key(provider text, external_key_ref text, purpose text, algorithm text, if_not_exists boolean) to kw_admin;

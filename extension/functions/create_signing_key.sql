-- @param name: the name of the new key
-- @param algorithm: the signature algorithm, a name of `kw.crypto_algorithms`
-- @param scope: `log`, `export`, or `application:` and a name
-- @param kms_key_id: the KMS key or branch key that wraps the private key; or a KMS key of purpose `sign`, which is the private key
-- @param activate: whether it can sign at once; false: only after `kw.set_signing_key_status(name, 'active')`
-- @param notes: for people
-- @returns: `kw.signing_keys.id`
-- @example
--   select kw.create_signing_key('invoices-2026', 'Ed25519', 'application:invoices', 1);
--   select kw.create_signing_key('invoices-2027', 'ML-DSA-65', 'application:invoices', 1, activate => false);
--   select name, origin, status, activated_at is not null as is_activated from kw.signing_keys order by id;
create or replace function kw.create_signing_key(
    name text,
    algorithm text,
    scope text,
    kms_key_id bigint,
    activate boolean default true,
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.create_signing_key(name, algorithm, scope, kms_key_id, activate, notes, if_not_exists)
$function$;

comment on function kw.create_signing_key(name text, algorithm text, scope text, kms_key_id bigint, activate boolean, notes text, if_not_exists boolean) is
'Creates a signing key and returns its id. Its private key is stored in kw.signing_keys, wrapped under a KMS key or branch, and never leaves the server. Where the KMS key has purpose sign, that key is the private key: it stays in its KMS, which signs, and its public key is read from there. if_not_exists: if a key of this name has this algorithm, scope and KMS key, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, or differs), KW104 (below signature_level), KW200 to KW209.';

grant execute on function kw.create_signing_key(name text, algorithm text, scope text, kms_key_id bigint, activate boolean, notes text, if_not_exists boolean) to kw_admin;

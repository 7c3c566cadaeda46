-- @param name: the name of the new key
-- @param algorithm: the signature algorithm, a name of `kw.crypto_algorithms`
-- @param scope: `log`, `import`, or `application:` and a name
-- @param public_key: the public key, in the form of its algorithm
-- @param notes: for people
-- @returns: `kw.signing_keys.id`
-- @example
--   select kw.import_signing_key(
--       'partner', 'Ed25519', 'application:orders', '\xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
--   );
create or replace function kw.import_signing_key(
    name text,
    algorithm text,
    scope text,
    public_key bytea,
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.import_signing_key(name, algorithm, scope, public_key, notes, if_not_exists)
$function$;

comment on function kw.import_signing_key(name text, algorithm text, scope text, public_key bytea, notes text, if_not_exists boolean) is
'Enrols the public key of a signing key whose private key is elsewhere, and returns its id. Its signatures verify from then on. A public key is enrolled once. if_not_exists: if a key of this name has this algorithm, scope and public key, returns its id. For kw_admin. Errors: KW003, KW102 (already exists, or differs), KW104 (below signature_level).';

grant execute on function kw.import_signing_key(name text, algorithm text, scope text, public_key bytea, notes text, if_not_exists boolean) to kw_admin;

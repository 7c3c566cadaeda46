-- @param name: the name of its entry in the provider file
-- @param provider: the kind: `local`, `vault`, `aws`, `gcp`, `azure`, `pkcs11`, `kmip` or `wrapper`
-- @param config: `{}`; the options of a provider are in the provider file
-- @param probe: whether to reach the KMS first
-- @returns: `kw.kms_providers.id`
-- @example
--   select kw.add_provider('archive', 'local');
--   select kw.add_provider('branches', 'wrapper');
create or replace function kw.add_provider(
    name text,
    provider text,
    config jsonb default '{}',
    probe boolean default true,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.add_provider(name, provider, config, probe, if_not_exists)
$function$;

comment on function kw.add_provider(name text, provider text, config jsonb, probe boolean, if_not_exists boolean) is
'Registers a KMS that the server''s provider file names, and returns its id. probe: connects first, and checks its credentials. if_not_exists: if it is already registered with this kind, returns its id. Kind wrapper is for branch keys and requires no entry. For kw_admin. Errors: KW003, KW101 (not in the file), KW102 (already exists, or differs), KW201 to KW209 (from the probe).';

grant execute on function kw.add_provider(name text, provider text, config jsonb, probe boolean, if_not_exists boolean) to kw_admin;

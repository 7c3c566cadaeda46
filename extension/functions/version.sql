-- @returns: an object of versions
-- @example
--   select jsonb_object_keys(kw.version()) as component;
create or replace function kw.version() returns jsonb
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.version()
$function$;

comment on function kw.version() is
'Returns the versions of extension, runtime, Python, cryptography and OpenSSL. For all roles of kwtools.';

grant execute on function kw.version() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;

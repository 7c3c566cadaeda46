-- @param provider: the provider to take out
-- @example
--   select kw.undeclare_shared_root('archive');
create or replace function kw.undeclare_shared_root(provider text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.undeclare_shared_root(provider)
$function$;

comment on function kw.undeclare_shared_root(provider text) is
'Removes a provider from its declared shared root. Policies that were refused are accepted again. For kw_admin; requires a superuser. Errors: KW100, KW101, KW102.';

grant execute on function kw.undeclare_shared_root(provider text) to kw_admin;

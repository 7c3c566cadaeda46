-- @param name: the provider
-- @param enabled: whether its keys may be used
-- @example
--   select kw.set_provider_enabled('archive', false);
--   select kw.set_provider_enabled('archive', true);
create or replace function kw.set_provider_enabled(name text, enabled boolean) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_provider_enabled(name, enabled)
$function$;

comment on function kw.set_provider_enabled(name text, enabled boolean) is
'Enables or disables a provider. Keys of a disabled one neither wrap nor open, in every session from the next statement on. For kw_admin. Errors: KW101.';

grant execute on function kw.set_provider_enabled(name text, enabled boolean) to kw_admin;

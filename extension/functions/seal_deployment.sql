-- @example
--   select kw.seal_deployment();
--   select key_no, phase from kw.deployments;
create or replace function kw.seal_deployment() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.seal_deployment()
$function$;

comment on function kw.seal_deployment() is
'Ends the adoption: from then on a row of kw without a seal is refused. Audited. For kw_admin; requires a superuser. Errors: KW100, KW101 (no deployment), KW102 (rows without a seal), KW209.';

grant execute on function kw.seal_deployment() to kw_admin;

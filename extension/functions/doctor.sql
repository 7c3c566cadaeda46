-- @returns: one row for each check
-- @example
--   select "check", ok from kw.doctor() where "check" in ('versions', 'functions');
create or replace function kw.doctor() returns setof kw.doctor_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.doctor()
$function$;

comment on function kw.doctor() is
'Checks the server: runtime, provider file, keystores and their keys, roles, functions and settings. Returns a row for each check. A row that is ok and has a hint is advice. For kw_admin, kw_operator and kw_auditor.';

grant execute on function kw.doctor() to kw_admin, kw_operator, kw_auditor;

-- @returns: a number; null where the server cannot tell
-- @example
--   select kw.sessions_on_older_runtimes();
create or replace function kw.sessions_on_older_runtimes() returns integer
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.sessions_on_older_runtimes()
$function$;

comment on function kw.sessions_on_older_runtimes() is
'Returns how many other sessions of this database have loaded the code of another version of kwtools than the database has. They go over to it, or end, at their next call. It reads /proc: null where there is none. For kw_admin and kw_auditor.';

grant execute on function kw.sessions_on_older_runtimes() to kw_admin, kw_auditor;

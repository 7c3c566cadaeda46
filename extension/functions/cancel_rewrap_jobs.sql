-- @param jobs: these jobs; null: all that are not done
-- @returns: how many jobs were deleted
-- @example
--   select kw.cancel_rewrap_jobs();
create or replace function kw.cancel_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.cancel_rewrap_jobs(jobs)
$function$;

comment on function kw.cancel_rewrap_jobs(jobs bigint[]) is
'Deletes jobs that are not done and that nobody works at, and returns how many. Audited. For kw_admin. Errors: KW003.';

grant execute on function kw.cancel_rewrap_jobs(jobs bigint[]) to kw_admin;

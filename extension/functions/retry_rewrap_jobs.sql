-- @param jobs: these jobs; null: all that failed
-- @returns: how many jobs can be claimed again
-- @example
--   select kw.retry_rewrap_jobs();
create or replace function kw.retry_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.retry_rewrap_jobs(jobs)
$function$;

comment on function kw.retry_rewrap_jobs(jobs bigint[]) is
'Lets jobs that failed be tried again at once, and counts their attempts from 0. Of several failed jobs of a wrapper the last one, and none if it has an open job. Audited. For kw_admin and kw_operator. Errors: KW003.';

grant execute on function kw.retry_rewrap_jobs(jobs bigint[]) to kw_admin, kw_operator;

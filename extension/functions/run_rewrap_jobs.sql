-- @param jobs: what kw.claim_rewrap_jobs() returned
-- @param max_seconds: begin no further batch after this time; null: no limit
-- @returns: one row of counts
-- @example
--   select done, failed, skipped from kw.run_rewrap_jobs((select array_agg(id) from kw.rewrap_jobs where status = 'running'));
create or replace function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision default null) returns kw.rewrap_outcomes
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.run_rewrap_jobs(jobs, max_seconds)
$function$;

comment on function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision) is
'Runs claimed jobs, and returns what became of them. Skips jobs that another worker runs or has claimed since. Each new wrap is opened again before it replaces the old one. A wrapper that was changed meanwhile is left. A job that fails undoes no other one: it is tried again after a growing time, or rests as failed. Audited. For kw_admin and kw_operator. Errors: KW003.';

grant execute on function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision) to kw_admin, kw_operator;

-- @param max_jobs: how many jobs at most
-- @param to_policy: only jobs that relayer to this policy; null: any
-- @param running_too: also, if nothing else is left, jobs whose worker has a session and no transaction at them; false: only those whose session has ended
-- @returns: the ids of the jobs; none are left if it is empty
-- @example
--   select cardinality(kw.claim_rewrap_jobs(max_jobs => 1));
create or replace function kw.claim_rewrap_jobs(max_jobs integer default 1000, to_policy text default null, running_too boolean default true) returns bigint[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.claim_rewrap_jobs(max_jobs, to_policy, running_too)
$function$;

comment on function kw.claim_rewrap_jobs(max_jobs integer, to_policy text, running_too boolean) is
'Claims jobs of the queue that are due and that nobody works at, those of branches first, and returns their ids. Commit, then run them with kw.run_rewrap_jobs() in the next transaction. A job whose worker ended is claimed again. For kw_admin and kw_operator. Errors: KW003, KW101.';

grant execute on function kw.claim_rewrap_jobs(max_jobs integer, to_policy text, running_too boolean) to kw_admin, kw_operator;

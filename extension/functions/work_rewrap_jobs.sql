-- @param max_seconds: claim no further jobs after this time
-- @param max_jobs: how many jobs are claimed at a time, and run in a transaction
-- @example
--   call kw.work_rewrap_jobs();
-- A procedure that commits cannot have a SET clause: so every name and operator is qualified.
create or replace procedure kw.work_rewrap_jobs(max_seconds double precision default 50, max_jobs integer default 1000)
language plpgsql
as $procedure$
declare
    until pg_catalog.timestamptz := pg_catalog.clock_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(secs => max_seconds);
    claimed pg_catalog.int8[];
    is_last pg_catalog.bool := false;
begin
    loop
        claimed := kw.claim_rewrap_jobs(max_jobs => max_jobs, running_too => is_last);
        commit;
        if pg_catalog.cardinality(claimed) operator(pg_catalog.>) 0 then
            perform kw.run_rewrap_jobs(claimed);
            commit;
        elsif is_last then
            exit;
        else
            is_last := true;
        end if;
        exit when pg_catalog.clock_timestamp() operator(pg_catalog.>=) until;
    end loop;
end;
$procedure$;

comment on procedure kw.work_rewrap_jobs(max_seconds double precision, max_jobs integer) is
'Claims and runs jobs of the queue until none is due, or until the time is over, and commits by itself after every claim and every run. For pg_cron, and outside of a transaction block. Any number of sessions can call it at once. For kw_admin and kw_operator. Errors: as kw.run_rewrap_jobs.';

grant execute on procedure kw.work_rewrap_jobs(max_seconds double precision, max_jobs integer) to kw_admin, kw_operator;

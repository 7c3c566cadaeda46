-- @returns: how many jobs were made
-- @example
--   select kw.schedule_due_rewraps();
create or replace function kw.schedule_due_rewraps() returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.schedule_due_rewraps()
$function$;

comment on function kw.schedule_due_rewraps() is
'Puts a job into the queue for each wrapper with a leg that is older than max_wrap_age of its policy (kw.set_policy_renewal), to renew that leg, and returns how many. For a nightly run. Audited. For kw_admin and kw_operator. Errors: KW003.';

grant execute on function kw.schedule_due_rewraps() to kw_admin, kw_operator;

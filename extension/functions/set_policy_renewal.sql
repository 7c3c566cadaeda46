-- @param policy: the policy
-- @param max_wrap_age: how old a wrap may become; null: of any age
-- @param renews_one_leg: whether a job may renew one leg of a wrapper of mode either while the KMS of the other is down
-- @example
--   select kw.set_policy_renewal('default', max_wrap_age => '1 year');
create or replace function kw.set_policy_renewal(policy text, max_wrap_age interval default null, renews_one_leg boolean default false) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_policy_renewal(policy, max_wrap_age, renews_one_leg)
$function$;

comment on function kw.set_policy_renewal(policy text, max_wrap_age interval, renews_one_leg boolean) is
'Sets how old the wraps of a policy may become before kw.schedule_due_rewraps() schedules their renewal, and what a job does while one of two KMSs is down: it fails and is tried again, or renews the other leg alone and says so. Sets both: what is not named gets its default. Audited. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.set_policy_renewal(policy text, max_wrap_age interval, renews_one_leg boolean) to kw_admin;

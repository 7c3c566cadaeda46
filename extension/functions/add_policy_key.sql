-- @param kms_key_id: a key that wraps, or a KEM key for layers
-- @param priority: the highest is chosen first
-- @param weight: how often it is chosen among keys of the same priority
-- @example
--   select kw.add_policy_key('both keys', kw.create_kms_key('local', 'users-3'), priority => 1, weight => 2);
create or replace function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer default 0, weight integer default 1) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.add_policy_key(policy_name, kms_key_id, priority, weight)
$function$;

comment on function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer, weight integer) is
'Adds a key to a policy, or changes its priority and weight. Leg 1 uses the active key of the highest priority, by weight among equals. Leg 2 uses the next. kw.create_policy gives its keys priority 2 and 1. For kw_admin. Errors: KW003, KW101.';

grant execute on function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer, weight integer) to kw_admin;

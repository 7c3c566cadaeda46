-- @param policy_name: the name of the new policy
-- @param mode: `single`, `either` or `both`
-- @param kms1_key_id: the key of leg 1
-- @param kms2_key_id: the key of leg 2; null in mode `single`
-- @param layers: the ids of KEM keys, the first next to the data key
-- @param notes: a remark, for people
-- @returns: the policy's id
-- @example
--   select kw.create_policy('both keys', 'both', 1, 2, notes => 'neither KMS alone opens it');
create or replace function kw.create_policy(
    policy_name text,
    mode text,
    kms1_key_id bigint,
    kms2_key_id bigint default null,
    layers bigint[] default '{}',
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.create_policy(policy_name, mode, kms1_key_id, kms2_key_id, layers, notes, if_not_exists)
$function$;

comment on function kw.create_policy(policy_name text, mode text, kms1_key_id bigint, kms2_key_id bigint, layers bigint[], notes text, if_not_exists boolean) is
'Creates a policy, and returns its id. Mode single requires one key; either and both require two that depend on different root keys. Calls that name no policy use the policy default. layers names KEM keys: every wrapper gets a layer of each, the first next to its data key. kw.set_policy_layers changes that. if_not_exists: if the policy already exists with this mode, keys, layers and, if given, notes, returns its id. For kw_admin. Errors: KW003, KW101, KW102 (already exists, or differs), KW103 (the mode requires independent keys).';

grant execute on function kw.create_policy(policy_name text, mode text, kms1_key_id bigint, kms2_key_id bigint, layers bigint[], notes text, if_not_exists boolean) to kw_admin;

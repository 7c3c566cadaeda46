-- @param kms_key_id: wrappers with a leg under this key; that leg is renewed or moved
-- @param provider: wrappers with a leg under a key of this provider; that leg is renewed or moved
-- @param policy: wrappers that this policy made
-- @param entity_table: wrappers that protect or protected something in this table
-- @param field_name: wrappers that protect or protected this field of the table; null: any
-- @param older_than: wrappers with a leg that was wrapped longer ago than this; that leg is renewed or moved
-- @param wrappers: these wrappers only
-- @param new_kms_key_id: the key that takes the place of the selected ones; null: the legs are renewed under their keys
-- @param kms1_key_id: the new key of leg 1; null: the present one
-- @param kms2_key_id: the new key of leg 2; null: the present one
-- @param to_policy: relayer: the policy whose layers the wrappers get; only wrappers that do not have them are selected
-- @param max_jobs: how many jobs are run together
-- @returns: one row: wrappers, KMS calls and bytes
-- @example
--   select wrappers, branches, kms_operations, kms_calls from kw.plan_rewrap(policy => 'default');
create or replace function kw.plan_rewrap(
    kms_key_id bigint default null,
    provider text default null,
    policy text default null,
    entity_table text default null,
    field_name text default null,
    older_than interval default null,
    wrappers uuid[] default null,
    new_kms_key_id bigint default null,
    kms1_key_id bigint default null,
    kms2_key_id bigint default null,
    to_policy text default null,
    max_jobs integer default 1000
) returns kw.rewrap_plan
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.plan_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, max_jobs
)
$function$;

comment on function kw.plan_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, max_jobs integer) is
'Counts what the jobs of kw.schedule_rewrap() with the same arguments would cost: wrappers, items and calls of KMSs, bytes of new wraps. Changes nothing. details lists modes and keys, and what cannot be rewrapped. Logins and look-ups of keys are not counted. For kw_admin and kw_operator. Errors: KW003, KW101, KW200.';

grant execute on function kw.plan_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, max_jobs integer) to kw_admin, kw_operator;

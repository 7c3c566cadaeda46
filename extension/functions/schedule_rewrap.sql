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
-- @param scheduled_at: not before this time; null: at once
-- @returns: how many jobs were made
-- @example
--   select kw.schedule_rewrap(entity_table => 'users', field_name => 'remarks');
create or replace function kw.schedule_rewrap(
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
    scheduled_at timestamptz default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.schedule_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, scheduled_at
)
$function$;

comment on function kw.schedule_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, scheduled_at timestamptz) is
'Puts a job into the queue, kw.rewrap_jobs, for each selected wrapper that has no open job, and returns how many. What is selected by several parameters fulfils all of them; at least one is required. The job wraps the same data key again, under the same keys or others, or behind other layers. Warns of wrappers that are left out, since a key is not active or their open job has another target. A notice counts those that have such a job already. Deletes jobs that finished longer ago than setting job_days. Audited. For kw_admin. Errors: KW003, KW101, KW200.';

grant execute on function kw.schedule_rewrap(kms_key_id bigint, provider text, policy text, entity_table text, field_name text, older_than interval, wrappers uuid[], new_kms_key_id bigint, kms1_key_id bigint, kms2_key_id bigint, to_policy text, scheduled_at timestamptz) to kw_admin;

-- @param kms1_key_id: the new key of leg 1; null: the present one of each
-- @param kms2_key_id: the new key of leg 2; null: the present one of each
-- @returns: the new `wrap_version` of each, in order; null for those that were left
-- @example
--   select kw.rewrap_many(kw.lookup_many('users', array['1', '30'], 'remarks'));
create or replace function kw.rewrap_many(
    wrappers uuid[],
    kms1_key_id bigint default null,
    kms2_key_id bigint default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.rewrap_many(wrappers, kms1_key_id, kms2_key_id)
$function$;

comment on function kw.rewrap_many(wrappers uuid[], kms1_key_id bigint, kms2_key_id bigint) is
'Rewraps many wrappers, as kw.rewrap, and returns their wrap_versions in order. Wrappers that another transaction is changing or sharing are skipped, with null and a warning. For kw_admin. Errors: as kw.rewrap.';

grant execute on function kw.rewrap_many(wrappers uuid[], kms1_key_id bigint, kms2_key_id bigint) to kw_admin;

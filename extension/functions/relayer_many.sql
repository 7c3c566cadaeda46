-- @param policy: the policy whose layers they get; null: the policy that made each wrapper
-- @returns: the new `wrap_version` of each, in order; null for those that were left
-- @example
--   select kw.relayer_many(kw.lookup_many('users', array['1', '30'], 'remarks'), policy => 'layered');
create or replace function kw.relayer_many(
    wrappers uuid[],
    policy text default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.relayer_many(wrappers, policy)
$function$;

comment on function kw.relayer_many(wrappers uuid[], policy text) is
'Relayers many wrappers, as kw.relayer, and returns their wrap_versions in order. Wrappers that another transaction is changing or sharing are skipped, with null and a warning. For kw_admin. Errors: as kw.relayer.';

grant execute on function kw.relayer_many(wrappers uuid[], policy text) to kw_admin;

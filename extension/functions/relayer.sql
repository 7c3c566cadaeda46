-- @param policy: the policy whose layers it gets; null: the policy that made the wrapper
-- @returns: the new `wrap_version`
-- @example
--   select kw.create_kms_key('local', 'users-kem', algorithm => 'ML-KEM-768') as kem_key;
--   select kw.create_policy('layered', 'either', 1, 2, layers => array[3]);
--   select kw.relayer(kw.lookup('users', '*', 'email'), policy => 'layered');
create or replace function kw.relayer(
    wrapper uuid,
    policy text default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.relayer(wrapper, policy)
$function$;

comment on function kw.relayer(wrapper uuid, policy text) is
'Puts a data key behind the layers of a policy (by default the wrapper''s own), and returns the new wrap_version. Layers can so be added, renewed or dropped. The data key, the mode and the keys of the legs stay; both legs are wrapped again. The policy becomes the wrapper''s policy. For a branch, modes and floors of its dependents must still be satisfied. For kw_admin. Errors: KW101 to KW104, KW200 to KW212.';

grant execute on function kw.relayer(wrapper uuid, policy text) to kw_admin;

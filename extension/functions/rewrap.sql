-- @param kms1_key_id: the new key of leg 1; null: the present one
-- @param kms2_key_id: the new key of leg 2; null: the present one
-- @returns: the new `wrap_version`
-- @example
--   select kw.rewrap(kw.lookup('users', '*', 'email'));
create or replace function kw.rewrap(wrapper uuid, kms1_key_id bigint default null, kms2_key_id bigint default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.rewrap(wrapper, kms1_key_id, kms2_key_id)
$function$;

comment on function kw.rewrap(wrapper uuid, kms1_key_id bigint, kms2_key_id bigint) is
'Wraps the same data key again, and returns the new wrap_version. Without keys, both legs are renewed under their keys. With one key, that leg moves to it; in mode either the other leg stays as it is. Mode both always renews both. For a branch, modes and floors of its dependents must still be satisfied. For kw_admin. Errors: KW101 to KW104, KW200 to KW212.';

grant execute on function kw.rewrap(wrapper uuid, kms1_key_id bigint, kms2_key_id bigint) to kw_admin;

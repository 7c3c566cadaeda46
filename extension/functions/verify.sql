-- @param wrapper: the wrapper to check; null: all
-- @param after: check wrappers of a higher `kw.key_wrappers.id` only
-- @param most: how many wrappers to check at most; null: no limit
-- @returns: one row for each leg that cannot be opened, and for each signing key (`id` and `wrapper` are null, `problem` names it)
-- @example
--   select * from kw.verify() where sqlstate <> 'KW212'; -- not those that were retired
create or replace function kw.verify(wrapper uuid default null, after bigint default 0, most integer default null) returns setof kw.verify_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.verify(wrapper, after, most)
$function$;

comment on function kw.verify(wrapper uuid, after bigint, most integer) is
'Opens wrappers, one or all, by each leg, and returns a row for each leg that cannot be opened. No row: all can be opened. It reads in order of id, from after on, at most most wrappers. After the last one it opens the sealed private keys of signing keys. For kw_admin and kw_operator. Errors: KW101.';

grant execute on function kw.verify(wrapper uuid, after bigint, most integer) to kw_admin, kw_operator;

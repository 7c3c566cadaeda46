-- @returns: the data key
-- @example
--   select kw.unwrap(kw.wrap('\x000102030405060708090a0b0c0d0e0f')) as dek;
create or replace function kw.unwrap(wrapper uuid) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.unwrap(wrapper)
$function$;

comment on function kw.unwrap(wrapper uuid) is
'Opens a wrapper and returns its data key; null for null. It never returns the key of a branch. For kw_unwrap. Errors: KW100, KW101, KW200 to KW212.';

grant execute on function kw.unwrap(wrapper uuid) to kw_unwrap;

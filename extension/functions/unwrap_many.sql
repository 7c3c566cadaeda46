-- @returns: the data keys, in the order of the wrappers
-- @example
--   select kw.unwrap_many(array[kw.wrap('\x000102030405060708090a0b0c0d0e0f'), null]) as deks;
create or replace function kw.unwrap_many(wrappers uuid[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.unwrap_many(wrappers)
$function$;

comment on function kw.unwrap_many(wrappers uuid[]) is
'Opens many wrappers, in order; null for null. For kw_unwrap. Errors: as kw.unwrap.';

grant execute on function kw.unwrap_many(wrappers uuid[]) to kw_unwrap;

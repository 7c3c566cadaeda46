-- @param deks: the data keys; null elements: new ones
-- @param policy: the policy to wrap by; null: `default`
-- @returns: the wrappers, in the order of the data keys
-- @example
--   select kw.wrap_many(array[null, null]::bytea[]);
create or replace function kw.wrap_many(deks bytea[], policy text default null) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.wrap_many(deks, policy)
$function$;

comment on function kw.wrap_many(deks bytea[], policy text) is
'Wraps many data keys, in order; null creates a new one. For kw_client and kw_unwrap; given keys require kw_unwrap. The wrappers belong to the calling role until they are bound. Errors: as kw.wrap.';

grant execute on function kw.wrap_many(deks bytea[], policy text) to kw_client, kw_unwrap;

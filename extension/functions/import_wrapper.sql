-- @param note: the signed note, as bytes
-- @param bundle: the bundle that it signs, of one data key
-- @param policy: the policy to wrap by; null: `default`
-- @returns: the wrapper
-- @example
--   select kw.import_wrapper('no note', '');
create or replace function kw.import_wrapper(note bytea, bundle bytea, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.import_wrapper(note, bundle, policy)
$function$;

comment on function kw.import_wrapper(note bytea, bundle bytea, policy text) is
'Imports one data key that was made elsewhere, and returns its wrapper: as kw.import_wrapper_many, for a bundle of one. Audited. For kw_unwrap. Errors: as kw.import_wrapper_many.';

grant execute on function kw.import_wrapper(note bytea, bundle bytea, policy text) to kw_unwrap;

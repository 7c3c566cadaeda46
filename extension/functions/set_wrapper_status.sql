-- @param status: `active` or `retired`
-- @returns: the status that the wrapper has now
-- @example
--   select kw.set_wrapper_status(kw.lookup('users', 1, 'remarks'), 'retired');
--   select kw.set_wrapper_status(kw.lookup('users', 1, 'remarks'), 'active');
create or replace function kw.set_wrapper_status(wrapper uuid, status text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.set_wrapper_status(wrapper, status)
$function$;

comment on function kw.set_wrapper_status(wrapper uuid, status text) is
'Retires a wrapper, which then cannot be opened, or puts it back (active; rotated if a newer key replaced it). Returns its status. For kw_admin. Errors: KW003, KW101, KW102.';

grant execute on function kw.set_wrapper_status(wrapper uuid, status text) to kw_admin;

-- @param new_owner: the role that may then bind them
-- @returns: how many wrappers changed hands
-- @example
--   create role importer;
--   select kw.give_wrappers(array[kw.wrap(), kw.wrap()], new_owner => 'importer');
create or replace function kw.give_wrappers(wrappers uuid[], new_owner text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.give_wrappers(wrappers, new_owner)
$function$;

comment on function kw.give_wrappers(wrappers uuid[], new_owner text) is
'Gives unbound wrappers to another role, which may then bind them, and returns how many. Audited. For kw_client and kw_unwrap; requires the role that the wrappers belong to, or a superuser. Errors: KW003, KW100, KW101, KW102 (bound).';

grant execute on function kw.give_wrappers(wrappers uuid[], new_owner text) to kw_client, kw_unwrap;

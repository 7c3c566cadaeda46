-- @example
--   select kw.reclaim_entity('users');
create or replace function kw.reclaim_entity(entity_table text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.reclaim_entity(entity_table)
$function$;

comment on function kw.reclaim_entity(entity_table text) is
'Records the present table of a name, after a restore or a re-creation of the table, so that its privileges count again. Requires that the table has the recorded owner, or a superuser. Audited. For kw_admin. Errors: KW100, KW102.';

grant execute on function kw.reclaim_entity(entity_table text) to kw_admin;

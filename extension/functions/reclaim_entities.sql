-- @returns: the list, as kw.entities_to_reclaim gives it
-- @example
--   drop table users;
--   create table users (id bigint primary key, name text, email bytea, remarks bytea);
--   select entity_table, grants, problem from kw.reclaim_entities();
create or replace function kw.reclaim_entities() returns setof kw.entity_to_reclaim
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.reclaim_entities()
$function$;

comment on function kw.reclaim_entities() is
'Re-claims every name that kw.entities_to_reclaim lists without a problem, as kw.reclaim_entity does, and returns the list. A name that another transaction is changing is skipped and listed with that problem. Checks the restore first, and re-claims nothing if it is not complete. Audited. For kw_admin. Errors: KW102.';

grant execute on function kw.reclaim_entities() to kw_admin;

-- @returns: one row for each name
-- @example
--   drop table users cascade;
--   create table users (id bigint primary key, name text, email bytea, remarks bytea);
--   select entity_table, grants, problem from kw.entities_to_reclaim();
create or replace function kw.entities_to_reclaim() returns setof kw.entity_to_reclaim
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.entities_to_reclaim()
$function$;

comment on function kw.entities_to_reclaim() is
'Lists the names whose table is not the recorded one, as after a restore, with their owners and grants. problem: why kw.reclaim_entities leaves the name out; null if it does not. For kw_admin and kw_auditor.';

grant execute on function kw.entities_to_reclaim() to kw_admin, kw_auditor;

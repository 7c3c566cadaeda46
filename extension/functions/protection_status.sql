-- @param entity_table: the table; null: every table
-- @returns: one row for each protection, the newest last
-- @example
--   select entity_table, field_name, status from kw.protection_status();
create or replace function kw.protection_status(entity_table text default null) returns setof kw.protection_progress
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.protection_status(entity_table)
$function$;

comment on function kw.protection_status(entity_table text) is
'Returns how far the protections of columns are, and the statements that make indexes of tokens which they wait for, to be run outside of a transaction block: those of tables that the role owns, and all of them for kw_admin and kw_auditor. For kw_client, kw_admin and kw_auditor. Errors: KW003.';

grant execute on function kw.protection_status(entity_table text) to kw_client, kw_admin, kw_auditor;

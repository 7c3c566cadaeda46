-- @param table_name: a sealed table of schema kw, without the schema, or audit_events; null: all
-- @returns: one row for each row of kw that does not match its seal, or the catalogue of algorithms
-- @example
--   select * from kw.check_seals();
create or replace function kw.check_seals(table_name text default null) returns setof kw.seal_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.check_seals(table_name)
$function$;

comment on function kw.check_seals(table_name text) is
'Checks the seal of every row of kw, and of each event that no log has, and returns the rows that do not match theirs: they were changed, moved or added by hand. No row: all match. No KMS is needed but that of the deployment key. For kw_admin, kw_operator and kw_auditor. Errors: KW003, KW101 (no deployment), KW209.';

grant execute on function kw.check_seals(table_name text) to kw_admin, kw_operator, kw_auditor;

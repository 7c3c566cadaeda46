-- @param table_name: a sealed table of schema kw, without the schema, or audit_events
-- @param row_keys: the rows, as kw.check_seals names them; of several rows of one binding or policy, its id
-- @param reason: why the rows are right as they are, for the audit
-- @returns: how many rows were sealed
-- @example
--   select kw.accept_rows('settings', array['cache_seconds'], 'changed by hand in an outage');
create or replace function kw.accept_rows(table_name text, row_keys text[], reason text) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.accept_rows(table_name, row_keys, reason)
$function$;

comment on function kw.accept_rows(table_name text, row_keys text[], reason text) is
'Seals rows of kw, or events that no log has, as they are, although their seals do not match, and returns how many. Use it only for rows that you have checked. Audited, and always in the server log. For kw_admin; requires a superuser. Errors: KW003, KW100, KW101 (no deployment), KW209, KW211 (not a row that a function can have written).';

grant execute on function kw.accept_rows(table_name text, row_keys text[], reason text) to kw_admin;

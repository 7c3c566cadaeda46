-- STABLE, as kw._end_view().
create or replace function kw._write_rows(view_id oid, operation text) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.write_rows(view_id, operation)
$function$;

comment on function kw._write_rows(view_id oid, operation text) is
'Writes the rows of a statement on a protected view so far. Returns the stored row if each row is written alone; null if a trigger of the table kept it out. Internal: refuses a direct call. Errors: as kw._end_view().';

grant execute on function kw._write_rows(view_id oid, operation text) to kw_client;

create or replace function kw._collect_row(view_id oid, operation text, old_row text, new_row text) returns smallint
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.collect_row(view_id, operation, old_row, new_row)
$function$;

comment on function kw._collect_row(view_id oid, operation text, old_row text, new_row text) is
'Keeps a row of a statement on a protected view. Returns 1 if the rows must be written now, 2 if each row is. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._collect_row(view_id oid, operation text, old_row text, new_row text) to kw_client;

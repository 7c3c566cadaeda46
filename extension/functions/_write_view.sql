-- VOLATILE: the way to write for kw._end_view() and kw._write_rows(), which are STABLE. With the rights of the caller.
create or replace function kw._write_view() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.run_pending_writing()
$function$;

comment on function kw._write_view() is
'Runs the write that the runtime prepared, with the rights of the caller. Internal: refuses a direct call. Errors: KW001.';

grant execute on function kw._write_view() to kw_client;

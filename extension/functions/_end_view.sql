-- STABLE: its queries read with the snapshot of the statement. So it finds the versions of rows that the
-- statement saw, and a version that another transaction has changed since is not overwritten.
create or replace function kw._end_view() returns trigger
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.end_view(TD['relid'], TD['event'])
$function$;

comment on function kw._end_view() is
'Trigger of protected views: writes the rows of the statement. Internal. Errors: as kw.encrypt and kw.bind; KW003 for a generated column, 40001 if a row was changed meanwhile.';

grant execute on function kw._end_view() to kw_client, kw_grantor;

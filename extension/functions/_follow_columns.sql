create or replace function kw._follow_columns(relation oid) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.follow_columns(relation)
$function$;

comment on function kw._follow_columns(relation oid) is
'Has the triggers of kw.protect, and what is recorded of its columns, follow a renamed column of a table. Internal: for an event trigger. Requires the table owner. Errors: KW100, KW102.';

grant execute on function kw._follow_columns(relation oid) to kw_client, kw_grantor;

create or replace function kw._begin_view() returns trigger
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
@RUNTIME@
return api.begin_view(TD['relid'], TD['event'], TD['table_schema'], TD['table_name'], TD['args'][0])
$function$;

comment on function kw._begin_view() is
'Trigger of protected views: a statement begins. Internal. Errors: KW002.';

grant execute on function kw._begin_view() to kw_client, kw_grantor;

create or replace function kw._keep_installation() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    return case when not exists (select from kw.installation) then new end;
end;
$function$;

comment on function kw._keep_installation() is
'Trigger: keeps the first row of kw.installation and skips others, such as those of logical replication. Internal.';

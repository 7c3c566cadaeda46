-- The trigger's WHEN lets kw_owner pass without this call. SECURITY INVOKER: current_user writes.
create or replace function kw._guard_writes() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if not exists (select from pg_roles r where r.rolname = current_user and r.rolsuper) then
        raise exception 'permission denied to write kw.%', tg_table_name
            using errcode = 'KW100',
            detail = format('Role %s may write it by a predefined role or a grant of the table.', quote_ident(current_user)),
            hint = 'Use the functions of kw. Only superusers write its tables themselves.';
    end if;
    return null;
end;
$function$;

comment on function kw._guard_writes() is
'Trigger: allows only kw_owner, through the functions, and superusers to write the tables of kw. Internal. Errors: KW100.';

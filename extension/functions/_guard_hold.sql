create or replace function kw._guard_hold() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    return null;
end;
$function$;

comment on function kw._guard_hold() is
'Trigger: does nothing. PostgreSQL does not drop the table of a trigger with a pending event (kw._guard_drop). Internal.';

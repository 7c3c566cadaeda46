-- A dump of a release before 0.8.0 has no suites.
create or replace function kw._complete_suite() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    new.suite := 2;
    return new;
end;
$function$;

comment on function kw._complete_suite() is
'Trigger: gives a new binding of every row the longer nonces. Internal.';

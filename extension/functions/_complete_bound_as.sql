-- A dump of a release before 0.8.0 has no such names, and its bindings have those of their entities.
create or replace function kw._complete_bound_as() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    new.bound_as := new.entity_table;
    return new;
end;
$function$;

comment on function kw._complete_bound_as() is
'Trigger: gives an entity of an earlier release the name that its bindings have. Internal.';

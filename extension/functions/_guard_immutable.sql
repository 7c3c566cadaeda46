create or replace function kw._guard_immutable() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    raise exception '% of kw.% cannot change in this way',
        coalesce('row ' || (to_jsonb(old) ->> 'id'), 'a row'), tg_table_name
        using errcode = 'KW102',
        detail = tg_argv[0];
end;
$function$;

comment on function kw._guard_immutable() is
'Trigger: refuses the update that its WHEN clause selects. The argument names the columns that never change. Internal. Errors: KW102.';

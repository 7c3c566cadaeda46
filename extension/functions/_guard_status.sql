create or replace function kw._guard_status() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if not (old.status || '>' || new.status) = any (tg_argv) then
        raise exception 'status of a row of kw.% cannot change from % to %', tg_table_name, old.status, new.status
            using errcode = 'KW102',
            detail = format('Row %s. Allowed: %s.', old.id, array_to_string(tg_argv, ', '));
    end if;
    return new;
end;
$function$;

comment on function kw._guard_status() is
'Trigger: allows a status to change only along the pairs of its arguments (old>new). Internal. Errors: KW102.';

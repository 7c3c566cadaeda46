create or replace function kw._touch_layered_wrappers() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    if current_setting('kwtools.role_before_load', true) <> '' then
        return null; -- kw._guard_load: a dump has the wrappers, and kw.check_restore changes the epoch
    end if;
    if tg_op = 'TRUNCATE' then
        update kw.key_wrappers w
        set status = w.status
        where w.status <> 'invalid' and w.crypto_suite -> 'layers' <> '[]';
        return null;
    end if;
    update kw.key_wrappers w
    set status = w.status
    where w.status <> 'invalid' and w.id in (select c.key_wrapper_id from changed c);
    return null;
end;
$function$;

comment on function kw._touch_layered_wrappers() is
'Trigger: makes sessions open a wrapper again after a direct change of its layers. Internal.';

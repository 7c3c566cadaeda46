-- SECURITY INVOKER on purpose: only a superuser, who may set session_replication_role anyway, gets past the checks.
create or replace function kw._guard_load() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
    role_before text := current_setting('session_replication_role');
begin
    if not (select r.rolsuper from pg_roles r where r.rolname = current_user) then
        return null;
    end if;
    if tg_when = 'AFTER' then
        role_before := nullif(current_setting('kwtools.role_before_load', true), '');
        if role_before is not null then
            perform set_config('session_replication_role', role_before, true);
            perform set_config('kwtools.role_before_load', '', true);
        end if;
        return null;
    end if;
    if not exists (select from kw.loads_to_check l where l.table_name = tg_table_name) then
        insert into kw.loads_to_check (table_name) values (tg_table_name);
        if tg_table_name = 'key_wrappers' then
            raise warning 'kwtools loads its tables in any order, without checks of foreign keys'
                using hint = 'When the load has ended, call kw.check_restore(), then kw.reclaim_entities().';
        end if;
    end if;
    if role_before <> 'replica' then
        perform set_config('kwtools.role_before_load', role_before, true);
        perform set_config('session_replication_role', 'replica', true);
    end if;
    return null;
end;
$function$;

comment on function kw._guard_load() is
'Trigger: lets a script of pg_dump or pg_restore load the tables in any order. Records that kw.check_restore must check them. Internal.';

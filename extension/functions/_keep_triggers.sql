-- SECURITY DEFINER: every role runs event triggers, and only kw_owner may alter our tables.
create or replace function kw._keep_triggers() returns event_trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
    altered record;
begin
    for altered in
        select c.relname, array_agg(t.tgname) as triggers
        from pg_event_trigger_ddl_commands() d
        join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
        join pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled = 'O'
        join pg_proc p on p.oid = t.tgfoid and p.pronamespace = 'kw'::regnamespace
        where c.relnamespace = 'kw'::regnamespace and not d.in_extension
        group by c.relname
    loop
        -- ENABLE TRIGGER ALL, as after a load with --disable-triggers: foreign keys were off, too.
        insert into kw.loads_to_check (table_name) values (altered.relname);
        execute (
            select format('alter table kw.%I %s', altered.relname,
                string_agg(format('enable always trigger %I', x), ', '))
            from unnest(altered.triggers) x
        );
        if altered.relname = 'algorithm_statuses' then
            update kw.crypto_algorithms a
            set status = s.status
            from kw.algorithm_statuses s
            where s.algorithm_id = a.id and a.status <> s.status;
        end if;
    end loop;
end;
$function$;

comment on function kw._keep_triggers() is
'Event trigger: makes the triggers of kw tables fire in every session again after ENABLE TRIGGER ALL. Records that kw.check_restore must check them. Internal.';

-- After all tables. What is dumped may be loaded in any order, and every trigger fires in every session.
do $guards$
declare
    one record;
begin
    for one in
        select c.oid::regclass as name
        from pg_catalog.pg_extension e
        join pg_catalog.pg_class c on c.oid = any (e.extconfig) and c.relkind = 'r'
        where e.extname = 'kwtools' and not exists (
            select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgname = 'a_load_begins'
        )
    loop
        execute format(
            'create trigger a_load_begins before insert on %s for each statement'
            ' when (current_setting(''row_security'') = ''off'') execute function kw._guard_load()', one.name
        );
        execute format(
            'create trigger z_load_ends after insert on %s for each statement'
            ' when (current_setting(''row_security'') = ''off'') execute function kw._guard_load()', one.name
        );
    end loop;
    for one in
        select t.tgrelid::regclass as name, t.tgname as trigger
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_class c on c.oid = t.tgrelid and c.relnamespace = 'kw'::regnamespace
        where not t.tgisinternal and t.tgenabled = 'O'
    loop
        execute format('alter table %s enable always trigger %I', one.name, one.trigger);
    end loop;
end;
$guards$;

-- Members of pg_write_all_data may write every table: here the write fails. ALWAYS, since
-- session_replication_role = replica turns ordinary triggers off.
do $guards$
declare
    target regclass;
begin
    for target in
        select c.oid::regclass
        from pg_catalog.pg_class c
        where c.relnamespace = 'kw'::pg_catalog.regnamespace and c.relkind = 'r'
            and not exists (
                select
                from pg_catalog.pg_trigger t
                where t.tgrelid = c.oid and t.tgname = 'guard_writes'
            )
        order by c.relname
    loop
        execute pg_catalog.format(
            'create trigger guard_writes before insert or update or delete or truncate on %1$s
            for each statement when (current_user <> ''kw_owner'')
            execute function kw._guard_writes();
            alter table %1$s enable always trigger guard_writes',
            target
        );
    end loop;
end;
$guards$;

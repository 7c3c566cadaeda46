-- With the rights of the role that alters the table: its owner. No view fails that statement. A trigger of
-- kw.protect that cannot follow a renamed column does, as it would fail each statement that writes.
create or replace function kw._keep_views() returns event_trigger
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
as $function$
declare
    stale record;
    renamed oid;
    advice text;
begin
    if current_setting('row_security') = 'off' then
        return; -- a script of pg_dump, which makes the views itself
    end if;
    for renamed in
        select distinct d.objid
        from pg_event_trigger_ddl_commands() d
        join pg_trigger t on t.tgrelid = d.objid and starts_with(t.tgname, 'zz_kw_protect_')
        where d.classid = 'pg_class'::regclass and d.objsubid > 0 and not d.in_extension
    loop
        begin
            perform kw._follow_columns(renamed);
        exception
            when insufficient_privilege then
                raise exception 'cannot rename a column of protected table %: %', renamed::regclass, sqlerrm
                    using errcode = 'KW100',
                    hint = 'The owner of the table needs kw_client, and CREATE on the schema of the table.';
        end;
    end loop;
    for stale in
        select distinct v.oid::regclass::text as name, v.relowner = c.relowner as is_own
        from pg_event_trigger_ddl_commands() d
        join pg_class c on c.oid = d.objid
        join pg_depend p
            on p.refclassid = d.classid and p.refobjid = d.objid and p.classid = 'pg_rewrite'::regclass
        join pg_rewrite r on r.oid = p.objid
        join pg_class v on v.oid = r.ev_class and v.oid <> p.refobjid and v.relkind = 'v'
        join pg_trigger t on t.tgrelid = v.oid and t.tgfoid = to_regprocedure('kw._begin_view()')
        where d.classid = 'pg_class'::regclass and not d.in_extension
    loop
        -- Anybody may make a view of the table, and hold a lock of it for as long as he likes.
        if not stale.is_own then
            raise warning 'protected view % is not up to date: its owner does not own the table', stale.name
                using hint = 'Change its owner and call kw.remake_protected_view, or drop it.';
            continue;
        end if;
        begin
            perform kw.remake_protected_view(stale.name);
        exception
            when others then
                get stacked diagnostics advice = pg_exception_hint;
                raise warning 'protected view % is not up to date: %', stale.name, sqlerrm
                    using hint = coalesce(
                        nullif(advice, ''), 'Call kw.remake_protected_view, or drop the view and create it again.'
                    );
        end;
    end loop;
end;
$function$;

comment on function kw._keep_views() is
'Event trigger: makes the protected views of an altered table again; a warning where it cannot. Has the triggers of kw.protect follow a renamed column. Internal.';

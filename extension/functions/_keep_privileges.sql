-- GRANT names no table to event triggers. So the privileges of the tables below protected views are noted before
-- one, and compared after it. Only what it changed follows: others of the view may have been chosen.
-- With the rights of the role that grants. It never fails that statement.
create or replace function kw._keep_privileges() returns event_trigger
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
as $function$
declare
    before jsonb;
    present jsonb;
    changed record;
    place text;
    sequence text;
begin
    if current_setting('row_security') = 'off' then
        return; -- a script of pg_dump, which has the privileges of views, too
    end if;
    select coalesce(jsonb_agg(h.held), '[]') into present
    from (
        select jsonb_build_array(
            t.oid::bigint, a.privilege_type, a.column_name, a.grantee::bigint, bool_or(a.is_grantable)
        ) as held
        from pg_proc p
        join pg_depend f on f.classid = 'pg_trigger'::regclass and f.refclassid = 'pg_proc'::regclass and f.refobjid = p.oid
        join pg_trigger t on t.oid = f.objid
        join pg_class v on v.oid = t.tgrelid and v.relkind = 'v'
        cross join lateral (
            select distinct d.refobjid as id
            from pg_rewrite r
            join pg_depend d
                on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
            where r.ev_class = v.oid and d.refobjid <> v.oid
        ) b
        join pg_class c on c.oid = b.id and c.relowner = v.relowner
        cross join lateral (
            select g.*, null as column_name from aclexplode(c.relacl) g
            union all
            select g.*, b.attname
            from pg_attribute b
            cross join aclexplode(b.attacl) g
            where b.attrelid = c.oid and b.attnum > 0 and not b.attisdropped
        ) a
        where p.pronamespace = (select n.oid from pg_namespace n where n.nspname = 'kw') and p.proname = '_begin_view'
            and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') and a.grantee <> c.relowner
        group by t.oid, a.privilege_type, a.column_name, a.grantee
    ) h;
    if tg_event = 'ddl_command_start' then
        perform set_config('kwtools.privileges_before', present::text, true);
        return;
    end if;
    before := nullif(current_setting('kwtools.privileges_before', true), '')::jsonb;
    if before is null or before = present then
        return;
    end if;
    for changed in
        select
            t.tgrelid::regclass::text as view, w.held ->> 1 as privilege, w.held ->> 2 as base_column,
            case w.held ->> 3
                when '0' then 'public' else quote_ident(pg_get_userbyid((w.held ->> 3)::oid))
            end as grantee,
            case when (w.held ->> 4)::boolean then ' with grant option' else '' end as with_option,
            w.is_granted, case when w.is_lasting then 'grant option for ' else '' end as option_for, t.tgargs
        from (
            select
                coalesce(n.value, b.value) as held, n.value is not null and b.value is not null as is_lasting,
                n.value is not null and (b.value is null or (n.value -> 4)::boolean) as is_granted
            from jsonb_array_elements(before) b (value)
            full join jsonb_array_elements(present) n (value) on n.value - 4 = b.value - 4
            where n.value is distinct from b.value
        ) w
        join pg_trigger t on t.oid = (w.held ->> 0)::oid
        order by w.is_granted, w.held
    loop
        begin
            place := '';
            if changed.base_column is not null then
                -- Who owns the view may have made its triggers by hand: the argument gives names, never SQL.
                select format(' (%I)', (parse_ident(l.value ->> 0))[1]) into place
                from jsonb_array_elements(
                    convert_from(
                        substr(changed.tgargs, 1, length(changed.tgargs) - 1), getdatabaseencoding()
                    )::jsonb -> 3
                ) l (value)
                where l.value ->> 1 = quote_ident(changed.base_column);
                continue when place is null; -- the view does not show it
            end if;
            if not changed.is_granted then
                execute format(
                    'revoke %s%s%s on %s from %s cascade', -- also from those whom that role let in
                    changed.option_for, changed.privilege, place, changed.view, changed.grantee
                );
                continue;
            end if;
            execute format(
                'grant %s%s on %s to %s%s',
                changed.privilege, place, changed.view, changed.grantee, changed.with_option
            );
            for sequence in
                select s.oid::regclass::text
                from pg_rewrite r
                join pg_class v on v.oid = r.ev_class
                join pg_depend d
                    on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                    and d.refclassid = 'pg_class'::regclass
                join pg_class b on b.oid = d.refobjid and b.relowner = v.relowner
                join pg_depend o
                    on o.classid = 'pg_class'::regclass and o.refclassid = 'pg_class'::regclass
                    and o.refobjid = d.refobjid and o.refobjsubid = d.refobjsubid and o.deptype = 'i'
                join pg_class s on s.oid = o.objid and s.relkind = 'S'
                where r.ev_class = changed.view::regclass and changed.privilege = 'INSERT'
            loop
                execute format('grant usage on sequence %s to %s', sequence, changed.grantee);
            end loop;
        exception
            when others then
                raise warning 'privileges of a table do not follow to protected view %: %', changed.view, sqlerrm
                    using hint = 'Call kw.remake_protected_view, or grant on the view, too.';
        end;
    end loop;
end;
$function$;

comment on function kw._keep_privileges() is
'Event trigger: grants and revokes on the protected views of a table what was granted or revoked on it; a warning where it cannot. Internal.';

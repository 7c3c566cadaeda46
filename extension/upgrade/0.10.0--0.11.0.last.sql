-- The protections of an upgrade that began at 0.9.0: the step of 0.10.0, which added the column of their seals in this transaction,
-- had no runtime of its own to seal them with. A KMS that does not answer does not stop the upgrade; the rows are then refused.
do $seals$
declare
    found text[];
begin
    select pg_catalog.array_agg(p.id::text order by p.id) into found
    from kw.protections p
    where p.seal is null
        and (
            select pg_catalog.age(a.xmin) <= 0
            from pg_catalog.pg_attribute a
            where a.attrelid = 'kw.protections'::pg_catalog.regclass and a.attname = 'seal'
        )
        and exists (select from kw.deployments d where d.phase not in ('adopting', 'recovering'));
    if found is not null then
        perform kw.accept_rows('protections', found, 'kwtools 0.11.0 seals what was there at its upgrade');
    end if;
exception
    when others then
        if sqlstate not like 'KW%' then
            raise;
        end if;
        raise warning 'rows of kw.protections have no seal, and are refused: %', sqlerrm using
            hint = 'Look at the rows, and use kw.accept_rows(''protections'', (select array_agg(id::text) from kw.protections'
                ' where seal is null), reason) as a superuser.';
end;
$seals$;

-- Names that a session with quote_all_identifiers on has recorded: from 0.11.0 on they have quotes where needed only, in every session.
do $names$
declare
    found text[];
begin
    perform pg_catalog.set_config('quote_all_identifiers', 'off', true);
    with changed as (
        update kw.entities e
        set quoted_name = pg_catalog.format('%I.%I', n.nspname, c.relname)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.oid = e.relation and e.quoted_name <> pg_catalog.format('%I.%I', n.nspname, c.relname)
            and pg_catalog.parse_ident(e.quoted_name) = array[n.nspname::text, c.relname::text]
        returning e.entity_table
    )
    select pg_catalog.array_agg(u.entity_table::text order by u.entity_table) into found from changed u;
    if found is not null and exists (select from kw.deployments d where d.phase not in ('adopting', 'recovering')) then
        perform kw.accept_rows('entities', found, 'kwtools 0.11.0 records names with quotes where needed only');
    end if;
exception
    when others then
        if sqlstate not like 'KW%' then
            raise;
        end if;
        raise warning 'names of tables are recorded with quotes that they do not need: %', sqlerrm using
            hint = 'Set quoted_name of these rows of kw.entities, and use kw.accept_rows(''entities'', …) as a superuser.';
end;
$names$;

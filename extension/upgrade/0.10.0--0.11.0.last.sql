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
-- A row that its seal refuses stays as it is, and refused.
do $names$
declare
    quoted text[];
    is_sealed boolean := exists (select from kw.deployments d where d.phase not in ('adopting', 'recovering'));
begin
    perform pg_catalog.set_config('quote_all_identifiers', 'off', true);
    lock table kw.entities in share row exclusive mode;
    select pg_catalog.array_agg(e.entity_table::text order by e.entity_table) into quoted
    from kw.entities e
    join pg_catalog.pg_class c on c.oid = e.relation
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where e.quoted_name <> pg_catalog.format('%I.%I', n.nspname, c.relname)
        and e.quoted_name = pg_catalog.concat(
            '"', pg_catalog.replace(n.nspname, '"', '""'), '"."', pg_catalog.replace(c.relname, '"', '""'), '"'
        );
    if quoted is not null and is_sealed then
        select pg_catalog.array_agg(q.row_key order by q.row_key) into quoted
        from pg_catalog.unnest(quoted) q (row_key)
        where not exists (select from kw.check_seals('entities') s where s.row_key = q.row_key);
    end if;
    if quoted is not null then
        update kw.entities e
        set quoted_name = pg_catalog.format('%I.%I', n.nspname, c.relname)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.oid = e.relation and e.entity_table = any (quoted);
    end if;
    if quoted is not null and is_sealed then
        perform kw.accept_rows('entities', quoted, 'kwtools 0.11.0 records names with quotes where needed only');
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

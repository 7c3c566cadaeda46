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

-- The protections of before, as they are: a sealed database refuses rows without a seal. A KMS that does not answer,
-- or a runtime that is not on this server any more, does not stop the upgrade; the rows are then refused.
do $seals$
declare
    found text[];
begin
    select pg_catalog.array_agg(p.id::text order by p.id) into found
    from kw.protections p
    where p.seal is null and exists (select from kw.deployments d where d.phase not in ('adopting', 'recovering'));
    if found is not null then
        perform kw.accept_rows('protections', found, 'kwtools 0.10.0 seals what was there at its upgrade');
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

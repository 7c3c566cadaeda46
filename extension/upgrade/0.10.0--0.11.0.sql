-- Names of views that a session with quote_all_identifiers on has recorded: with quotes where needed only.
do $names$
begin
    perform pg_catalog.set_config('quote_all_identifiers', 'off', true);
    update kw.protected_views v
    set view_name = pg_catalog.format('%I.%I', n.nspname, c.relname)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where v.view_name <> pg_catalog.format('%I.%I', n.nspname, c.relname)
        and v.view_name = pg_catalog.concat(
            '"', pg_catalog.replace(n.nspname, '"', '""'), '"."', pg_catalog.replace(c.relname, '"', '""'), '"'
        )
        and not exists (
            select from kw.protected_views o
            where o.view_name = pg_catalog.format('%I.%I', n.nspname, c.relname)
        );
end;
$names$;
-- Of a million jobs, the few that a page or an alert asks for. Its predicate names no column that a claim changes, either.
create index jobs_that_ended_with_an_error on kw.rewrap_jobs (id) where finished_at is not null and last_error is not null;

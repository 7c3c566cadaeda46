-- Names of views that a session with quote_all_identifiers on has recorded: with quotes where needed only.
do $names$
begin
    perform pg_catalog.set_config('quote_all_identifiers', 'off', true);
    update kw.protected_views v
    set view_name = n.needed
    from (
        select o.view_name, pg_catalog.format('%I.%I', p.parts[1], p.parts[2]) as needed
        from kw.protected_views o
        cross join lateral pg_catalog.parse_ident(o.view_name) p (parts)
    ) n
    where n.view_name = v.view_name and n.needed <> v.view_name
        and not exists (select from kw.protected_views t where t.view_name = n.needed);
end;
$names$;

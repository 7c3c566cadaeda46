-- What this release adds to rows of earlier ones: an upgrade calls it, and kw.check_restore, since a
-- dump of theirs can be loaded into this one.
create or replace function kw._complete() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
    insert into kw.entity_fields (entity_table, field_name_norm, is_mark, has_shredded)
    select distinct e.entity_table, b.field_name_norm, true, true
    from kw.encryption_bindings b
    join kw.entities e on e.bound_as = b.entity_table
    where b.status = 'shredded' and b.entity_pk = '*' and b.field_name is not null
        and not exists (
            select
            from kw.entity_fields f
            where f.entity_table = e.entity_table and f.field_name_norm = b.field_name_norm and f.has_shredded
        );

    -- 0.3.0 shredded no binding beneath another one: those that it left go on.
    update kw.encryption_bindings b
    set is_closed = true
    where b.status = 'shredded' and not b.is_closed and case
        when b.entity_pk <> '*' and b.field_name is not null then true
        when b.entity_pk <> '*' then not exists (
            select
            from kw.encryption_bindings n
            where n.entity_table = b.entity_table and n.entity_pk = b.entity_pk and n.id <> b.id
                and n.status = 'live'
        )
        when b.field_name is not null then not exists (
            select
            from kw.encryption_bindings n
            where n.entity_table = b.entity_table and n.field_name = b.field_name and n.id <> b.id
                and n.status = 'live'
        )
        else not exists (
            select
            from kw.encryption_bindings n
            where n.entity_table = b.entity_table and n.id <> b.id and n.status = 'live'
        )
    end;

    update kw.field_grants g
    set owner_name = e.owner_name
    from kw.entities e
    where e.entity_table = g.entity_table and g.installation is null and g.owner_name is null
        and g.created_at >= e.claimed_at;
end;
$function$;

comment on function kw._complete() is
'Adds the columns of this release to rows of earlier ones: shredded columns, closed bindings, owners of grants. Internal: only kw_owner may call it.';

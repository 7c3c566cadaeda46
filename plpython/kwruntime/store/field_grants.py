"""kw.field_grants: who may read and write a field without privileges of its table."""

from kwruntime.postgres.query import Query


# $4 the table, $5 its owner; null where the name is external. Oids count only where they were recorded.
def _by_grant(granted: str) -> Query:
    return Query(
        f"""
        select exists (
            select
            from kw.field_grants g
            join kw.installation i on i.id = g.installation
            join pg_roles r on r.oid = g.grantee
            where g.entity_table = $1 and g.field_name_norm in ('', coalesce($2::text, ''))
                and g.relation is not distinct from $4 and g.owner is not distinct from $5
                and g.{granted} and pg_has_role($3::oid, r.oid, 'usage')
        ) as allowed
        """,
        ("text", "text", "oid", "oid", "oid"),
    )


GRANTED_READ = _by_grant("may_read")
GRANTED_WRITE = _by_grant("may_write")
# What a grant to the role replaces, in addition to its own: rows of its name without a role that exists.
FORGET_STALE_GRANTS = Query(
    """
    delete from kw.field_grants g
    where g.entity_table = $1 and g.field_name_norm = coalesce($2::text, '') and g.role_name = $3
        and not exists (
            select
            from kw.installation i
            join pg_roles r on r.oid = g.grantee
            where i.id = g.installation
        )
    returning g.id::text as key, g.change_no
    """,
    ("text", "text", "name"),
)
# $6 who grants, $7 the table, $8 its owner; no row where the role does not exist
GRANT_FIELD = Query(
    """
    insert into kw.field_grants (
        entity_table, field_name_norm, role_name, may_read, may_write, granted_by,
        relation, owner, owner_name, grantee, installation
    )
    select
        $1, coalesce($2::text, ''), r.rolname, $4, $5, pg_get_userbyid($6),
        $7::oid, $8::oid, pg_get_userbyid($8), r.oid, i.id
    from kw.installation i
    cross join pg_roles r
    where r.rolname = $3
    on conflict (entity_table, field_name_norm, grantee, installation)
    do update set
        role_name = excluded.role_name, may_read = excluded.may_read, may_write = excluded.may_write,
        granted_by = excluded.granted_by, created_at = clock_timestamp(),
        relation = excluded.relation, owner = excluded.owner, owner_name = excluded.owner_name
    returning id
    """,
    ("text", "text", "name", "bool", "bool", "oid", "oid", "oid"),
)
# A role keeps its grants when it is renamed; a name without a role of its grants is taken as it stands.
REVOKE_FIELD = Query(
    """
    with granted as (
        select g.id, r.rolname as renamed_to
        from kw.field_grants g
        left join kw.installation i on i.id = g.installation
        left join pg_roles r on r.oid = g.grantee and i.id is not null
        where g.entity_table = $1 and g.field_name_norm = coalesce($2::text, '')
            and coalesce(r.rolname, g.role_name) = $3
    )
    delete from kw.field_grants g
    using granted
    where g.id = granted.id
    returning g.id::text as key, g.change_no
    """,
    ("text", "text", "name"),
)
# Every grant with its state: reason is null where it counts. $1 the role that asks.
GRANTS = """
    select
        g.id, g.entity_table, g.field_name_norm, coalesce(r.rolname, g.role_name) as grantee,
        g.may_read, g.may_write, g.granted_by, g.created_at, g.owner_name, i.id is not null as is_here,
        t.oid as table_id, t.relowner as table_owner, coalesce(r.oid, named.oid) as grantee_id,
        case
            when e.entity_table is null then 'nothing is bound to the name'
            when t.oid is null and e.relation is not null then 'the name no longer stands for a table'
            when e.relation is distinct from t.oid then 'the name stands for another table than it was bound for'
            when g.grantee is null and g.installation is not null then 'its role did not exist at the upgrade'
            when i.id is null then 'it was made before a restore or an upgrade'
            when r.oid is null then 'the role was dropped'
            when g.relation is distinct from t.oid then 'it was made for another table'
            when g.owner is distinct from t.relowner
                then 'it was made for another owner of the table, ' || coalesce(g.owner_name, 'unknown')
        end as reason,
        e.relation is not distinct from t.oid and case
            when i.id is not null then g.owner is not distinct from t.relowner and r.oid is not null
            when g.grantee is null and g.installation is not null then false
            else
                coalesce(g.owner_name, case when e.relation is not null then g.granted_by end)
                    is not distinct from pg_get_userbyid(t.relowner)
                and named.oid is not null
        end as is_confirmable,
        case
            when e.relation is null then pg_has_role($1::oid, 'kw_grantor', 'usage')
            else coalesce(
                pg_has_role($1::oid, t.relowner, 'usage')
                and (e.relation = t.oid or e.owner_name = pg_get_userbyid(t.relowner)),
                false
            )
        end as is_own
    from kw.field_grants g
    left join kw.installation i on i.id = g.installation
    left join kw.entities e on e.entity_table = g.entity_table
    left join (
        select c.oid, c.relowner, format('%I.%I', n.nspname, c.relname) as quoted_name
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'f', 'v', 'm')
    ) t on t.quoted_name = e.quoted_name and e.relation is not null
    left join pg_roles r on r.oid = g.grantee and i.id is not null
    left join pg_roles named on named.rolname = g.role_name and i.id is null
"""
# $2 an entity or null; $3 of every owner
LIST_GRANTS = Query(
    f"""
    select
        s.entity_table as entity, nullif(s.field_name_norm, '') as field_name, s.grantee,
        s.may_read, s.may_write, s.granted_by, s.created_at, s.owner_name as table_owner,
        s.reason is null as counts, s.reason
    from ({GRANTS}) s
    where ($2::text is null or s.entity_table = $2) and ($3 or s.is_own)
    order by s.entity_table, s.field_name_norm, s.grantee, s.created_at
    """,
    ("oid", "text", "bool"),
)
# Of rows for one role the one that was made here, or the latest; none beside a row that was made here.
CONFIRM_GRANTS = Query(
    f"""
    with states as materialized ({GRANTS}),
    chosen as (
        select distinct on (s.entity_table, s.field_name_norm, s.grantee_id) s.*
        from states s
        where s.reason is not null and s.is_confirmable and s.is_own
            and ($2::text is null or s.entity_table = $2)
        order by s.entity_table, s.field_name_norm, s.grantee_id, s.is_here desc, s.created_at desc
    )
    update kw.field_grants g
    set relation = c.table_id,
        owner = c.table_owner,
        owner_name = pg_get_userbyid(c.table_owner),
        grantee = c.grantee_id,
        role_name = c.grantee,
        installation = i.id
    from chosen c
    cross join kw.installation i
    where g.id = c.id
        and not exists (
            select
            from kw.field_grants h
            where h.entity_table = c.entity_table and h.field_name_norm = c.field_name_norm
                and h.grantee = c.grantee_id and h.installation = i.id and h.id <> c.id
        )
    returning g.entity_table, g.role_name
    """,
    ("oid", "text"),
)
# They keep what they were made for, so they count for the same table under its new name only.
MOVE_GRANTS = Query(
    """
    with moved as (
        delete from kw.field_grants
        where entity_table = $1 and ($3::text is null or field_name_norm = $3)
        returning *
    )
    insert into kw.field_grants (
        entity_table, field_name_norm, role_name, may_read, may_write, granted_by, created_at,
        relation, owner, owner_name, grantee, installation
    )
    select
        $2, coalesce($4, m.field_name_norm), m.role_name, m.may_read, m.may_write, m.granted_by, m.created_at,
        m.relation, m.owner, m.owner_name, m.grantee, m.installation
    from moved m
    on conflict (entity_table, field_name_norm, grantee, installation) do nothing
    """,
    ("text", "text", "text", "text"),
)

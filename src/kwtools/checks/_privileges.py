"""What a role may not read, found without asking for it: each refusal is a line in the log."""

from collections.abc import Sequence

from kwtools.connections import Connection

# A need is "table kw.kms_keys", "function pg_catalog.pg_config" or "language plpython3u". The
# error of PostgreSQL has the same words. What does not exist is not lacking.
_LACKING = """
with needs as (
    select
        n.place, split_part(n.need, ' ', 1) as kind,
        split_part(split_part(n.need, ' ', 2), '.', 1) as space,
        split_part(n.need, '.', 2) as name
    from unnest(%s::text[]) with ordinality n (need, place)
),
lacking as (
    select
        n.place, s.oid as space_id, s.nspname as space,
        case c.relkind when 'v' then 'view ' else 'table ' end || n.name as what,
        pg_catalog.has_any_column_privilege(c.oid, 'select') as may
    from needs n
    join pg_catalog.pg_namespace s on n.kind = 'table' and s.nspname = n.space
    join pg_catalog.pg_class c on c.relnamespace = s.oid and c.relname = n.name
    union all
    select
        n.place, s.oid, s.nspname, 'function ' || n.name,
        pg_catalog.has_function_privilege(p.oid, 'execute')
    from needs n
    join pg_catalog.pg_namespace s on n.kind = 'function' and s.nspname = n.space
    join pg_catalog.pg_proc p on p.pronamespace = s.oid and p.proname = n.name
    union all
    select
        n.place, null, null, 'language ' || n.space,
        r.rolsuper or l.lanpltrusted and pg_catalog.has_language_privilege(l.oid, 'usage')
    from needs n
    join pg_catalog.pg_language l on n.kind = 'language' and l.lanname = n.space
    join pg_catalog.pg_roles r on r.rolname = current_user
)
select case
    when pg_catalog.has_schema_privilege(space_id, 'usage') is false then 'schema ' || space
    else what
end
from lacking
where not may or pg_catalog.has_schema_privilege(space_id, 'usage') is false
order by place
limit 1
"""


def lacking(connection: Connection, needs: Sequence[str]) -> str:
    """Return the first of what is needed that the role may not use, or nothing."""
    if not needs:
        return ""
    row = connection.execute(_LACKING, (list(needs),)).fetchone()
    return str(row[0]) if row else ""

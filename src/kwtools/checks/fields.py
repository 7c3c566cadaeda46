"""Bindings of columns that a table does not have any more."""

from collections.abc import Iterator

from psycopg import sql

from kwtools.checks._finding import WARNING, Finding
from kwtools.connections import Connection

# Releases before 0.8.0 have no column bound_as: bindings have the present name then.
_BOUND_AS = "coalesce(to_jsonb(e) ->> 'bound_as', e.entity_table) collate \"C\""
# By the short list of entities and of what their fields hold, not by all bindings.
_MISSING = """
select f.entity_table, f.field_name
from (
    select e.entity_table, b.field_name_norm as field_name
    from kw.entities e
    join kw.encryption_bindings b on b.entity_table = {bound_as} and b.entity_pk = '*'
    where b.status = 'live' and b.field_name is not null
    union
    select s.entity_table, s.field_name_norm
    from kw.entity_fields s
    where s.field_name_norm <> '' and s.has_keys
) f
join kw.entities e on e.entity_table = f.entity_table
join pg_catalog.pg_class c on c.oid = e.relation and c.oid::regclass::text = e.quoted_name
where
    not exists (
        select
        from pg_catalog.pg_attribute a
        where
            a.attrelid = c.oid and a.attname = f.field_name and a.attnum > 0
            and not a.attisdropped
    )
    and exists (
        select
        from kw.encryption_bindings b
        where b.entity_table = {bound_as} and b.field_name = f.field_name and b.status = 'live'
    )
order by f.entity_table, f.field_name
"""


def missing_columns(connection: Connection) -> Iterator[Finding]:
    """Yield each field with data keys whose table does not have the column."""
    for table, field in connection.execute(sql.SQL(_MISSING.format(bound_as=_BOUND_AS))):
        yield Finding(
            f"field {table}.{field}",
            WARNING,
            f"it has data keys, but table {table} has no such column",
            "After a rename, the owner of the table calls kw.rebind. After a drop, kw.shred.",
            "Values of a renamed column cannot be decrypted under its new name. The keys of a"
            " dropped one still open it in backups.",
        )

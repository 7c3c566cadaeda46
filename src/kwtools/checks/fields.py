"""What is bound to columns, or set for tables, that are not there any more."""

from collections.abc import Iterator

from kwshared import entity_names
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


# kw.doctor looks at what kw.entities names. Releases before 0.8.0 have no column read_audit.
_SET = """
select s.entity_table::text
from kw.entity_fields s
where
    (s.min_nist_level is not null or to_jsonb(s) ->> 'read_audit' is not null)
    and not exists (select from kw.entities e where e.entity_table = s.entity_table)
group by s.entity_table
"""
_WITHOUT_TABLE = """
select g.name
from unnest(%s::text[], %s::text[], %s::text[]) g (name, schema, table_name)
where
    not exists (
        select
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where
            n.nspname = g.schema and c.relname = g.table_name
            and c.relkind in ('r', 'p', 'f', 'v', 'm')
    )
order by g.name
"""


def settings_of_no_table(connection: Connection) -> Iterator[Finding]:
    """Yield each name that has a floor or audited reads, no table, and nothing bound to it."""
    names = [name for (name,) in connection.execute(_SET)]
    parts = [entity_names.parts(name) for name in names]
    given = names, [schema for schema, _ in parts], [table for _, table in parts]
    for (name,) in connection.execute(_WITHOUT_TABLE, given):
        yield Finding(
            f"settings of {name}",
            WARNING,
            "a floor or audited reads are set for it, but no such table exists",
            "After a rename, use kw.set_floor and kw.set_read_audit for the new name, and with null"
            " for this one. Ignore this if the name is external.",
            "A table that was renamed before its first key has no floor under its new name.",
        )

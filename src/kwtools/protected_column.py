"""A column that holds ciphertexts: its table, its primary key, and the statements that move it."""

from typing import NamedTuple

from kwshared import entity_names
from psycopg import sql

from kwtools.connections import Connection
from kwtools.errors import CheckFailed
from kwtools.primary_key import PrimaryKey, quoted

Key = tuple[str, ...]
"""The primary key of a row, each part as a text."""

PAGE = 10_000
"""Rows whose headers one statement reads."""

# Where a protected view has the name: the table below it.
_RELATION = """
select
    c.oid, c.relkind in ('r', 'p'), a.attnum is not null, a.attgenerated <> '',
    s.nspname, c.relname
from pg_class v
join pg_namespace n on n.oid = v.relnamespace
left join lateral (
    select d.refobjid as oid
    from pg_trigger t
    join pg_rewrite r on r.ev_class = t.tgrelid
    join pg_depend d
        on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refobjid <> t.tgrelid
        and d.refclassid = 'pg_class'::regclass
    where t.tgrelid = v.oid and t.tgfoid = to_regprocedure('kw._begin_view()')
    limit 1
) b on true
join pg_class c on c.oid = coalesce(b.oid, v.oid)
join pg_namespace s on s.oid = c.relnamespace
left join pg_attribute a on a.attrelid = c.oid and a.attname = %s and a.attnum > 0
where n.nspname = %s and v.relname = %s
"""
# Only the headers of values are read, and each is described once a page. What follows a header does
# not matter: nothing is decrypted.
_SCAN = """
with page as materialized (
    select
        {texts}, substr(t.{column}::bytea, 1, 14) as start, length(t.{column}::bytea) as length,
        row_number() over (order by {keys}) as place
    from {relation} t
    {where}
    order by {keys}
    fetch first {rows} rows with ties
),
headers as materialized (
    select d.start, d.status = 'live' and not d.is_current as is_old
    from (
        select
            array_agg(p.start) as starts,
            array_agg(p.start || decode(repeat('00', 40), 'hex')) as ciphertexts
        from (
            select distinct p.start from page p
            where p.length >= 54 or (p.length >= 42 and get_byte(p.start, 1) = 1)
        ) p
    ) a
    cross join lateral rows from (unnest(a.starts), kw.describe_many(a.ciphertexts)) as d (
        start, suite, binding_id, generation, entity_table, entity_pk, field_name, status,
        is_current
    )
)
select {names}, coalesce(h.is_old, false)
from page p
left join headers h on h.start = p.start
where h.is_old or p.place = (select max(l.place) from page l)
order by p.place
"""
# Read and encrypted again without a lock, and stored where the value is still the old one. A row
# that another transaction has locked is left: a batch never waits with locks of its own.
_MOVE = """
with old as materialized (
    select
        row_number() over () as number, g.place, {columns}, t.{column}::bytea as value,
        {entity_pk} as entity_pk
    from unnest({arrays}) with ordinality g ({names}, place)
    join {relation} t on {is_given}
    where t.{column} is not null
),
made as materialized (
    select m.value, m.number
    from unnest(
        (
            select kw.reencrypt_many(
                %(table)s, array_agg(o.entity_pk order by o.number), %(field)s,
                array_agg(o.value order by o.number)
            )
            from old o
        )
    ) with ordinality m (value, number)
),
free as materialized (
    select o.number, {old_columns}, o.value as old_value, m.value as new_value
    from old o
    join made m on m.number = o.number
    join {relation} t on {is_old} and t.{column}::bytea = o.value
    for no key update of t skip locked
),
moved as (
    update {relation} t
    set {column} = f.new_value
    from free f
    where {is_free} and t.{column}::bytea = f.old_value
    returning f.number
)
select
    (select count(*) from moved),
    array(
        select o.place from old o
        where not exists (select from moved m where m.number = o.number)
        order by o.place
    )
"""


class ProtectedColumn(NamedTuple):
    """A table and a column as kw names them, and how SQL writes them."""

    table: str
    field: str
    relation: str
    column: str
    key: PrimaryKey

    @classmethod
    def of(cls, connection: Connection, table: str, field: str) -> "ProtectedColumn":
        """Look the table and its key up; raises ``CheckFailed``."""
        schema, name = entity_names.parts(table)
        row = connection.execute(_RELATION, (field, schema, name)).fetchone()
        if row is None:
            raise CheckFailed(f'table "{table}" does not exist in this database')
        oid, is_table, has_column, is_generated, *names = row
        if not is_table:
            raise CheckFailed(f'"{table}" is not a table')
        if not has_column:
            raise CheckFailed(f'column "{field}" of table "{table}" does not exist')
        if is_generated:
            raise CheckFailed(
                f'column "{field}" of "{table}" is generated',
                "Re-encrypt the column that it is generated from.",
            )
        key = PrimaryKey.of(connection, oid)
        if not key.columns or field in key.columns:
            raise CheckFailed(
                f'table "{table}" does not have a primary key without column "{field}"',
                "Add one, or use kw.reencrypt_many in statements of your own.",
            )
        return cls(
            table,
            field,
            ".".join(map(quoted, names)),
            quoted(field),
            key,
        )

    def scan(self, *, is_first: bool) -> sql.SQL:
        """Return the statement that finds old values among the next rows by primary key.

        Its rows are keys, and whether each is of an old value; the last one is of the last row.
        Parameters k0, k1, …: the key after which it begins, unless ``is_first``.
        """
        keys = ", ".join(self.key.parts())
        given = ", ".join(f"%(k{i})s::{kind}" for i, kind in enumerate(self.key.types))
        return sql.SQL(
            _SCAN.format(
                texts=", ".join(f"{text} as k{i}" for i, text in enumerate(self.key.texts())),
                column=self.column,
                keys=keys,
                relation=self.relation,
                where="" if is_first else f"where ({keys}) > ({given})",
                rows=PAGE,
                names=", ".join(f"p.k{i}" for i in range(len(self.key.columns))),
            )
        )

    def move(self) -> sql.SQL:
        """Return the statement that re-encrypts the values of keys, each if it stays the same.

        Parameters k0, k1, …: arrays of the parts of the keys; table, field. It returns how many it
        stored, and the places (from 1) of the others.
        """
        parts = range(len(self.key.columns))
        return sql.SQL(
            _MOVE.format(
                columns=", ".join(f"t.{name} as k{i}" for i, name in enumerate(self.key.names)),
                column=self.column,
                entity_pk=self.key.entity_pk(),
                arrays=", ".join(f"%(k{i})s::text[]" for i in parts),
                names=", ".join(f"k{i}" for i in parts),
                relation=self.relation,
                is_given=self.key.equal("g", cast=True),
                old_columns=", ".join(f"o.k{i}" for i in parts),
                is_old=self.key.equal("o"),
                is_free=self.key.equal("f"),
            )
        )

"""Stored ciphertexts, and whether the database has the binding that each names in its header.

Tables of others are read with COPY, never with a query: to plan one, the server evaluates
expressions of indexes and extended statistics, which are the code of the table's owner, as the
role that asks. COPY of a table is not planned and runs nothing of it.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

import psycopg
from psycopg import sql

from kwtools.connections import Connection

HOLDING = """
holding (id) as (
    select t.oid from pg_catalog.pg_type t
    where
        t.oid = 'bytea'::regtype or t.typname = 'ciphertext_bytes'
        and t.typnamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = 'kw')
    union all
    select t.oid from pg_catalog.pg_type t join holding h on h.id = t.typbasetype
)
"""
"""The types of columns that can hold ciphertexts, in a ``with recursive``."""

# Columns of bytea and kw.ciphertext, or of domains over them, in tables that store rows of their
# own. Materialized views and generated columns are made from others, and COPY does not read them.
# Under row-level security COPY becomes a query with the policies in it.
_COLUMNS = """
with recursive {holding}
select
    n.nspname::text, c.relname::text, a.attname::text,
    pg_catalog.has_schema_privilege(n.oid, 'usage')
        and pg_catalog.has_column_privilege(c.oid, a.attnum, 'select')
        and not pg_catalog.row_security_active(c.oid)
from pg_catalog.pg_attribute a
join holding h on h.id = a.atttypid
join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind = 'r'
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where
    a.attnum > 0 and not a.attisdropped
    and a.attgenerated = '' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname not in ('kw', 'information_schema')
order by 1, 2, 3
"""  # noqa: E501
# An error rather than a query, where row-level security came meanwhile.
_WITHOUT_POLICIES = "select pg_catalog.set_config('row_security', 'off', true)"
_COPY = "copy {table} ({column}) to stdout (format binary)"
_WITHOUT_KEYS = """
select count(*)
from unnest(%s::bigint[], %s::integer[]) s (binding, generation)
where not exists (
    select
    from kw.encryption_bindings b
    where b.id = s.binding and b.generation >= s.generation
)
"""
# As kw.is_ciphertext has it: a byte of magic, one of the suite, the binding's id, its generation,
# and by the suite the least length.
_HEADER = struct.Struct(">BBqi")
_NAMED = struct.Struct(">qi")
_MAGICS = (0xC1, 0xC2)  # of formats kwtools/1 and kwtools/2
_LEAST_LENGTH = {1: 42, 2: 54}
_BATCH = 10_000
# Of random values, one in 131,072 looks like a ciphertext.
_FEW = 3
_ONE_OF_AS_MANY = 10_000


class Column(NamedTuple):
    """A column that can hold ciphertexts."""

    schema: str
    table: str
    name: str
    is_readable: bool

    @property
    def label(self) -> str:
        """Its name for people."""
        return f"{self.schema}.{self.table}.{self.name}"


class Most(NamedTuple):
    """How much of a table is read, at most, with the row in which a limit is passed."""

    rows: int
    size: int
    """Bytes of values."""


class State(NamedTuple):
    """How many values a column has, and how many of them are ciphertexts.

    ``without_keys``: those whose binding the database does not have, or has in an earlier
    generation only.
    """

    values: int
    ciphertexts: int
    without_keys: int

    @property
    def lacks_keys(self) -> bool:
        """Whether keys are missing. Random bytes look like a ciphertext now and then."""
        return self.without_keys > 0 and (
            self.without_keys < self.ciphertexts
            or self.ciphertexts * 2 > self.values
            or self.without_keys > max(_FEW, self.values // _ONE_OF_AS_MANY)
        )


def columns(connection: Connection) -> Iterator[Column]:
    """Yield the columns that can hold ciphertexts."""
    for row in connection.execute(_COLUMNS.format(holding=HOLDING)).fetchall():
        yield Column(*row)


def state(connection: Connection, column: Column, most: Most | None = None) -> State:
    """Look at all values of a column, or at the first ones.

    Runs in a transaction. Raises psycopg's errors where the column cannot be read, after which the
    transaction goes on.
    """
    values, ciphertexts, named = 0, 0, bytearray()
    for value in _values(connection, column, most):
        values += 1
        header = _named(value)
        if header:
            ciphertexts += 1
            named += header
    return State(values, ciphertexts, _without_keys(connection, named))


def _values(connection: Connection, column: Column, most: Most | None) -> Iterator[bytes]:
    """Yield what is not null."""
    query = sql.SQL(_COPY).format(
        table=sql.Identifier(column.schema, column.table), column=sql.Identifier(column.name)
    )
    size = 0
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_WITHOUT_POLICIES)
        with cursor.copy(query) as copy:
            copy.set_types(["bytea"])
            for rows, (value,) in enumerate(copy.rows(), 1):
                if value is not None:
                    size += len(value)
                    yield value
                if most is not None and (rows >= most.rows or size >= most.size):
                    raise psycopg.Rollback  # cancels the COPY, and is not passed on


def is_ciphertext(value: bytes) -> bool:
    """Return whether a value has the form of a field ciphertext, as kw.is_ciphertext does."""
    return bool(_named(value))


def _named(value: bytes) -> bytes:
    """Return what the header of a ciphertext names: binding and generation; else nothing."""
    if len(value) < min(_LEAST_LENGTH.values()):
        return b""
    magic, suite, binding, generation = _HEADER.unpack_from(value)
    is_ciphertext = (
        magic in _MAGICS
        and len(value) >= _LEAST_LENGTH.get(suite, len(value) + 1)
        and binding > 0
        and generation > 0
    )
    return _NAMED.pack(binding, generation) if is_ciphertext else b""


def _without_keys(connection: Connection, named: bytearray) -> int:
    """Count the ciphertexts whose binding is missing, by what their headers name."""
    total = 0
    for start in range(0, len(named), _BATCH * _NAMED.size):
        batch = named[start : start + _BATCH * _NAMED.size]
        bindings, generations = zip(*_NAMED.iter_unpack(batch), strict=True)
        with connection.transaction():
            found = connection.execute(_WITHOUT_KEYS, (list(bindings), list(generations)))
            total += found.fetchall()[0][0]
    return total

"""A table whose rows move: its key, its columns, and the statements that read and store them."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from kwshared import entity_names
from psycopg import sql

from kwtools.ciphertexts import HOLDING
from kwtools.connections import Connection
from kwtools.errors import CheckFailed
from kwtools.primary_key import PrimaryKey, quoted

_RELATION = """
select c.oid, c.relkind in ('r', 'p'), e.entity_table
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join kw.entities e on e.relation = c.oid
where n.nspname = %s and c.relname = %s
"""
_COLUMNS = """
with recursive {holding}
select a.attname, format_type(a.atttypid, a.atttypmod), h.id is not null
from pg_attribute a
left join holding h on h.id = a.atttypid
where a.attrelid = %s and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
order by a.attnum
"""

_READ = "select {key}, {values} from {relation} t {rest}"
_OF_KEYS = """
join unnest({arrays}) with ordinality g ({names}, place) on {is_given}
order by g.place
"""
_KEYS = 'select {key} collate "C" from {relation} t {where}'
_TOTALS = "select count(*), 0{counted} from {relation} t {where}"
_CIPHERTEXTS = " + count(*) filter (where kw.is_ciphertext(t.{column}::bytea))"
_INSERT = """
insert into {relation} ({columns}) overriding system value
select {values} from unnest({arrays}) g ({names})
"""


class Column(NamedTuple):
    """A column, its type as SQL writes it, and whether it can hold ciphertexts."""

    name: str
    type: str
    is_binary: bool


class Table(NamedTuple):
    """A table as kw and as SQL name it."""

    entity: str | None
    """Null: nothing was bound in it yet."""
    name: str
    """As kw takes it: quoted."""
    key: PrimaryKey
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, connection: Connection, name: str, plain: Collection[str] = ()) -> "Table":
        """Look it up; ``plain`` columns hold no ciphertexts. Raises ``CheckFailed``."""
        schema, table = entity_names.parts(name)
        rows = connection.execute(_RELATION, (schema, table)).fetchall()
        if not rows:
            raise CheckFailed(f'table "{name}" does not exist in this database')
        oid, is_table, entity = rows[0]
        if entity is not None and (len(rows) > 1 or entity_names.parts(entity) != (schema, table)):
            raise CheckFailed(
                f'table "{name}" has bindings under another name, {entity}',
                "Use kw.rebind to move them to its present name.",
            )
        key = PrimaryKey.of(connection, oid)
        if not is_table or not key.columns:
            raise CheckFailed(f'"{name}" is not a table with a primary key')
        query = sql.SQL(_COLUMNS.format(holding=HOLDING))
        columns = tuple(
            Column(column, kind, is_binary and column not in (*plain, *key.columns))
            for column, kind, is_binary in connection.execute(query, (oid,))
        )
        shown = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, table))
        return cls(entity, shown, key, columns)

    def only(self, names: Sequence[str]) -> "Table":
        """Return it with these columns, in their order; raises ``CheckFailed``."""
        found = {one.name: one for one in self.columns}
        for name in names:
            if name not in found:
                raise CheckFailed(
                    f"table {self.name} has no column {name}, or it is generated",
                    "The table must have every column that moves.",
                )
        return self._replace(columns=tuple(found[name] for name in names))

    @property
    def fields(self) -> frozenset[str]:
        """The columns that can hold ciphertexts."""
        return frozenset(one.name for one in self.columns if one.is_binary)

    @property
    def key_places(self) -> list[int]:
        """Where the columns of the primary key are among the columns."""
        names = [one.name for one in self.columns]
        return [names.index(name) for name in self.key.columns]

    def select(self, where: str | None) -> sql.SQL:
        """Return the statement that reads the rows that move, by primary key."""
        order = ", ".join(self.key.parts())
        return self._read(f"{condition(where)} order by {order}")

    def select_keys(self) -> sql.SQL:
        """Return the statement that reads the rows of given keys: an array for each part."""
        parts = range(len(self.key.columns))
        return self._read(
            _OF_KEYS.format(
                arrays=", ".join("%s::text[]" for _ in parts),
                names=", ".join(f"k{i}" for i in parts),
                is_given=self.key.equal("g", cast=True),
            )
        )

    def totals(self, where: str | None) -> sql.SQL:
        """Return the statement that counts rows that move, and their ciphertexts."""
        counted = "".join(_CIPHERTEXTS.format(column=quoted(name)) for name in sorted(self.fields))
        return sql.SQL(
            _TOTALS.format(counted=counted, relation=self._relation, where=condition(where))
        )

    def keys(self, where: str | None) -> str:
        """Return the query of the keys that move, as kw has them."""
        return _KEYS.format(
            key=self.key.entity_pk(), relation=self._relation, where=condition(where)
        )

    def has_key_in(self, query: str) -> str:
        """Return the condition that the key of a row, as kw has it, is one of a query."""
        key = self.key.entity_pk().replace("%%", "%")
        return f'{key} collate "C" in ({query})'

    def insert(self) -> sql.SQL:
        """Return the statement that stores rows: an array for each column."""
        places = range(len(self.columns))
        kinds = [one.type.replace("%", "%%") for one in self.columns]
        return sql.SQL(
            _INSERT.format(
                relation=self._relation,
                columns=", ".join(quoted(one.name) for one in self.columns),
                values=", ".join(f"g.c{i}::{kind}" for i, kind in enumerate(kinds)),
                arrays=", ".join(f"%s::{_read_as(one)}[]" for one in self.columns),
                names=", ".join(f"c{i}" for i in places),
            )
        )

    def _read(self, rest: str) -> sql.SQL:
        values = (f"t.{quoted(one.name)}::{_read_as(one)}" for one in self.columns)
        return sql.SQL(
            _READ.format(
                key=self.key.entity_pk(),
                values=", ".join(values),
                relation=self._relation,
                rest=rest,
            )
        )

    @property
    def _relation(self) -> str:
        return self.name.replace("%", "%%")


def _read_as(column: Column) -> str:
    return "bytea" if column.is_binary else "text"


def condition(where: str | None) -> str:
    """Return the condition of an option, as a statement with parameters has it."""
    return "" if where is None else f" where ({where.replace('%', '%%')})"

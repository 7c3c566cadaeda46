"""Rows of a database, written for another one under one snapshot.

The manifest proves that nothing was left out: what was read must be what the database counts.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from kwshared.moves import Manifest, MovedTable
from psycopg import IsolationLevel, sql

from kwtools.connections import Connection, transaction
from kwtools.errors import CheckFailed
from kwtools.moving import folder
from kwtools.moving.folder import Writer
from kwtools.moving.reading import EveryRow, Reading
from kwtools.moving.tables import Table
from kwtools.sealing import Recipient

WITHOUT_POLICIES = "select set_config('row_security', 'off', true)"
"""An error, where row-level security would hide rows."""

_BUNDLE = """
select x.note, x.bundle
from kw.export_wrapper_many(array[%s::uuid], %s, %s, valid_seconds => %s) x
"""
_SIGN = "select kw.sign_move(%s, %s, %s)"
# Bindings and rows are brought together by groups, since a join without statistics may compare
# each with each.
_BY_KEY = """
select {selected}
from (
    select u.key, count(*) filter (where not u.is_row) as bindings, bool_or(u.is_row) as has_row
    from (
        select b.entity_pk as key, false as is_row
        from kw.encryption_bindings b
        where
            b.entity_table = (select e.bound_as from kw.entities e where e.entity_table = %s)
            and b.entity_pk <> '*'
        union all
        select k.key, true from ({keys}) k (key)
    ) u
    group by u.key
) g
where {condition}
"""
_MAKE_GIVEN = """
create temporary table kwtools_moved_keys (key text collate "C" primary key) on commit drop
"""
_COPY_GIVEN = "copy pg_temp.kwtools_moved_keys (key) from stdin"
_GIVEN = "select m.key from pg_temp.kwtools_moved_keys m"
_UNKNOWN_GIVEN = """
{given}
except (
    {keys}
    union all
    select b.entity_pk
    from kw.encryption_bindings b
    where b.entity_table = (select e.bound_as from kw.entities e where e.entity_table = %s)
)
limit 1
"""
_BINDINGS = "coalesce(sum(g.bindings), 0)"


class Selection(NamedTuple):
    """What moves, where to, and who signs it."""

    tables: Sequence[str]
    where: str | None
    keys: Sequence[str] | None
    """Of one table, and then in place of ``where``."""
    plain: Sequence[str]
    to: Recipient
    signer: str
    valid_seconds: int
    batch: int


def export(
    connection: Connection, selection: Selection, path: Path, advance: Callable[[int], None]
) -> Manifest:
    """Write the folder of a move. Nothing is left of one that fails."""
    check_encoding(connection)
    with folder.made(path):
        with transaction(connection, writes=True, isolation=IsolationLevel.REPEATABLE_READ):
            connection.execute(WITHOUT_POLICIES)
            ((carrier,),) = connection.execute("select kw.wrap()").fetchall()
            tables = [
                _Exporting(connection, selection, carrier, name).write(path, number, advance)
                for number, name in enumerate(selection.tables)
            ]
            manifest = Manifest(selection.to.deployment, carrier, tables)
            if not manifest.totals.keys:
                raise CheckFailed("no row is to move", "Look at --where, --keys and --table.")
            given = (carrier, str(selection.to), selection.signer, selection.valid_seconds)
            ((note, bundle),) = connection.execute(_BUNDLE, given).fetchall()
            folder.write(path, folder.CARRIER_NOTE, note)
            folder.write(path, folder.CARRIER_BUNDLE, bundle)
            folder.write(path, folder.MANIFEST, bytes(manifest))
            signing = (carrier, bytes(manifest), selection.signer)
            ((note,),) = connection.execute(_SIGN, signing).fetchall()
        folder.write(path, folder.NOTE, note)  # the last one: it makes the folder a move
    return manifest


def check_encoding(connection: Connection) -> None:
    """Raise ``CheckFailed`` where texts would not come as they are stored."""
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise CheckFailed("the database does not have encoding UTF8", "Move it as a whole.")


class _Exporting:
    """One table."""

    def __init__(
        self, connection: Connection, selection: Selection, carrier: UUID, name: str
    ) -> None:
        self._connection = connection
        self._selection = selection
        self._table = Table.of(connection, name, selection.plain)
        entity = self._table.entity
        if entity is None:
            raise CheckFailed(f'nothing is bound in table "{name}"', "Move it with pg_dump.")
        self._entity = entity
        every_row = EveryRow.of(connection, entity)
        self._reading = Reading(connection, self._table, carrier, entity, every_row)
        for field in every_row.live:
            self._reading.check_column("*", field)
        self._where = selection.where
        if selection.keys is not None:
            self._where = self._table.has_key_in(_GIVEN)
            self._give_keys(selection.keys)

    def write(self, path: Path, number: int, advance: Callable[[int], None]) -> MovedTable:
        """Write the rows; raises ``CheckFailed`` where the counts differ from the database's."""
        with folder.rows_file(path, number).open("xb") as file:
            writer = Writer(file)
            for rows in self._pages(self._table.select(self._where)):
                for record in self._reading.records(rows):
                    writer.write(bytes(record))
                advance(len(rows))
            if self._selects_keys:
                for rows in self._pages(self._keys_without_row(), self._entity):
                    for record in self._reading.without_rows([row[0] for row in rows]):
                        writer.write(bytes(record))
        self._check_counts()
        names = [one.name for one in self._table.columns]
        return MovedTable(
            table=self._entity,
            where=self._said_where(),
            key=list(self._table.key.columns),
            columns=names,
            plain=[one for one in self._selection.plain if one in names],
            every_row=self._reading.every_row.live,
            left=self._left(),
            counts=self._reading.counts,
            sha256=writer.sha256,
        )

    def _pages(self, query: sql.SQL, *given: object) -> Iterator[list[tuple[Any, ...]]]:
        with self._connection.cursor(name="rows") as cursor:
            cursor.execute(query, given)
            while rows := cursor.fetchmany(self._selection.batch):
                yield rows

    def _said_where(self) -> str | None:
        keys = self._selection.keys
        return self._where if keys is None else f"one of {len(set(keys))} keys"

    @property
    def _selects_keys(self) -> bool:
        """Whether keys without a row move, too: they are given, or every key moves."""
        return self._selection.where is None

    def _give_keys(self, keys: Sequence[str]) -> None:
        """Store the keys that are to move; raises ``CheckFailed`` for one that nothing has."""
        self._connection.execute(_MAKE_GIVEN)
        with self._connection.cursor() as cursor, cursor.copy(_COPY_GIVEN) as copy:
            for key in dict.fromkeys(keys):
                copy.write_row((key,))
        unknown = self._connection.execute(
            _UNKNOWN_GIVEN.format(given=_GIVEN, keys=self._table.keys(self._where)).encode(),
            (self._entity,),
        ).fetchone()
        if unknown is not None:
            raise CheckFailed(
                f'key "{unknown[0]}" of {self._entity} has neither a row nor a binding',
                "Write each key as kw.entity_key returns it, one a line.",
            )

    def _keys_without_row(self) -> sql.SQL:
        is_given = "" if self._selection.keys is None else f" and g.key in ({_GIVEN})"
        return self._by_key("g.key", f"not g.has_row{is_given}")

    def _by_key(self, selected: str, condition: str, where: str | None = None) -> sql.SQL:
        """Return a query of the keys that have bindings, rows (those that ``where`` chooses)."""
        keys = self._table.keys(where)
        return sql.SQL(_BY_KEY.format(selected=selected, keys=keys, condition=condition))

    def _left(self) -> int:
        """Count the keys with bindings but no row, where a condition cannot choose them."""
        if self._selects_keys:
            return 0
        return self._count(self._by_key("count(*)", "not g.has_row"))

    def _check_counts(self) -> None:
        """Compare what was written with what the database counts in the same snapshot."""
        counts = self._reading.counts
        ((rows, values),) = self._connection.execute(self._table.totals(self._where), ()).fetchall()
        selected = "true" if self._where is None else "g.has_row"
        if self._selection.keys is not None:
            selected = f"g.key in ({_GIVEN})"
        bindings = self._count(self._by_key(_BINDINGS, selected, self._where))
        found = counts.rows, counts.values + counts.unreadable, self._reading.own_bindings
        if found != (rows, values, bindings):
            raise CheckFailed(
                f"{found} rows, ciphertexts and bindings of {self._entity} were read, and"
                f" the database counts {(rows, values, bindings)}",
                "The condition must choose the same rows each time that it is evaluated.",
            )

    def _count(self, query: sql.SQL) -> int:
        ((count,),) = self._connection.execute(query, (self._entity,)).fetchall()
        return int(count)

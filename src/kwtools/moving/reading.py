"""Rows with their bindings, read as records: in the source to send them, here to compare them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from kwshared.moves import Counts

from kwtools.ciphertexts import is_ciphertext
from kwtools.connections import Connection
from kwtools.errors import CheckFailed
from kwtools.moving.records import LIVE, PLAIN, SEALED, SHREDDED, TEXT, UNREADABLE, Record, value_of
from kwtools.moving.tables import Table

_EVERY_ROW = """
select b.field_name, b.status from kw.encryption_bindings b
where
    b.entity_table = (select e.bound_as from kw.entities e where e.entity_table = %s)
    and b.entity_pk = '*'
order by b.field_name_norm
"""
_BINDINGS = """
select
    b.entity_pk, b.field_name, b.status,
    1 + (select count(*) from kw.binding_generations g where g.binding_id = b.id)
from kw.encryption_bindings b
where
    b.entity_table = (select e.bound_as from kw.entities e where e.entity_table = %s)
    and b.entity_pk = any(%s)
order by b.field_name_norm
"""
_SEAL = "select kw.export_values(%s, %s, %s::text[], %s, %s::bytea[], %s)"


class EveryRow(NamedTuple):
    """The fields whose binding is one of every row: null for the whole table."""

    live: list[str | None]
    shredded: list[str | None]

    @classmethod
    def of(cls, connection: Connection, entity: str | None) -> "EveryRow":
        """Read them."""
        rows = connection.execute(_EVERY_ROW, (entity,)).fetchall()
        return cls(
            [name for name, status in rows if status == LIVE],
            [name for name, status in rows if status != LIVE],
        )


@dataclass
class Reading:
    """Reads the records of a table, and counts them."""

    connection: Connection
    table: Table
    carrier: UUID
    """The wrapper of this database that seals the values."""
    sealed_as: str
    """The name of the table in the source."""
    every_row: EveryRow
    counts: Counts = field(default_factory=Counts)
    own_bindings: int = 0
    """Those of the keys themselves, without what was shredded of every row."""

    def records(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[Record]:
        """Yield the records of rows: each has the key as kw has it, then the columns."""
        keys = [row[0] for row in rows]
        bound = self._bindings(keys)
        columns = []
        for place, column in enumerate(self.table.columns, 1):
            values = [row[place] for row in rows]
            if column.is_binary:
                columns.append(self._sealed(column.name, keys, values, bound))
            else:
                columns.append([None if value is None else TEXT + value for value in values])
        for index, key in enumerate(keys):
            row = [values[index] for values in columns]
            yield self._counted(Record(key, row, self._listed(bound[key])))

    def without_rows(self, keys: Sequence[str]) -> Iterator[Record]:
        """Yield the records of keys that have bindings only."""
        bound = self._bindings(keys)
        for key in keys:
            yield self._counted(Record(key, None, self._listed(bound[key])))

    def _bindings(self, keys: Sequence[str]) -> dict[str, dict[str | None, str]]:
        found: dict[str, dict[str | None, str]] = {key: {} for key in keys}
        generations = 0
        for key, name, status, count in self.connection.execute(
            _BINDINGS, (self.table.entity, list(keys))
        ):
            if status == LIVE:
                self.check_column(key, name)
            found[key][name] = status
            generations += count if status == LIVE else 0
            self.own_bindings += 1
        self.counts = self.counts.plus(Counts(generations=generations))
        return found

    def check_column(self, key: str, name: str | None) -> None:
        """Raise ``CheckFailed`` for a field that is not a column of bytes: where are its values?"""
        if name is not None and name not in self.table.fields:
            raise CheckFailed(
                f'field {name} of {self.sealed_as} is bound for key "{key}", and the table has no'
                " such column of type kw.ciphertext or bytea",
                "Move its values by statements of your own: kw.export_values, kw.import_values.",
            )

    def _sealed(
        self,
        name: str,
        keys: Sequence[str],
        values: Sequence[bytes | None],
        bound: dict[str, dict[str | None, str]],
    ) -> list[str | None]:
        """Return the values of a column, its ciphertexts sealed by the carrier."""
        shown: list[str | None] = []
        to_seal: list[int] = []
        for index, (key, value) in enumerate(zip(keys, values, strict=True)):
            if value is None:
                shown.append(None)
            elif not is_ciphertext(value):
                shown.append(value_of(PLAIN, value))
            elif self._is_shredded(bound[key], name):
                shown.append(value_of(UNREADABLE, value))
            else:
                shown.append(None)
                to_seal.append(index)
        if to_seal:
            given = (
                self.carrier,
                self.table.entity,
                [keys[index] for index in to_seal],
                name,
                [values[index] for index in to_seal],
                self.sealed_as,
            )
            ((made,),) = self.connection.execute(_SEAL, given).fetchall()
            for index, value in zip(to_seal, made, strict=True):
                shown[index] = value_of(SEALED, value)
        return shown

    def _is_shredded(self, own: dict[str | None, str], name: str) -> bool:
        """Return whether nothing opens the values of a cell any more."""
        if name in own:
            return own[name] == SHREDDED
        gone = self.every_row.shredded
        return own.get(None) == SHREDDED or name in gone or None in gone

    def _listed(self, own: dict[str | None, str]) -> list[tuple[str | None, str]]:
        """Return the bindings of a key; what was shredded of every row counts as its own."""
        found = dict.fromkeys(self.every_row.shredded, SHREDDED) | own
        return sorted(found.items(), key=lambda one: (one[0] is not None, one[0] or ""))

    def _counted(self, one: Record) -> Record:
        self.counts = self.counts.plus(
            Counts(
                keys=1,
                rows=one.row is not None,
                values=one.having(SEALED),
                unreadable=one.having(UNREADABLE),
                bindings=len(one.bindings),
                shredded=sum(status == SHREDDED for _, status in one.bindings),
            )
        )
        return one

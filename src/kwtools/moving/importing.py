"""A move stored in another database: all of it in one transaction, or nothing.

After everything is stored it is read again, as the source read it, and must give the same lines.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from kwshared.moves import MovedTable

from kwtools.connections import Connection, transaction
from kwtools.errors import CheckFailed
from kwtools.moving.exporting import WITHOUT_POLICIES, check_encoding
from kwtools.moving.folder import Folder
from kwtools.moving.reading import EveryRow, Reading
from kwtools.moving.records import (
    PLAIN,
    SEALED,
    SHREDDED,
    UNREADABLE,
    Record,
    batches,
    bytes_of,
)
from kwtools.moving.tables import Table

_DONE = """
select a.happened_at::text
from kw.audit_events a
where a.action = 'import_move' and a.details ->> 'manifest_sha256' = %s
order by a.id desc
limit 1
"""
_CARRIER = "select kw.import_wrapper(%s, %s, %s)"
_ACCEPT = "select kw.accept_move(%s, %s, %s)"
_BOUND = """
select b.entity_pk from kw.encryption_bindings b
where
    b.entity_table = (select e.bound_as from kw.entities e where e.entity_table = %s)
    and b.entity_pk = any(%s)
limit 1
"""
_BIND_EVERY_ROW = "select kw.bind(%s, '*'::text, %s, policy => %s)"
_BIND = "select count(*) from unnest(kw.bind_many(%s, %s::text[], %s, %s))"
_SHRED = "select kw.shred_many(%s, %s::text[], %s)"
_OPEN = "select kw.import_values(%s, %s, %s::text[], %s, %s::bytea[], %s)"


@dataclass
class Importing:
    """One move."""

    connection: Connection
    folder: Folder
    renamed: Mapping[str, str]
    """The tables that have another name here, by the names that the manifest has."""
    policy: str | None
    batch: int

    def run(self, advance: Callable[[int], None]) -> str | None:
        """Store and compare it; ``advance`` hears of each key twice.

        Returns when it was imported, if that was before. Raises ``CheckFailed`` and psycopg's
        errors; then nothing is stored.
        """
        check_encoding(self.connection)
        manifest = self.folder.manifest
        for name in self.renamed.keys() - {one.table for one in manifest.tables}:
            raise CheckFailed(f'table "{name}" is not part of the move')
        with transaction(self.connection, writes=True):
            before = self.connection.execute(_DONE, (manifest.digest.hex(),)).fetchone()
            if before is not None:
                return str(before[0])
            self.connection.execute(WITHOUT_POLICIES)
            given = (self.folder.carrier_note, self.folder.carrier_bundle, self.policy)
            ((carrier,),) = self.connection.execute(_CARRIER, given).fetchall()
            with self.connection.transaction(force_rollback=True):
                self._accept(carrier)  # refused before all the work, and done at its end
            for number, moved in enumerate(manifest.tables):
                _Storing(self, moved, carrier).run(number, advance)
            for number, moved in enumerate(manifest.tables):
                _Comparing(self, moved, carrier).run(number, advance)
            self._accept(carrier)
        return None

    def _accept(self, carrier: UUID) -> None:
        given = (carrier, self.folder.manifest_bytes, self.folder.note)
        self.connection.execute(_ACCEPT, given)

    def table(self, moved: MovedTable) -> Table:
        """Return a table of this database; raises ``CheckFailed``."""
        name = self.renamed.get(moved.table, moved.table)
        found = Table.of(self.connection, name, moved.plain).only(moved.columns)
        if list(found.key.columns) != moved.key:
            raise CheckFailed(
                f'the primary key of table "{name}" is ({", ".join(found.key.columns)}), and'
                f" ({', '.join(moved.key)}) in the source"
            )
        return found


class _Storing:
    """The rows and bindings of a table, stored."""

    def __init__(self, whole: Importing, moved: MovedTable, carrier: UUID) -> None:
        self._whole = whole
        self._moved = moved
        self._carrier = carrier
        self._table = whole.table(moved)

    def run(self, number: int, advance: Callable[[int], None]) -> None:
        for field in self._moved.every_row:
            self._value(_BIND_EVERY_ROW, self._table.name, field, self._whole.policy)
        with self._whole.folder.rows(number).open("rb") as file:
            for records in batches(file, self._whole.batch):
                self._check_new(records)
                self._bind(records)
                self._insert([one for one in records if one.row is not None])
                advance(len(records))

    def _check_new(self, records: Sequence[Record]) -> None:
        """Raise ``CheckFailed`` where a key is bound here already."""
        keys = [one.key for one in records]
        given = (self._table.entity, keys)
        for (key,) in self._whole.connection.execute(_BOUND, given):
            raise CheckFailed(
                f'key "{key}" of {self._table.name} is bound in this database already',
                "Nothing was imported. Rows of two databases cannot be merged under one key.",
            )

    def _bind(self, records: Sequence[Record]) -> None:
        """Bind the keys, and shred what is shredded in the source: so it does not come back."""
        bound: dict[str | None, list[str]] = defaultdict(list)
        shredded: dict[str | None, list[str]] = defaultdict(list)
        for one in records:
            for field, status in one.bindings:
                bound[field].append(one.key)
                if status == SHREDDED:
                    shredded[field].append(one.key)
        for field, keys in bound.items():
            self._value(_BIND, self._table.name, keys, field, self._whole.policy)
        # cells first: the row above them closes them
        for field, keys in sorted(shredded.items(), key=lambda one: one[0] is None):
            self._value(_SHRED, self._table.name, keys, field)

    def _insert(self, records: Sequence[Record]) -> None:
        if not records:
            return
        columns: list[Sequence[object]] = []
        for place, column in enumerate(self._table.columns):
            values = [one.row[place] if one.row is not None else None for one in records]
            if column.is_binary:
                columns.append(self._encrypted(column.name, records, values))
            else:
                columns.append(
                    [one.text(place) if value is not None else None
                     for one, value in zip(records, values, strict=True)]
                )  # fmt: skip
        self._whole.connection.execute(self._table.insert(), columns)

    def _encrypted(
        self, name: str, records: Sequence[Record], values: Sequence[str | None]
    ) -> list[bytes | None]:
        """Return the values of a column, those that were sealed encrypted under bindings here."""
        found = [bytes_of(value, PLAIN, UNREADABLE) for value in values]
        sealed = [(place, bytes_of(value, SEALED)) for place, value in enumerate(values)]
        there = [(place, value) for place, value in sealed if value is not None]
        if there:
            keys = [records[place].key for place, _ in there]
            given = (self._table.name, keys, name, [value for _, value in there])
            made = self._value(_OPEN, self._carrier, *given, self._moved.table)
            for (place, _), value in zip(there, made, strict=True):
                found[place] = value
        return found

    def _value(self, query: str, *given: object) -> list[bytes | None]:
        ((value,),) = self._whole.connection.execute(query.encode(), given).fetchall()
        return value  # type: ignore[no-any-return]


class _Comparing:
    """The rows and bindings of a table, read again and compared with the manifest."""

    def __init__(self, whole: Importing, moved: MovedTable, carrier: UUID) -> None:
        self._whole = whole
        self._moved = moved
        table = whole.table(moved)
        every_row = EveryRow.of(whole.connection, table.entity)
        self._reading = Reading(whole.connection, table, carrier, moved.table, every_row)

    def run(self, number: int, advance: Callable[[int], None]) -> None:
        digest = sha256()
        with self._whole.folder.rows(number).open("rb") as file:
            for records in batches(file, self._whole.batch):
                found = self._found(records)
                for sent in records:
                    line = bytes(found.get(sent.key, b""))
                    if line != bytes(sent):
                        raise CheckFailed(
                            f'key "{sent.key}" of {self._reading.table.name} is not stored as it'
                            " was sent",
                            "Nothing was imported. Check the triggers and types of the table.",
                        )
                    digest.update(line)
                advance(len(records))
        counts = self._reading.counts._replace(generations=self._moved.counts.generations)
        if digest.hexdigest() != self._moved.sha256 or counts != self._moved.counts:
            raise CheckFailed(
                f"{self._moved.table} is not what the manifest says: its digest or counts differ",
                "Nothing was imported. The files were changed during the import.",
            )

    def _found(self, records: Sequence[Record]) -> dict[str, Record]:
        """Return what the database has of the keys of records."""
        table = self._reading.table
        rows = [one for one in records if one.row is not None]
        keys = [[one.text(place) for one in rows] for place in table.key_places]
        found = self._whole.connection.execute(table.select_keys(), keys).fetchall()
        others = [one.key for one in records if one.row is None]
        made = [*self._reading.records(found), *self._reading.without_rows(others)]
        return {one.key: one for one in made}

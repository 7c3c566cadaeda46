"""A table of kw whose rows are sealed: the queries that read, lock and seal them."""

from functools import cached_property
from hashlib import sha256

from kwruntime.crypto.state import SHIFTS
from kwruntime.postgres.query import Query

GENERATIONS_NO = 3

_BELOW_ALL = {
    "bigint": "-9223372036854775808",
    "integer": "-2147483648",
    "text": "",
    "uuid": "00000000-0000-0000-0000-000000000000",
}
"""A key of each type that no row has, and that is below all others."""


class SealedTable:
    """A table whose rows are sealed. It does not change.

    Rows are found by the column ``key``, which several rows may share; ``row_key``, an expression over ``t``,
    names one row. ``columns`` are what the seal covers, ``source`` is what is joined to the table ``t``.
    ``number`` is that of the table in changes and in the state (docs/format.md).
    """

    def __init__(
        self,
        number: int,
        name: str,
        key: str,
        key_type: str,
        columns: str,
        *,
        source: str = "",
        row_key: str = "",
    ) -> None:
        self.number = number
        self.name = name
        self._key = f"t.{key}"
        self._type = key_type
        self._row_key = row_key or f"{self._key}::text"
        self._columns = columns
        self._source = source

    def __repr__(self) -> str:
        return f"SealedTable({self.name})"

    def place(self, row_key: str) -> tuple[int, int]:
        """Return what a row is named by in changes and in the state: its id and sub."""
        if self.is_small:
            return int.from_bytes(sha256(row_key.encode()).digest()[:8], "big"), 0
        number, _, sub = row_key.partition("/")
        return int(number), int(sub or 0)

    @property
    def is_small(self) -> bool:
        """Whether rows are named by the hash of their key."""
        return self.number not in SHIFTS

    @cached_property
    def entries(self) -> str:
        """Select the entries of the state, and their buckets, of the rows that have a seal."""
        return f"select {self._bucket} as bucket, {self._entry} as entry {self._sealed}"

    @cached_property
    def entries_of_buckets(self) -> str:
        """Select the same, in order, of the buckets of table ``asked``."""
        if self.is_small:
            return f"""
                {self.entries}
                    and {self._bucket} in (
                        select a.bucket from asked a where a.table_no = {self.number}
                    )
                order by 2
            """
        return f"""
            select a.bucket, r.entry
            from asked a
            cross join lateral (
                select {self._entry} as entry {self._sealed}
                    and {self._key} between a.bucket << {SHIFTS[self.number]}
                        and (a.bucket << {SHIFTS[self.number]}) + {2 ** SHIFTS[self.number] - 1}
            ) r
            where a.table_no = {self.number}
            order by 2
        """

    @property
    def _sealed(self) -> str:
        return f"from kw.{self.name} t where t.change_no is not null"

    @property
    def _hash(self) -> str:
        return f"sha256(convert_to({self._row_key}, 'UTF8'))"

    @property
    def _bucket(self) -> str:
        if self.is_small:
            return f"get_byte({self._hash}, 0)::bigint"
        return f"{self._key} >> {SHIFTS[self.number]}"

    @property
    def _entry(self) -> str:
        sub = "t.generation" if self.number == GENERATIONS_NO else "0"
        row = f"substr({self._hash}, 1, 8)" if self.is_small else f"int8send({self._key})"
        return f"{row} || int4send({sub}) || int8send(t.change_no)"

    @cached_property
    def rows(self) -> Query:
        """Query the rows of keys $1."""
        return Query(
            f"""
            select {self._row_key} as row_key, t.change_no, t.seal, {self._columns}
            from unnest($1::{self._type}[]) asked (key)
            cross join lateral (select * from kw.{self.name} t where {self._key} = asked.key offset 0) t
            {self._source}
            """,
            ("text[]",),
        )

    @cached_property
    def lock(self) -> Query:
        """Query that locks the rows of keys $1 against changes."""
        return Query(
            f"""
            select
            from (select a.key from unnest($1::{self._type}[]) a (key) order by a.key) asked
            cross join lateral (
                select from kw.{self.name} t where {self._key} = asked.key for no key update
            ) t
            """,
            ("text[]",),
        )

    @cached_property
    def page(self) -> Query:
        """Query the next $2 keys after key $1 or from the first on; with $3 only of rows without a seal."""
        # An index finds where to go on only if the condition is one comparison.
        distinct = "" if self._row_key == f"{self._key}::text" else "distinct"
        return Query(
            f"""
            select {distinct} {self._key} as place, {self._key}::text as key
            from kw.{self.name} t
            where {self._key} > coalesce($1::{self._type}, '{_BELOW_ALL[self._type]}')
                and (t.seal is null or not $3)
            order by 1
            limit $2
            """,
            ("text", "int4", "bool"),
        )

    @cached_property
    def to_reseal(self) -> Query:
        """Query the keys of the next $2 rows after key $1 that have no seal of key_no $3, as bytes."""
        return Query(
            f"""
            select {self._key}::text as key
            from kw.{self.name} t
            where {self._key} > coalesce($1::{self._type}, '{_BELOW_ALL[self._type]}')
                and (t.seal is null or substr(t.seal, 1, 4) <> $3)
            order by {self._key}
            limit $2
            """,
            ("text", "int4", "bytea"),
        )

    @cached_property
    def lock_free(self) -> Query:
        """Query that locks the rows of keys $1 that no other transaction holds, and returns their keys."""
        return Query(
            f"""
            select distinct asked.key::text as key
            from unnest($1::{self._type}[]) asked (key)
            cross join lateral (
                select from kw.{self.name} t where {self._key} = asked.key for no key update skip locked
            ) t
            """,
            ("text[]",),
        )

    @property
    def every_row(self) -> str:
        """The text of a query of all rows, with the name of the table."""
        return f"""
            select '{self.name}' as table_name, {self._row_key} as row_key, t.change_no, t.seal, {self._columns}
            from kw.{self.name} t
            {self._source}
        """

    @cached_property
    def row_keys(self) -> Query:
        """Query what names each row."""
        return Query(f"select {self._row_key} as row_key from kw.{self.name} t")

    @cached_property
    def set_seals(self) -> Query:
        """Query that gives rows $1 their change numbers $2 and seals $3."""
        first = f"{self._key} = split_part(n.row_key, '/', 1)::{self._type}"
        is_row = (
            f"{self._key} = n.row_key::{self._type}"
            if self._row_key == f"{self._key}::text"
            else f"{first} and {self._row_key} = n.row_key"
        )
        return Query(
            f"""
            update kw.{self.name} u
            set change_no = n.change_no, seal = n.seal
            from unnest($1::text[], $2::bigint[], $3::bytea[]) n (row_key, change_no, seal)
            cross join lateral (select t.ctid from kw.{self.name} t where {is_row} limit 1) t
            where u.ctid = t.ctid
            """,
            ("text[]", "int8[]", "bytea[]"),
        )

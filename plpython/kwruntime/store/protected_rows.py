"""Rows of a table whose column is protected: read and written as the table's owner.

Names come as SQL writes them. A primary key is an array of texts, one for each of its columns.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.postgres.query import Query, composed
from kwruntime.postgres.statements import in_ascii
from kwruntime.store.key_texts import key_text


class Rows(NamedTuple):
    """A table, what it has of a protected column, and its primary key."""

    table: str
    plain: str
    sealed: str
    token: str | None
    """The column of the tokens of its blind index; null: none."""
    keys: Sequence[str]
    key_types: Sequence[str]

    def page(self, *, is_first: bool) -> Query:
        """Read the keys after $1 in order, $2 at most, and which values lack what they get."""
        return self.in_order(f"{self._is_missing} as is_missing", is_first)

    @property
    def digest(self) -> str:
        """The expression of the digest of a plaintext."""
        return f"sha256(convert_to(t.{self.plain}::text, 'UTF8')) as digest"

    @property
    def text(self) -> str:
        """The expression of a plaintext."""
        return f"t.{self.plain}::text as value"

    def sealed_beside(self, read: str, *, is_first: bool) -> Query:
        """Read, as ``page`` does, ciphertexts and tokens, and what ``read`` says."""
        token = f"t.{self.token}" if self.token else "null::bytea"
        pk = self.entity_pk("t")
        beside = f"{pk} as pk, t.{self.sealed} as sealed, {token} as token, {read}"
        return self.in_order(beside, is_first)

    def left(self) -> Query:
        """Read the keys of rows, $1 at most, whose value has no ciphertext. It reads the table."""
        text = f"""
        select {self.parts} as key
        from {self.table} t
        where t.{self.sealed} is null and t.{self.plain} is not null
        limit $1
        """
        return composed(in_ascii(text), ("int4",))

    def newer(self) -> Query:
        """Count the ciphertexts that have no value; name ten of them. It reads the table."""
        text = f"""
        select count(*) as count, (array_agg({self.entity_pk("t")}))[:10] as pks
        from {self.table} t
        where t.{self.sealed} is not null and t.{self.plain} is null
        """
        return composed(in_ascii(text))

    def lock_missing(self, read: str) -> Query:
        """Lock rows that nobody holds and that lack something; read them as they are now."""
        text = f"""
        select {self.parts} as key, {self.entity_pk("t")} as pk, {read}
        from unnest({self.arrays}) w({", ".join(self.names)})
        join {self.table} t on {self.meets}
        where {self._is_missing}
        for no key update of t skip locked
        """
        return composed(in_ascii(text), ("text[]",) * len(self.keys))

    def store(self) -> Query:
        """Write ciphertexts of rows, and tokens if there are any: the last parameters."""
        columns = [self.sealed, *([self.token] if self.token else [])]
        first = len(self.keys) + 1
        arrays = ", ".join(f"${first + n}::bytea[]" for n in range(len(columns)))
        sets = ", ".join(f"{name} = w.v{n}" for n, name in enumerate(columns))
        names = ", ".join([*self.names, *(f"v{n}" for n in range(len(columns)))])
        text = f"""
        update {self.table} t set {sets}
        from unnest({self.arrays}, {arrays}) w({names})
        where {self.meets}
        """
        types = ("text[]",) * len(self.keys) + ("bytea[]",) * len(columns)
        return composed(in_ascii(text), types)

    def duplicates(self, others: Sequence[str], *, has_equal_nulls: bool) -> Query:
        """Read the keys of rows that have equal tokens, and equal values of other columns."""
        group = ", ".join(f"t.{name}" for name in (*others, self.token))
        there = [self.token] if has_equal_nulls else [*others, self.token]
        text = f"""
        select (array_agg({self.entity_pk("t")}))[:2] as pks
        from {self.table} t
        where {" and ".join(f"t.{name} is not null" for name in there)}
        group by {group}
        having count(*) > 1
        limit 10
        """
        return composed(in_ascii(text), ())

    def entity_pk(self, row: str) -> str:
        """Return an expression for the entity_pk of a row."""
        return key_text(row, self.keys, self.key_types)

    def in_order(self, columns: str, is_first: bool) -> Query:
        """Read columns of the rows after key $1 in order, $2 at most."""
        typed = ", ".join(f"($1::text[])[{n}]::{of}" for n, of in enumerate(self.key_types, 1))
        order = ", ".join(f"t.{key}" for key in self.keys)
        text = f"""
        select {self.parts} as key, {columns}
        from {self.table} t
        where {"$1::text[] is null" if is_first else f"({order}) > ({typed})"}
        order by {order}
        limit $2
        """
        return composed(in_ascii(text), ("text[]", "int4"))

    @property
    def _is_missing(self) -> str:
        missing = f"t.{self.sealed} is null"
        if self.token:
            missing = f"({missing} or t.{self.token} is null)"
        return f"t.{self.plain} is not null and {missing}"

    @property
    def parts(self) -> str:
        """An expression for the key of a row, as an array."""
        return f"array[{', '.join(f't.{key}::text' for key in self.keys)}]"

    @property
    def names(self) -> list[str]:
        """The names of the parts of the key in w."""
        return [f"k{number}" for number in range(1, len(self.keys) + 1)]

    @property
    def arrays(self) -> str:
        """The parts of the keys of rows, as parameters."""
        return ", ".join(f"(${n}::text[])::{of}[]" for n, of in enumerate(self.key_types, 1))

    @property
    def meets(self) -> str:
        """The condition that a row of the table has the key of w."""
        pairs = zip(self.keys, self.names, strict=True)
        return " and ".join(f"t.{key} = w.{name}" for key, name in pairs)

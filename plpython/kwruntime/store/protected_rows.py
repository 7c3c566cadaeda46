"""Rows of a table whose column is protected: read and written as the table's owner.

Names come as SQL writes them. A primary key is an array of texts, one for each of its columns.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kwruntime.postgres.query import Query, composed
from kwruntime.postgres.statements import in_ascii
from kwruntime.store.key_texts import key_text


class Rows(NamedTuple):
    """A table, the plaintext and the ciphertext of a column of it, and its primary key."""

    table: str
    plain: str
    sealed: str
    keys: Sequence[str]
    key_types: Sequence[str]

    def page(self, *, is_first: bool) -> Query:
        """Read the keys after $1 in order, $2 at most, and which values have no ciphertext."""
        return self._in_order(
            f"t.{self.plain} is not null and t.{self.sealed} is null as is_missing", is_first
        )

    def digests(self, *, is_first: bool) -> Query:
        """Read, as ``page`` does, the ciphertexts and the digests of the plaintexts."""
        return self._in_order(
            f"{self.entity_pk('t')} as pk, t.{self.sealed} as sealed,"
            f" sha256(convert_to(t.{self.plain}::text, 'UTF8')) as digest",
            is_first,
        )

    def lock_missing(self) -> Query:
        """Lock rows that nobody holds and that have no ciphertext; read them as they are now."""
        text = f"""
        select {self._parts} as key, {self.entity_pk("t")} as pk, t.{self.plain}::text as value
        from unnest({self._arrays}) w({", ".join(self._names)})
        join {self.table} t on {self._meets}
        where t.{self.sealed} is null and t.{self.plain} is not null
        for no key update of t skip locked
        """
        return composed(in_ascii(text), ("text[]",) * len(self.keys))

    def store(self) -> Query:
        """Write ciphertexts, the last parameter, of rows."""
        sealed = f"${len(self.keys) + 1}::bytea[]"
        text = f"""
        update {self.table} t set {self.sealed} = w.sealed
        from unnest({self._arrays}, {sealed}) w({", ".join(self._names)}, sealed)
        where {self._meets}
        """
        return composed(in_ascii(text), (*("text[]",) * len(self.keys), "bytea[]"))

    def entity_pk(self, row: str) -> str:
        """Return an expression for the entity_pk of a row."""
        return key_text(row, self.keys, self.key_types)

    def _in_order(self, columns: str, is_first: bool) -> Query:
        typed = ", ".join(f"($1::text[])[{n}]::{of}" for n, of in enumerate(self.key_types, 1))
        order = ", ".join(f"t.{key}" for key in self.keys)
        text = f"""
        select {self._parts} as key, {columns}
        from {self.table} t
        where {"$1::text[] is null" if is_first else f"({order}) > ({typed})"}
        order by {order}
        limit $2
        """
        return composed(in_ascii(text), ("text[]", "int4"))

    @property
    def _parts(self) -> str:
        return f"array[{', '.join(f't.{key}::text' for key in self.keys)}]"

    @property
    def _names(self) -> list[str]:
        return [f"k{number}" for number in range(1, len(self.keys) + 1)]

    @property
    def _arrays(self) -> str:
        return ", ".join(f"(${n}::text[])::{of}[]" for n, of in enumerate(self.key_types, 1))

    @property
    def _meets(self) -> str:
        pairs = zip(self.keys, self._names, strict=True)
        return " and ".join(f"t.{key} = w.{name}" for key, name in pairs)

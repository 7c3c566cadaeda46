"""Rows of a table whose column of tokens is filled: read and locked as the table's owner."""

from typing import NamedTuple

from kwruntime.postgres.query import Query, composed
from kwruntime.postgres.statements import in_ascii
from kwruntime.store.protected_rows import Rows


class TokenRows(NamedTuple):
    """A table's rows, and the names of its columns as SQL writes them."""

    rows: Rows
    """The ciphertexts stand for the plaintexts of these, and the tokens for the ciphertexts."""
    tenant: str | None
    generation: int

    def page(self, *, is_first: bool) -> Query:
        """Read the keys after $1 in order, $2 at most, and which rows have no token."""
        return self.rows.in_order(f"{self._is_missing} as is_missing", is_first)

    def lock_missing(self) -> Query:
        """Lock rows that nobody holds and that have no token; read them as they are now."""
        rows = self.rows
        tenant = "null" if self.tenant is None else f"t.{self.tenant}::text"
        text = f"""
        select
            {rows.parts} as key, {rows.entity_pk("t")} as pk, t.{rows.plain}::bytea as sealed, {tenant} as tenant
        from unnest({rows.arrays}) w({", ".join(rows.names)})
        join {rows.table} t on {rows.meets}
        where {self._is_missing}
        for no key update of t skip locked
        """
        return composed(in_ascii(text), ("text[]",) * len(rows.keys))

    @property
    def _is_missing(self) -> str:
        """Each token begins with its generation."""
        begins = f"E'\\\\xb2{self.generation:08x}'::bytea"
        return (
            f"t.{self.rows.plain} is not null"
            f" and substr(t.{self.rows.sealed}, 1, 5) is distinct from {begins}"
        )

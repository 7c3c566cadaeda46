"""What the triggers of a protected view know of it. They carry it as an argument.

So nothing that is written through a view depends on a table that could be edited: who changes the
view's triggers could change the view. Names are quoted, as SQL writes them.
"""

import json
from functools import lru_cache
from typing import NamedTuple

from kwruntime.store.key_texts import key_text

_KNOWN = 100


def bare(name: str) -> str:
    """Return a name without the quotes of SQL."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


class Column(NamedTuple):
    """A column of a view, and what of the table it shows."""

    name: str
    base: str
    field: str | None = None
    """The protected field that it shows decrypted."""
    value_type: str = "text"
    """The type of its values: of a field, of what is encrypted."""
    key_scope: str = "column"
    token: str | None = None
    """The column of the table that holds the tokens of the field."""
    is_computed: bool = False
    """Whether the table computes it: a generated column, or tokens."""
    may_be_left_out: bool = False
    """Whether the table stores null where an INSERT leaves it out."""
    number: int = 0
    """The number of the column of the table, which a rename leaves as it is."""
    tenant: str | None = None
    """The column of the table that names the tenant of the tokens."""
    next_token: str | None = None
    """The column of the table that holds the tokens by the next key."""
    is_token: bool = False
    """Whether it holds tokens."""

    @property
    def bare_name(self) -> str:
        """The name without the quotes of SQL."""
        return bare(self.name)

    @property
    def is_bytes(self) -> bool:
        """Whether its values are encrypted as they are."""
        return self.value_type == "bytea"

    @property
    def has_own_keys(self) -> bool:
        """Whether its keys are those of rows or cells."""
        return self.field is not None and self.key_scope in ("row", "cell")


class Layout:
    """What is known of a view, and the texts of its queries. It does not change."""

    def __init__(
        self,
        entity: str,
        base: str,
        key: list[str],
        columns: list[Column],
        *,
        each_row: bool,
        relation: int,
    ) -> None:
        self.entity = entity
        self.base = base
        self.key = key
        self.columns = columns
        self.each_row = each_row
        self.relation = relation
        """The oid that the table had: of another, as after a restore, the numbers do not hold."""
        self.fields = [place for place, one in enumerate(columns) if one.field is not None]
        tenants = [self.place_of(columns[place].tenant) for place in self.fields]
        self.read = [*self.fields, *{place: None for place in tenants if place is not None}]
        """The places of the values that are read of each row: of fields, then of tenants."""
        self.key_places = [
            place for place, one in enumerate(columns) if one.name in key and one.field is None
        ]

    def place_of(self, base: str | None) -> int | None:
        """Return the place of an unprotected column of the table; null: it is not shown."""
        for place, one in enumerate(self.columns):
            if base is not None and one.field is None and bare(one.base) == bare(base):
                return place
        return None

    def entity_pk(self, row: str) -> str:
        """Return the expression of SQL for the entity_pk of a row."""
        types = {one.base: one.value_type for one in self.columns}
        return key_text(row, self.key, [types[name] for name in self.key])

    @property
    def unharmed(self) -> int:
        """The place of a column that can be set to its own value; of the key if no other can."""
        plain = [
            place
            for place, one in enumerate(self.columns)
            if one.field is None and not one.is_computed and place not in self.key_places
        ]
        return plain[0] if plain else self.key_places[0]

    @property
    def text(self) -> str:
        """The argument of the triggers."""
        columns = [list(one) for one in self.columns]
        return json.dumps([self.entity, self.base, self.key, columns, self.each_row, self.relation])


@lru_cache(maxsize=_KNOWN)
def layout_of(text: str, each_row: bool = False) -> Layout:
    """Return the layout that triggers carry, to write each row alone or as the layout says."""
    entity, base, key, columns, is_computed, relation = json.loads(text)
    return Layout(
        entity,
        base,
        key,
        [Column(*one) for one in columns],
        each_row=is_computed or each_row,
        relation=relation,
    )

"""The primary key of a table, as statements with parameters write it."""

from typing import NamedTuple

from kwtools.connections import Connection

_AS_THEY_ARE = ("bigint", "integer", "smallint", "uuid")
"""Types of keys of one part that kw.entity_key() leaves unchanged."""

_KEY = """
select a.attname, format_type(a.atttypid, a.atttypmod)
from pg_index i
cross join unnest(i.indkey::int2[]) with ordinality k (number, place)
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
where i.indrelid = %s and i.indisprimary and k.place <= i.indnkeyatts
order by k.place
"""


class PrimaryKey(NamedTuple):
    """The columns of a primary key, and their types. The table has the alias t."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    """As SQL with parameters writes them."""

    @classmethod
    def of(cls, connection: Connection, relation: int) -> "PrimaryKey":
        """Look it up, by the oid of its table; without columns where there is none."""
        found = connection.execute(_KEY, (relation,)).fetchall()
        return cls(
            tuple(one[0] for one in found), tuple(one[1].replace("%", "%%") for one in found)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, quoted."""
        return tuple(map(quoted, self.columns))

    def parts(self) -> list[str]:
        """Return the columns with the alias of the table."""
        return [f"t.{name}" for name in self.names]

    def texts(self) -> list[str]:
        """Return the columns as texts."""
        return [f"{name}::text" for name in self.parts()]

    def entity_pk(self) -> str:
        """Return the key as kw has it."""
        texts = self.texts()
        if len(texts) == 1 and self.types[0] in _AS_THEY_ARE:
            return texts[0]
        return f"kw.entity_key(variadic array[{', '.join(texts)}])"

    def equal(self, alias: str, *, cast: bool = False) -> str:
        """Return the condition that a row has the key k0, k1, … of another relation."""
        return " and ".join(
            f"t.{name} = {alias}.k{i}" + (f"::{kind}" if cast else "")
            for i, (name, kind) in enumerate(zip(self.names, self.types, strict=True))
        )


def quoted(name: str) -> str:
    """Return a name as a statement with parameters writes it."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'

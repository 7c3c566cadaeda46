"""``kw.ciphertext`` as a type of SQLAlchemy."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Dialect, Table, cast, event
from sqlalchemy.dialects.postgresql import BYTEA, DOMAIN
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType

# The server has the whole check, in the type.
_SHORTEST = 42
_FIRST = (0xC1, 0xC2)


class Ciphertext(UserDefinedType[bytes]):
    """A column of type ``kw.ciphertext``, which reads and takes the bytes of ciphertexts.

    It also maps a column of bytea with ciphertexts. What is not a ciphertext is not sent.
    """

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the name of the type in DDL."""
        return "kw.ciphertext"

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Let nothing pass but what looks like a ciphertext, in columns of bytea, too."""
        return _checked

    def bind_expression(self, bindvalue: BindParameter[Any]) -> ColumnElement[Any]:
        """Send the bytes as bytea: drivers do not know the type."""
        return cast(bindvalue, BYTEA)

    def column_expression(self, colexpr: ColumnElement[Any]) -> ColumnElement[Any]:
        """Read the bytes as bytea."""
        return cast(colexpr, BYTEA)

    def __repr__(self) -> str:
        return "Ciphertext()"


def _checked(value: Any) -> Any:
    if value is None:
        return None
    # Without the value: it may be a plaintext.
    if not isinstance(value, bytes | bytearray | memoryview):
        raise TypeError(f"a ciphertext requires bytes, not {type(value).__name__}")
    if len(value) < _SHORTEST or value[0] not in _FIRST:
        raise ValueError("the bytes are not a ciphertext of kwtools")
    return value


# What reflection makes of the names that PostgreSQL's catalog has for the type and the one below.
ischema_names["kw.ciphertext"] = ischema_names["kw.ciphertext_bytes"] = Ciphertext


@event.listens_for(Table, "column_reflect")
def _replace_domain(inspector: Any, table: Table, column: Any) -> None:
    """Replace what SQLAlchemy before 2.1 makes of every domain, whatever its name."""
    found = column["type"]
    if isinstance(found, DOMAIN) and (found.schema, found.name) == ("kw", "ciphertext"):
        column["type"] = Ciphertext()

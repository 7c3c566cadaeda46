"""Attributes of mapped classes whose columns hold ciphertexts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Text, cast, func
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Mapped, MappedColumn, MappedSQLExpression, Mapper, column_property
from sqlalchemy.types import TypeEngine

from kwtools.sqlalchemy.searching import Searchable, quoted
from kwtools.sqlalchemy.types import Ciphertext
from kwtools.sqlalchemy.values import is_binary

_INFO = "kwtools.sqlalchemy"


@dataclass(frozen=True)
class Encrypted:
    """An encrypted attribute: the type that it has in queries, and the columns that it needs."""

    entity: str
    field: str
    type: TypeEngine[Any]
    key: Column[Any]
    ciphertext: Column[Any]

    @property
    def plain(self) -> TypeEngine[Any]:
        """Return the type of the values."""
        return self.type.of if isinstance(self.type, Searchable) else self.type

    @property
    def index(self) -> Searchable | None:
        """Return the type if it has a blind index."""
        return self.type if isinstance(self.type, Searchable) else None

    def function(self, action: str) -> str:
        """Return the name of the function that does something with values of the type."""
        return action if is_binary(self.plain) else f"{action}_text"


def encrypted(
    entity: str,
    field: str,
    key: Mapped[Any],
    ciphertext: Mapped[Any],
    of: TypeEngine[Any] | type[TypeEngine[Any]] = Text,
    *,
    index: Searchable | None = None,
    shredded_as_null: bool = False,
    deferred: bool = False,
) -> MappedSQLExpression[Any]:
    """Return an attribute for the values that a column holds encrypted.

    ``entity`` and ``field`` are the names that the binding has, ``key`` is the primary key. With
    ``index``, equality compares tokens. Reading decrypts within the statement. What is assigned is
    encrypted before the session flushes, all objects of a class in one call.
    """
    if not isinstance(key, MappedColumn) or not isinstance(ciphertext, MappedColumn):
        raise ArgumentError(f"{entity}.{field} requires the mapped columns of key and ciphertext")
    if not isinstance(ciphertext.column.type, Ciphertext):
        raise ArgumentError(f"the column of {entity}.{field} must be of type Ciphertext")
    plain = of() if isinstance(of, type) else of
    one = Encrypted(entity, field, index or plain, key.column, ciphertext.column)
    function = one.function("try_decrypt" if shredded_as_null else "decrypt")
    given = quoted(entity), key.column, quoted(field), cast(ciphertext.column, BYTEA)
    shown = cast(getattr(func.kw, function)(*given), one.type)
    return column_property(shown, deferred=deferred, expire_on_flush=False, info={_INFO: one})


def encrypted_attributes(mapper: Mapper[Any]) -> Mapping[str, Encrypted]:
    """Return the encrypted attributes of a mapped class, by name."""
    return {one.key: one.info[_INFO] for one in mapper.column_attrs if _INFO in one.info}

"""The types of protected values, which show up in no log of parameters."""

from typing import Any

from sqlalchemy import Dialect, Text, TypeDecorator
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeEngine


class _HiddenText(str):
    """A text that SQLAlchemy's log and its errors do not show: they print the repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class _HiddenBytes(bytes):
    __slots__ = ()

    def __repr__(self) -> str:
        return "b'***'"


def hidden(value: Any) -> Any:
    """Return the same text or bytes, with a repr that does not show them."""
    if isinstance(value, str):
        return _HiddenText(value)
    return _HiddenBytes(value) if isinstance(value, bytes) else value


class Protected(TypeDecorator[Any]):
    """The type of a column of a protected view.

    It is the plain type, but that texts and bytes are not shown where SQLAlchemy shows parameters.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any] | type[TypeEngine[Any]] = Text) -> None:
        super().__init__()
        self.of = of() if isinstance(of, type) else of
        self.impl = self.of

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Hide what is sent."""
        return hidden(value)

    def coerce_compared_value(self, op: operators.OperatorType | None, value: Any) -> Any:
        """Hide what is compared, too."""
        of = self.of.coerce_compared_value(op, value)
        return of if isinstance(of, Protected) else Protected(of)

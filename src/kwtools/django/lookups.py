"""Lookups of protected fields: they compare tokens of the blind index, never plaintext."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet, FieldError
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, In, IsNull, Lookup

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from kwtools.django.fields import Protected

    _Compiled = tuple[str, list[Any]]

FOLDING = ("ascii-lower", "unicode-14", "email")
"""Normalisers that do not tell upper from lower case, so that ``iexact`` is ``exact``."""


def token_of(lhs: object, compiler: SQLCompiler) -> str:
    """Return the token column beside a protected column of the query."""
    field = _protected(lhs)
    alias = compiler.quote_name_unless_alias(lhs.alias)  # type: ignore[attr-defined]
    return f"{alias}.{compiler.connection.ops.quote_name(field.token_column)}"


def _protected(lhs: object) -> Protected:
    if not isinstance(lhs, Col):
        raise FieldError(
            f"an expression over a protected field cannot be searched: {lhs!r}. "
            "Compare the field itself, or decrypt each row with Cast()."
        )
    field: Protected = lhs.target  # type: ignore[assignment]
    return field


def _text(value: object) -> str:
    """Return the text of a value as it is stored. str() of an enumeration's member is its name."""
    return str.__str__(value) if isinstance(value, str) else str(value)


def _is_expression(value: object) -> bool:
    return hasattr(value, "as_sql") or hasattr(value, "resolve_expression")


class _OfTokens(Lookup):
    """What the lookups have in common."""

    def entity(self) -> list[Any]:
        """Return table and field, as kw.blind_index expects them."""
        field = _protected(self.lhs)
        return [field.entity_table, field.column]

    def token_of_rhs(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Compiled:
        """Return the token of the right side."""
        if isinstance(self.rhs, Col) and self.rhs.target == _protected(self.lhs):
            return token_of(self.rhs, compiler), []
        if self.rhs_is_direct_value():
            return "kw.blind_index(%s, %s, %s)", [*self.entity(), _text(self.rhs)]
        sql, params = self.process_rhs(compiler, connection)
        return f"kw.blind_index(%s, %s, ({sql})::text)", [*self.entity(), *params]


class TokenExact(_OfTokens, Exact):
    """``field = value``."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Compiled:
        """Compare the tokens."""
        sql, params = self.token_of_rhs(compiler, connection)
        return f"{token_of(self.lhs, compiler)} = {sql}", params


class TokenIExact(TokenExact):
    """``field = value`` in any case, where the normaliser folds it."""

    lookup_name = "iexact"


class TokenIn(_OfTokens, In):
    """``field in (values)``."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Compiled:
        """Compare with the tokens of all values, which one call makes."""
        token = token_of(self.lhs, compiler)
        if not self.rhs_is_direct_value():
            sql, params = super().process_rhs(compiler, connection)
            made = f"kw.blind_index(%s, %s, given.value::text) from {sql} given (value)"
            return f"{token} in (select {made})", [*self.entity(), *params]
        values = [value for value in self.rhs if value is not None]
        if any(map(_is_expression, values)):
            raise FieldError("in: give values or a subquery, not expressions, to a protected field")
        if not values:
            raise EmptyResultSet
        made = "kw.blind_index_many(%s, %s, %s)"
        return f"{token} = any({made})", [*self.entity(), [_text(value) for value in values]]


class TokenIsNull(_OfTokens, IsNull):
    """``field is null``: so is its token, which need not be decrypted."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> _Compiled:
        """Ask for the token."""
        word = "is null" if self.rhs else "is not null"
        return f"{token_of(self.lhs, compiler)} {word}", []


def searchable(normaliser: str) -> dict[str, type[Lookup[Any]]]:
    """Return the lookups of a field whose blind index has this normaliser."""
    found: dict[str, type[Lookup[Any]]] = {
        "exact": TokenExact,
        "in": TokenIn,
        "isnull": TokenIsNull,
    }
    if normaliser in FOLDING:
        found["iexact"] = TokenIExact
    return found

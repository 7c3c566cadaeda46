"""Equality of protected values by the tokens of their blind indexes."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    FromClause,
    LargeBinary,
    Text,
    all_,
    any_,
    bindparam,
    func,
    literal_column,
    type_coerce,
)
from sqlalchemy.exc import ArgumentError
from sqlalchemy.sql import ClauseElement, operators, visitors
from sqlalchemy.sql.expression import Cast, ColumnClause, Function, Label
from sqlalchemy.types import TypeEngine

from kwtools.sqlalchemy.protected import Protected
from kwtools.sqlalchemy.values import stored_form


class Searchable(Protected):
    """The type of a protected value that has a blind index.

    ``==``, ``!=``, ``in_`` and ``not_in`` compare tokens, so they use the index. Other operators
    decrypt each row. ``token`` is the key of the column of tokens in the same table. With
    ``recheck``, ``==`` and ``in_`` also compare the values, for a blind index of fewer bits.
    """

    cache_ok = True

    def __init__(
        self,
        entity: str,
        field: str,
        of: TypeEngine[Any] | type[TypeEngine[Any]] = Text,
        *,
        token: str | None = None,
        tenant: str | None = None,
        recheck: bool = False,
    ) -> None:
        super().__init__(of)
        self.entity = entity
        self.field = field
        self.token = token or f"{field}_token"
        self.tenant = tenant
        self.recheck = recheck

    class Comparator(TypeEngine.Comparator[Any]):
        """Writes an equality as one of tokens."""

        def operate(
            self, op: operators.OperatorType, *other: Any, **options: Any
        ) -> ColumnElement[Any]:
            """Return the comparison, of tokens where it is an equality."""
            by_token = _BY_TOKEN.get(op)
            if by_token is None or (op in _SINGLE and _is_null(other[0])):
                return self._plain(op, *other, **options)
            return by_token(self, other[0], op)

        def with_one(self, other: Any, op: operators.OperatorType) -> ColumnElement[Any]:
            """Compare with a value, a column of the same field or another expression."""
            kind = self._kind
            if hasattr(other, "__clause_element__"):  # an attribute of a mapped class
                other = other.__clause_element__()
            of_other = getattr(other, "type", None)
            if isinstance(of_other, Searchable) and _is_stored(other):
                if kind._index != of_other._index:
                    raise ArgumentError(
                        f"{kind._name} and {of_other._name} have different index keys: "
                        "their tokens are never equal"
                    )
                compared: ColumnElement[Any] = op(self._token, _token_column(other, of_other))
                return self._rechecked(compared, op, other)
            value = other
            if not isinstance(other, ClauseElement):
                value = bindparam(None, stored_form(other, kind.of), type_=Protected(), unique=True)
            elif isinstance(other, BindParameter):
                value = type_coerce(other, Protected())
            return self._rechecked(op(self._token, kind.token_of(value)), op, other)

        def with_many(self, other: Any, op: operators.OperatorType) -> ColumnElement[Any]:
            """Compare with a list of values."""
            kind = self._kind
            if isinstance(other, ClauseElement) or not isinstance(other, Collection):
                raise ArgumentError(
                    f"in_() of {kind._name} requires a list of values: compare tokens of queries"
                )
            texts = [stored_form(value, kind.of) for value in other]
            tokens = kind.tokens_of(bindparam(None, texts, type_=ARRAY(Protected()), unique=True))
            if op is operators.in_op:
                return self._rechecked(self._token == any_(tokens), op, other)
            return self._rechecked(self._token != all_(tokens), op, other)

        def _rechecked(
            self, compared: ColumnElement[Any], op: operators.OperatorType, other: Any
        ) -> ColumnElement[Any]:
            if not self._kind.recheck:
                return compared
            if op not in (operators.eq, operators.in_op):
                raise ArgumentError(
                    f"the blind index of {self._kind._name} cannot answer this: "
                    "different values may have the same token"
                )
            return compared & self._plain(op, other)

        def _plain(self, op: Any, *other: Any, **options: Any) -> ColumnElement[Any]:
            return self._kind.of.comparator_factory(self.expr).operate(op, *other, **options)

        @property
        def _kind(self) -> "Searchable":
            kind = self.expr.type
            assert isinstance(kind, Searchable)
            return kind

        @property
        def _token(self) -> ColumnElement[Any]:
            return _token_column(self.expr, self._kind)

    comparator_factory = Comparator

    @property
    def _index(self) -> tuple[str, str, str | None]:
        return self.entity, self.field, self.tenant

    @property
    def _name(self) -> str:
        return f"{self.entity}.{self.field}"

    def token_of(self, value: Any) -> ColumnElement[Any]:
        """Return the call that makes the token of a value."""
        call: ColumnElement[Any] = func.kw.blind_index(*self._given(value), type_=LargeBinary())
        return call

    def tokens_of(self, values: Any) -> ColumnElement[Any]:
        """Return the call that makes the tokens of an array of texts."""
        of = ARRAY(LargeBinary())
        call: ColumnElement[Any] = func.kw.blind_index_many(*self._given(values), type_=of)
        return call

    def _given(self, values: Any) -> list[Any]:
        tenant = [] if self.tenant is None else [quoted(self.tenant)]
        return [quoted(self.entity), quoted(self.field), values, *tenant]


_SINGLE = (operators.eq, operators.ne)
_BY_TOKEN: dict[Any, Callable[..., ColumnElement[Any]]] = {
    **dict.fromkeys(_SINGLE, Searchable.Comparator.with_one),
    operators.in_op: Searchable.Comparator.with_many,
    operators.not_in_op: Searchable.Comparator.with_many,
}


def quoted(text: str) -> ColumnElement[str]:
    """Return a name as a literal of SQL."""
    return literal_column("'" + text.replace("'", "''") + "'", Text)


def _is_null(other: Any) -> bool:
    return other is None or getattr(other, "__visit_name__", None) == "null"


def _token_column(value: ColumnElement[Any], kind: Searchable) -> ColumnElement[Any]:
    """Return the column of tokens in the table, the alias or the subquery that a value is of."""
    for part in visitors.iterate(value) if _is_stored(value) else ():
        table = part.table if isinstance(part, ColumnClause) else None
        if isinstance(table, FromClause):
            found = table.c.get(kind.token)
            if found is None:
                raise ArgumentError(f'{table} has no column "{kind.token}": select it, too')
            return found
    raise ArgumentError(
        f"{kind._name} is not of a table here: compare the column itself, or cast it to its plain "
        "type, which decrypts each row"
    )


def _is_stored(value: object) -> bool:
    """Return whether a value is that of a row, and not computed: then the row has its token."""
    while isinstance(value, Label):
        value = value.element
    if isinstance(value, Cast):  # an encrypted attribute
        function = value.clause
        return isinstance(function, Function) and tuple(function.packagenames) == ("kw",)
    return isinstance(value, ColumnClause)

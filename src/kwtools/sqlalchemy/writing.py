"""Encrypts what was assigned to encrypted attributes, before a session flushes it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Connection,
    Identity,
    Integer,
    LargeBinary,
    Select,
    Text,
    Uuid,
    bindparam,
    event,
    func,
    inspect,
    literal_column,
    select,
)
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, UOWTransaction
from sqlalchemy.schema import ColumnDefault, DefaultClause
from sqlalchemy.schema import Sequence as DatabaseSequence
from sqlalchemy.sql import ClauseElement
from sqlalchemy.types import TypeEngine

from kwtools.sqlalchemy.encrypted import Encrypted, encrypted_attributes
from kwtools.sqlalchemy.protected import Protected
from kwtools.sqlalchemy.searching import quoted
from kwtools.sqlalchemy.values import is_binary, stored_form

BATCH = 5000
"""How many values go to the server in a call."""
_ENCRYPTED = "kwtools.sqlalchemy.encrypted"
_NOTHING = object()


def encrypt_rows(
    session: Session, mapped: type[Any], rows: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return rows for a bulk INSERT of a mapped class, with encrypted attributes encrypted.

    Each row has the same encrypted attributes, and the key, if it has no default.
    """
    mapper: Mapper[Any] = inspect(mapped)
    connection = session.connection(bind_arguments={"mapper": mapper})
    made = [dict(row) for row in rows]
    for name, one in encrypted_attributes(mapper).items():
        written = [row for row in made if name in row]
        key = _attribute(mapper, one.key)
        without = [row for row in written if row.get(key) is None]
        for row, value in zip(without, _new_keys(connection, one, len(without)), strict=True):
            row[key] = value
        keys = [row[key] for row in written]
        for row, columns in zip(
            written,
            _encrypt(connection, one, keys, [row.pop(name) for row in written]),
            strict=True,
        ):
            row |= {_attribute(mapper, column): value for column, value in columns.items()}
    return made


@event.listens_for(Session, "before_flush")
def _encrypt_assigned(session: Session, context: UOWTransaction, instances: object) -> None:
    found: dict[Mapper[Any], list[Any]] = defaultdict(list)
    for instance in (*session.new, *session.dirty):
        found[inspect(instance).mapper].append(instance)
    for mapper, changed in found.items():
        for name, one in encrypted_attributes(mapper).items():
            _write(session, context, (mapper, name, one), changed)


@event.listens_for(Session, "after_flush")
def _check_assigned(session: Session, context: UOWTransaction) -> None:
    """Refuse what other listeners assigned later: it was not stored."""
    encrypted = context.attributes.get(_ENCRYPTED, {})
    for instance in (*session.new, *session.dirty):
        state = inspect(instance)
        for name in encrypted_attributes(state.mapper):
            is_changed = state.attrs[name].history.has_changes()
            if is_changed and encrypted.get((state, name), _NOTHING) != state.dict.get(name):
                raise InvalidRequestError(
                    f"{state.mapper.class_.__name__}.{name} was assigned during the flush, "
                    "after values were encrypted"
                )


def _write(
    session: Session,
    context: UOWTransaction,
    attribute: tuple[Mapper[Any], str, Encrypted],
    changed: Sequence[Any],
) -> None:
    mapper, name, one = attribute
    key = _attribute(mapper, one.key)
    written = [instance for instance in changed if _is_written(instance, name, key)]
    if not written:
        return
    connection = session.connection(bind_arguments={"mapper": mapper})
    without = [instance for instance in written if getattr(instance, key) is None]
    for instance, value in zip(without, _new_keys(connection, one, len(without)), strict=True):
        setattr(instance, key, value)
    keys = [getattr(instance, key) for instance in written]
    values = [getattr(instance, name) for instance in written]
    for instance, columns in zip(written, _encrypt(connection, one, keys, values), strict=True):
        for column, value in columns.items():
            setattr(instance, _attribute(mapper, column), value)
    done = context.attributes.setdefault(_ENCRYPTED, {})
    pairs = zip(written, values, strict=True)
    done |= {(inspect(instance), name): value for instance, value in pairs}


def _is_written(instance: Any, name: str, key: str) -> bool:
    state = inspect(instance)
    if state.attrs[name].history.has_changes():
        return True
    # A ciphertext belongs to its key.
    return bool(state.persistent and state.attrs[key].history.has_changes())


@event.listens_for(Session, "do_orm_execute")
def _refuse_plaintext(execute: ORMExecuteState) -> None:
    """Refuse values that SQLAlchemy would leave out, since no column has the name."""
    if not (execute.is_insert or execute.is_update):
        return
    mapper = execute.bind_mapper
    given = execute.parameters if isinstance(execute.parameters, list) else [execute.parameters]
    names = {name for row in given for name in row or ()}
    if mapper is not None and names & encrypted_attributes(mapper).keys():
        raise InvalidRequestError(
            f"a bulk statement does not encrypt {mapper.class_.__name__}: use encrypt_rows"
        )


def _attribute(mapper: Mapper[Any], column: Column[Any]) -> str:
    return mapper.get_property_by_column(column).key


def _encrypt(
    connection: Connection, one: Encrypted, keys: Sequence[Any], values: Sequence[Any]
) -> list[dict[Column[Any], bytes | None]]:
    """Return what is stored for each value, by column."""
    stored: list[dict[Column[Any], bytes | None]] = []
    for begin in range(0, len(keys), BATCH):
        batch = slice(begin, begin + BATCH)
        found = connection.execute(_statement(one, keys[batch], values[batch])).one()
        columns = [one.ciphertext]
        if one.index is not None:
            columns.append(one.ciphertext.table.c[one.index.token])
        stored += [dict(zip(columns, row, strict=True)) for row in zip(*found, strict=True)]
    return stored


def _statement(one: Encrypted, keys: Sequence[Any], values: Sequence[Any]) -> Select[Any]:
    of = Protected(LargeBinary if is_binary(one.plain) else Text)
    given = bindparam("plaintexts", [stored_form(value, one.plain) for value in values], ARRAY(of))
    suffix, key_type = _keys_as(one.key.type)
    if isinstance(key_type, Text):
        keys = [stored_form(key, one.key.type) for key in keys]
    called = getattr(func.kw, f"{one.function('encrypt')}_many{suffix}")(
        quoted(one.entity),
        bindparam("keys", keys, ARRAY(key_type)),
        quoted(one.field),
        given,
        type_=ARRAY(LargeBinary()),
    )
    if one.index is None:
        return select(called)
    return select(called, one.index.tokens_of(given))


def _keys_as(key: TypeEngine[Any]) -> tuple[str, TypeEngine[Any]]:
    """Return how a function for many keys ends, and the type in which it takes them."""
    if isinstance(key, Integer):
        return "_by_bigint", BigInteger()
    return ("_by_uuid", key) if isinstance(key, Uuid) else ("", Text())


def _new_keys(connection: Connection, one: Encrypted, count: int) -> list[Any]:
    """Return keys as the table would give them: ciphertexts need them before the INSERT."""
    if not count:
        return []
    default = one.key.default
    if isinstance(default, ColumnDefault) and not isinstance(default.arg, ClauseElement):
        return [default.arg(None) if callable(default.arg) else default.arg for _ in range(count)]
    value = _default_in_server(connection, one.key)
    if value is None:
        raise InvalidRequestError(
            f"{one.entity} has no default for {one.key.name}: set the key before the flush"
        )
    numbers = func.generate_series(1, count).table_valued("n")
    return list(connection.scalars(select(value).select_from(numbers)))


def _default_in_server(connection: Connection, key: Column[Any]) -> Any:
    if isinstance(key.default, DatabaseSequence):
        return key.default.next_value()
    if isinstance(key.default, ColumnDefault):
        return key.default.arg
    given = key.server_default
    if isinstance(given, Identity) and given.always:
        return None
    if isinstance(given, DefaultClause):
        return literal_column(str(given.arg), key.type)
    if isinstance(given, Identity) or key is key.table._autoincrement_column:
        table = connection.dialect.identifier_preparer.format_table(key.table)
        return func.nextval(func.pg_get_serial_sequence(table, key.name), type_=key.type)
    return None

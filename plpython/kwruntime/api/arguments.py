"""Arguments as PL/Python gives them, checked: uuid as str, bytea as bytes, null as None."""

import contextlib
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from kwruntime.call import Call
from kwruntime.errors import BadArgument
from kwruntime.fields import access, names, searching
from kwruntime.fields.names import Entity

T = TypeVar("T")


Key = str | int | None
Keys = Sequence[Key] | None


_MAX_JSON = 100_000
MAX_WAIT_SECONDS = 86_400


def no_null(value: T | None, name: str) -> T:
    """Return a value that must be there; raises ``BadArgument``."""
    if value is None:
        raise BadArgument(f"{name} is null")
    return value


def entity_of(call: Call, given: str | None) -> Entity:
    """Return what a name stands for; one that was taken with its quotes before stays that one."""
    entity = names.entity(given)
    if names.is_bare(given):
        searching.tell(call, given, entity)
    if entity.older is None:
        return entity
    return call.read_as_owner(lambda: access.settled(call, entity))


def parsed_json(given: str, name: str) -> Any:
    """Parse a jsonb argument, which may hold more than Python takes."""
    if len(given) <= _MAX_JSON:
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(given)
    raise BadArgument(
        f"{name} is JSON that is too long or too deep, or has a number with too many digits",
        hint=f"Use at most {_MAX_JSON} characters.",
    )


def checked_keys(given: Sequence[Key], *, wide: bool = False) -> list[str | None]:
    """Check the keys of many values: null stays null."""
    key = names.key
    limit = names.MAX_CHARACTERS
    return [
        pk
        if pk is None or (pk.__class__ is str and pk != "*" and len(pk) <= limit)
        else key(pk, wide=wide)
        for pk in given
    ]


def check_keys_there(pks: Sequence[str | None], values: Sequence[object]) -> None:
    """A null key of a value is an error; with a null value it does not matter."""
    if None in pks:
        for pk, value in zip(pks, values, strict=True):
            if pk is None and value is not None:
                names.key(None)


def flat(items: Sequence[T], name: str) -> Sequence[T]:
    """Refuse an array of more than one dimension, which PL/Python gives as lists of lists."""
    if items and isinstance(items[0], list):
        raise BadArgument(f"{name} must have one dimension")
    return items


def keys_for(keys: Keys, values: Sequence[object]) -> Sequence[Key]:
    """Return the keys of values; as many as there are values."""
    if keys is None:
        raise BadArgument("entity_pks is null")
    if len(keys) != len(values):
        raise BadArgument(
            f"number of keys ({len(keys)}) differs from number of values ({len(values)})"
        )
    if values and isinstance(values[0], list):
        raise BadArgument("values must have one dimension")
    flat(keys, "entity_pks")
    return keys

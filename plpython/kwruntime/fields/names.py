"""Names of entities, keys and fields: one spelling each, none cut."""

import re
from functools import lru_cache
from typing import NamedTuple

from kwshared.entity_names import QUOTED, quoted_parts

from kwruntime.crypto.field_cipher import EVERY_ROW
from kwruntime.errors import BadArgument

MAX_CHARACTERS = 64  # of entity_table, entity_pk and field_name
_KNOWN = 1000


class Entity(NamedTuple):
    """An entity_table in the one spelling that bindings hold."""

    name: str
    schema: str
    table: str
    older: str | None = None
    """The name that versions before 0.4.0 took a quoted name for, with its quotes."""

    def settled(self, *, is_older: bool) -> "Entity":
        """Return what the name stands for: the older one where something was bound to that."""
        if self.older is None or not is_older:
            return self._replace(older=None)
        schema, _, table = self.older.rpartition(".")
        return Entity(self.older, schema, table)


_NEEDS_QUOTES = rf"(?s:.*\..*|{QUOTED})"


def entity(given: str | None) -> Entity:
    """Return the entity that a name stands for; raises ``BadArgument``."""
    if given is None:
        raise BadArgument("entity_table is null")
    return _parse(given)


def of_stored(name: str) -> Entity:
    """Return the entity that a stored name is of."""
    found = _parse(name)
    return found if found.name == name else found.settled(is_older=True)


def is_bare(given: str | None) -> bool:
    """Whether a name that ``entity`` has taken leaves its schema out."""
    return given is not None and _leaves_schema_out(given)


@lru_cache(maxsize=_KNOWN)
def _leaves_schema_out(given: str) -> bool:
    if '"' not in given:
        return "." not in given
    parts = quoted_parts(given)
    return parts is not None and parts[0] is None


@lru_cache(maxsize=_KNOWN)
def _parse(given: str) -> Entity:
    found = quoted_parts(given)
    if found is None:
        return _as_it_is(given)
    try:
        older = _as_it_is(given).name
    except BadArgument:
        older = None
    schema, table = found[0] or "public", found[1]
    made = _checked(given, Entity(f"{_stored(schema)}.{_stored(table)}", schema, table))
    return made if made.name == older else made._replace(older=older)


def _as_it_is(given: str) -> Entity:
    schema, dot, table = given.rpartition(".")
    if not dot:
        schema = "public"
    if schema in ("", '""') or table in ("", '""') or "." in schema:
        raise BadArgument(
            f'"{given}" is not a valid entity name: it must be table or schema.table',
            hint="Write a name with a dot in double quotes, as in SQL: "
            '"my.schema"."my.table". Other names are used as they are, including capitals.',
        )
    return _checked(given, Entity(f"{schema}.{table}", schema, table))


def _stored(part: str) -> str:
    """Return a part of a name as bindings hold it: quoted only where it could be misread."""
    return '"' + part.replace('"', '""') + '"' if re.fullmatch(_NEEDS_QUOTES, part) else part


def _checked(given: str, made: Entity) -> Entity:
    if made.schema.startswith("pg_") or made.schema == "information_schema":
        raise BadArgument(f'"{given}" is in a system schema')
    if len(made.name) > MAX_CHARACTERS:
        raise BadArgument(f'entity "{made.name}" is longer than {MAX_CHARACTERS} characters')
    return made


def key(given: object, *, wide: bool = False) -> str:
    """Return the text of a key; ``*`` only where ``wide``; raises ``BadArgument``."""
    if given is None:
        raise BadArgument("entity_pk is null")
    text = given if isinstance(given, str) else str(given)
    if len(text) > MAX_CHARACTERS:
        raise BadArgument(
            f"entity_pk is longer than {MAX_CHARACTERS} characters",
            hint="Use kw.entity_key(key), which hashes a long key.",
        )
    if text == EVERY_ROW and not wide:
        raise BadArgument(
            'key "*" means every row and is not the key of a single row',
            hint="Use kw.entity_key('*') for a row whose key is a star.",
        )
    return text


def field(given: str | None) -> str | None:
    """Return a field's name, null for the whole row; raises ``BadArgument``."""
    if given is not None and not 0 < len(given) <= MAX_CHARACTERS:
        raise BadArgument(
            f"field_name must have 1 to {MAX_CHARACTERS} characters",
            hint="Use null for the whole row.",
        )
    return given


def cell(entity_name: str, pk: str | None, field_name: str | None) -> str:
    """Return the name of a place in messages: ``public.people.ssn for key "7"``."""
    return _place(entity_name, pk, field_name, "for key", f'"{pk}"')


def audited_cell(entity_name: str, pk: str | None, field_name: str | None) -> str:
    """Return the name of a place in audit events, as every release writes it."""
    return _place(entity_name, pk, field_name, "of key", repr(pk))


class Place(NamedTuple):
    """What a call changes, as messages and as audit events name it."""

    shown: str
    audited: str

    @classmethod
    def of(cls, entity_name: str, pk: str, field_name: str | None) -> "Place":
        """Name one binding."""
        given = entity_name, pk, field_name
        return cls(cell(*given), audited_cell(*given))

    @classmethod
    def of_many(cls, entity_name: str, count: int, field_name: str | None) -> "Place":
        """Name the bindings of that many keys."""
        place = cell(entity_name, None, field_name)
        return cls(f"{place} for {count} keys", f"{place} of {count} keys")


def _place(entity_name: str, pk: str | None, field_name: str | None, of: str, key: str) -> str:
    place = entity_name if field_name is None else f"{entity_name}.{field_name}"
    if pk is None:
        return place
    return f"every row of {place}" if pk == EVERY_ROW else f"{place} {of} {key}"

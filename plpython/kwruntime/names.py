"""Names of entities, keys and fields: one spelling each, none cut."""

from typing import NamedTuple

from kwruntime.ciphertext import EVERY_ROW
from kwruntime.errors import BadArgument

MAX_CHARACTERS = 64  # of entity_table, entity_pk and field_name
_KNOWN = 1000


class Entity(NamedTuple):
    """An entity_table in the one spelling that bindings hold."""

    name: str
    schema: str
    table: str


_entities: dict[str, Entity] = {}


def entity(given: str | None) -> Entity:
    """Return the entity that a name stands for; raises ``BadArgument``."""
    if given is None:
        raise BadArgument("entity_table is null")
    found = _entities.get(given)
    if found is None:
        found = _parse(given)
        if len(_entities) >= _KNOWN:
            _entities.clear()
        _entities[given] = found
    return found


def _parse(given: str) -> Entity:
    schema, dot, table = given.rpartition(".")
    if not dot:
        schema = "public"
    if not schema or not table or "." in schema:
        raise BadArgument(
            f"{given!r} is not an entity: it must be table or schema.table",
            hint="Names are taken as they are: do not quote them.",
        )
    if schema.startswith("pg_") or schema == "information_schema":
        raise BadArgument(f"{given!r} is in a schema of the system")
    name = f"{schema}.{table}"
    if len(name) > MAX_CHARACTERS:
        raise BadArgument(f"entity {name!r} is longer than {MAX_CHARACTERS} characters")
    return Entity(name, schema, table)


def key(given: object, *, wide: bool = False) -> str:
    """Return the text of a key; ``*`` only where ``wide``; raises ``BadArgument``."""
    if given is None:
        raise BadArgument("entity_pk is null")
    text = given if isinstance(given, str) else str(given)
    if len(text) > MAX_CHARACTERS:
        raise BadArgument(
            f"a key is longer than {MAX_CHARACTERS} characters",
            hint="kw.entity_key(key) hashes a long key.",
        )
    if text == EVERY_ROW and not wide:
        raise BadArgument(
            "'*' stands for every row and is the key of none",
            hint="kw.entity_key('*') gives the key of a row whose key is a star.",
        )
    return text


def field(given: str | None) -> str | None:
    """Return a field's name, null for the whole row; raises ``BadArgument``."""
    if given is not None and not 0 < len(given) <= MAX_CHARACTERS:
        raise BadArgument(
            f"a field's name has 1 to {MAX_CHARACTERS} characters",
            hint="null stands for the whole row.",
        )
    return given


def cell(entity_name: str, pk: str | None, field_name: str | None) -> str:
    """Return how messages name a place: ``public.people.ssn of key '7'``."""
    place = entity_name if field_name is None else f"{entity_name}.{field_name}"
    if pk is None:
        return place
    return f"every row of {place}" if pk == EVERY_ROW else f"{place} of key {pk!r}"

"""Names without a schema: told where search_path finds another table than that of public."""

from time import monotonic
from typing import NamedTuple

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.fields.names import Entity
from kwruntime.postgres import backend, messages, search_path
from kwruntime.postgres.shown import codec_of
from kwruntime.session import Session
from kwruntime.store import entities

_MOST = 100
_SECONDS = 60  # a table that is made meanwhile is noticed after so long


class _Found(NamedTuple):
    """The table that a search_path finds, where it is another one."""

    other: str | None
    expires: float


class Searched:
    """What search_paths were seen to find, and when the statement began that was told of a name."""

    def __init__(self, _: Session) -> None:
        self.found: Cache[tuple[str, str, int], _Found] = Cache(_MOST)
        self.told: Cache[str, int] = Cache(_MOST)


def tell(call: Call, given: str | None, entity: Entity) -> None:
    """Warn, once a statement, where a name means another table to the caller than to us."""
    path = search_path.of_caller(backend.server_major(), codec_of(backend.ENCODING))
    if path is None:
        return
    place = path, entity.name, call.role
    searched = call.session.of(Searched)
    found = searched.found.get(place)
    now = monotonic()
    if found is None or found.expires < now:
        found = _Found(_other(call, path, entity), now + _SECONDS)
        searched.found.put(place, found)
    statement = backend.statement_start()
    if found.other is not None and searched.told.get(entity.name) != statement:
        searched.told.put(entity.name, statement)
        messages.warning(
            f"{given!r} stands for {entity.name}, and search_path finds {found.other}",
            hint=f"Write the schema: '{found.other}' or '{entity.name}'.",
        )


def _other(call: Call, path: str, entity: Entity) -> str | None:
    schemas = list(search_path.schemas(path))
    rows = call.execute(entities.FOUND_BY_PATH, schemas, entity.table, call.role)
    if not rows or rows[0]["schema"] == entity.schema:
        return None
    return str(rows[0]["name"])

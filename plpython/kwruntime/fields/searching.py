"""Names without a schema: told where search_path finds another table than that of public."""

from time import monotonic
from typing import NamedTuple

from kwruntime.cache import Cache
from kwruntime.call import Call
from kwruntime.fields.names import Entity
from kwruntime.postgres import backend, messages, search_path
from kwruntime.postgres.quoting import literal
from kwruntime.postgres.shown import codec_of
from kwruntime.session import Session, Settings
from kwruntime.store import entities

_MOST = 100
_SECONDS = 60  # a table that is made meanwhile is noticed after so long


class _Found(NamedTuple):
    """The table that a search_path finds, where it is another one."""

    other: str | None
    expires: float


class FoundByPath:
    """What search_paths were seen to find, by path, name and role."""

    def __init__(self, settings: Settings) -> None:
        self.kept: Cache[tuple[str, str, int], _Found] = Cache(settings["cache_keys"])


class Told:
    """When the statement began that was told last of a name."""

    def __init__(self, _: Session) -> None:
        self.statements: Cache[str, int] = Cache(_MOST)


def tell(call: Call, given: str | None, entity: Entity) -> None:
    """Warn, once a statement, where a name means another table to the caller than to us."""
    path = search_path.of_caller(backend.SERVER_MAJOR, codec_of(backend.ENCODING))
    if path is None:
        return
    place, last = (path, entity.name, call.role), call.last_settings
    kept = None if last is None else last.of(FoundByPath).kept
    found, now = None if kept is None else kept.get(place), monotonic()
    if found is None or found.expires < now:
        found = _Found(_other(call, path, entity), now + _SECONDS)
        if kept is not None:
            kept.put(place, found)
    told, statement = call.session.of(Told).statements, backend.statement_start()
    if found.other is not None and told.get(entity.name) != statement:
        told.put(entity.name, statement)
        messages.warning(
            f'"{given}" means {entity.name}, but search_path finds {found.other}',
            hint=f"Write the name with its schema: {literal(found.other)} or "
            f"{literal(entity.name)}.",
        )


def _other(call: Call, path: str, entity: Entity) -> str | None:
    schemas = list(search_path.schemas(path))
    rows = call.execute(entities.FOUND_BY_PATH, schemas, entity.table, call.role)
    if not rows or rows[0]["schema"] == entity.schema:
        return None
    return str(rows[0]["name"])

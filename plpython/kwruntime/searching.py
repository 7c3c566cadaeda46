"""Names without a schema: told where search_path finds another table than that of public."""

from time import monotonic
from typing import NamedTuple

from kwruntime import queries, search_path, spi
from kwruntime.cache import Cache
from kwruntime.names import Entity
from kwruntime.shown import codec_of

_MOST = 100
_SECONDS = 60  # a table that is made meanwhile is noticed after so long


class _Found(NamedTuple):
    """The table that a search_path finds, where it is another one."""

    other: str | None
    expires: float


_found: Cache[tuple[str, str, int], _Found] = Cache()
_told: dict[str, int] = {}
"""When the statement began that was told last of a name."""


def tell(role: int, given: str | None, entity: Entity) -> None:
    """Warn, once a statement, where a name means another table to the caller than to us."""
    path = search_path.of_caller(spi.server_major(), codec_of(spi.server_encoding()))
    if path is None:
        return
    place = path, entity.name, role
    found = _found.get(place)
    now = monotonic()
    if found is None or found.expires < now:
        found = _Found(_other(role, path, entity), now + _SECONDS)
        _found.put(place, found)
    statement = spi.statement_start()
    if found.other is not None and _told.get(entity.name) != statement:
        if len(_told) >= _MOST:
            _told.clear()
        _told[entity.name] = statement
        spi.warning(
            f"{given!r} stands for {entity.name}, and search_path finds {found.other}",
            hint=f"Write the schema: '{found.other}' or '{entity.name}'.",
        )


def _other(role: int, path: str, entity: Entity) -> str | None:
    schemas = list(search_path.schemas(path))
    rows = spi.execute(queries.FOUND_BY_PATH, schemas, entity.table, role)
    if not rows or rows[0]["schema"] == entity.schema:
        return None
    return str(rows[0]["name"])

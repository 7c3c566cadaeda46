"""The rows of kw.protections, checked before they are used, and moved. Runs as the owner."""

from kwruntime.call import Call
from kwruntime.errors import Conflict
from kwruntime.fields import names
from kwruntime.fields.names import Entity
from kwruntime.postgres import messages
from kwruntime.postgres.query import Row
from kwruntime.seals import checking
from kwruntime.seals.changing import changing
from kwruntime.store import protections, sealed_rows


def passing(call: Call, entity: Entity) -> list[Row]:
    """Return the columns of a table that are there only while it is protected."""
    _check(call, entity)
    return call.execute(protections.PASSING, entity.name)


def defaults(call: Call, entity: Entity) -> dict[str, str | None]:
    """Return the defaults that columns had before a view showed them, as SQL."""
    _check(call, entity)
    return {row["name"]: row["value"] for row in call.execute(protections.DEFAULTS, entity.name)}


def others(call: Call, entity: Entity, field: str) -> list[Row]:
    """Return the protected fields of a table but one, and how they were protected."""
    _check(call, entity)
    return call.execute(protections.OTHERS, entity.name, field)


def move(
    call: Call, entity: Entity, field: str | None, to_entity: Entity, to_field: str | None
) -> None:
    """Have the protections of a column, or of a table, follow it."""
    changing(call, sealed_rows.PROTECTIONS, _ids(call, entity, field))
    try:
        call.execute(protections.MOVE, entity.name, to_entity.name, field, to_field)
    except messages.UniqueViolation:
        place = names.cell(to_entity.name, None, to_field or field)
        raise Conflict(
            f"{place} is being protected, too", hint="Use kw.protect_undo for one of the two."
        ) from None


def _check(call: Call, entity: Entity) -> None:
    """Raise ``NotAuthentic`` where a protection of a table was edited."""
    checking.check(call, sealed_rows.PROTECTIONS, _ids(call, entity))


def _ids(call: Call, entity: Entity, field: str | None = None) -> list[int]:
    return [row["id"] for row in call.execute(protections.OF_ENTITY, entity.name, field)]
